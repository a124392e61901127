"""Which Chinese faces this machine has for papers: the official ones first, free ones else (decision 7)."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import typst

from xiuhua.kit.refusals import Refused

PACKAGE = "pylopdf-fonts-zh-cn"
"""Noto Serif SC and Noto Sans SC as OpenType files, SIL Open Font License 1.1."""

FREE_SONG = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "Songti SC", "AR PL UMing CN")
FREE_HEI = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Heiti SC",
    "WenQuanYi Micro Hei",
)  # fmt: skip
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "STZhongsong", *FREE_SONG, *FREE_HEI),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02", "Zhuque Fangsong", *FREE_SONG, *FREE_HEI),
    "heading": ("SimHei", "STHeiti", *FREE_HEI, *FREE_SONG),
    "second": ("KaiTi_GB2312", "KaiTi", "STKaiti", "LXGW WenKai", "AR PL UKai CN", *FREE_SONG, *FREE_HEI),
    "screen": (*FREE_HEI, "SimHei", *FREE_SONG),
}
"""For each part of a paper (小标宋, 仿宋, 黑体, 楷体, and a picture for a phone): the faces to take, best first."""


BOLD = 600


@dataclass(frozen=True)
class Faces:
    """The face taken for each part, the folders beside the system's own where faces lie, and the faces without bold."""

    families: dict[str, str]
    folders: tuple[str, ...]
    light: tuple[str, ...] = ()


@functools.cache
def faces() -> Faces:
    """The faces of this machine; refused with what to install when it has no Chinese one."""
    folders = shipped()
    heaviest: dict[str, int] = {}
    for font in typst.Fonts(font_paths=list(folders)).fonts():
        heaviest[font.family] = max(font.weight, heaviest.get(font.family, 0))
    taken = {part: next((one for one in wanted if one in heaviest), "") for part, wanted in FACES.items()}
    if not all(taken.values()):
        raise Refused(
            "paper.font",
            "这台机器没有中文字体，做不出 PDF 和图片。请安装字体包 {package}（pip install {package}），或系统字体 fonts-noto-cjk，再试一次。文本、网页、Word 和 JSON 格式不受影响。",
            package=PACKAGE,
        )
    return Faces(taken, folders, tuple(part for part, family in taken.items() if heaviest[family] < BOLD))


def shipped() -> tuple[str, ...]:
    """The folder of the font package, when it is installed."""
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    return tuple(str(Path(folder)) for folder in (found.submodule_search_locations or ())) if found else ()
