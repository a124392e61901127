"""Mappings: how another system's columns, types and states are told in ours. One TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiuhua.cases import flow
from xiuhua.cases.models import Category, Source
from xiuhua.kit.refusals import Refused

HERE = Path(__file__).parent
WANTED = ("number", "at", "category")


@dataclass(frozen=True)
class CaseMapping:
    """How another system's columns, types and states are told in ours."""

    name: str
    source: str
    columns: Mapping[str, Sequence[str]]
    categories: Mapping[str, str]
    states: Mapping[str, str]
    time_formats: Sequence[str]


def known_mappings() -> list[str]:
    """The mappings that come with the program."""
    return sorted(one.stem for one in HERE.glob("*.toml"))


def read_mapping(name: str) -> CaseMapping:
    """A mapping that comes with the program (`nyc311`) or one of your own as a TOML file."""
    path = HERE / f"{name}.toml" if name in known_mappings() else Path(name)
    if not path.is_file():
        known = "、".join(known_mappings())
        raise Refused(
            "import.mapping",
            "没有“{name}”这个对照表。自带的有：{known}；也可以写自己的 .toml 文件路径。",
            name=name,
            known=known,
        )
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(
            "import.mapping", "对照表 {path_name} 不是 TOML：{error}", path_name=path.name, error=error
        ) from error
    return _checked(path, told)


def _checked(path: Path, told: Mapping[str, Any]) -> CaseMapping:
    """Every word of ours in a mapping must be one of ours, so that no row is lost to a slip of the pen."""

    def refuse(why: str) -> Refused:
        return Refused("import.mapping", "对照表 {path_name} {why}", path_name=path.name, why=why)

    columns, categories, states = (told.get(part, {}) for part in ("columns", "categories", "states"))
    if not all(isinstance(part, dict) for part in (columns, categories, states)):
        raise refuse("的 [columns]、[categories]、[states] 要写成“名称 = 值”。")
    missing = [name for name in WANTED if not columns.get(name)]
    if missing:
        raise refuse(f"的 [columns] 缺少：{'、'.join(missing)}。")
    for name, theirs in columns.items():
        if not isinstance(theirs, list) or not all(isinstance(one, str) for one in theirs):
            raise refuse(f'的 {name} 要写成列名的列表，例如 {name} = ["编号"]。')
    for part, known in ((categories, Category.values), (states, list(flow.STATES))):
        strange = next((ours for ours in part.values() if ours not in known), None)
        if strange is not None:
            raise refuse(f"里的“{strange}”不认识，可用：{'、'.join(known)}。")
    source = told.get("source", "system")
    if source not in Source.values:
        raise refuse(f"的 source“{source}”不认识，可用：{'、'.join(Source.values)}。")
    formats = told.get("time_formats", ["%Y-%m-%d %H:%M:%S"])
    return CaseMapping(path.stem, source, columns, categories, states, formats)
