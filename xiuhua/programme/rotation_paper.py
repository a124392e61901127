"""交接单 on A4, set by Typst: what changes hands, from whom to whom, with lines for both signatures."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import typst
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from xiuhua.city.queries import bureau, bureau_name
from xiuhua.kit.refusals import Refused
from xiuhua.programme.belongings import SORTS
from xiuhua.programme.fonts import faces
from xiuhua.programme.models import Rotation
from xiuhua.programme.rotations import signers

PAPER = Path(__file__).parent / "papers" / "rotation.typ"


def pdf_of(rotation: Rotation, *, at: dt.datetime) -> bytes:
    """The hand-over as a PDF, in Chinese whatever the page's language: it is a paper of the bureau."""
    taken = faces()
    with override("zh-hans"):
        given = json.dumps(_told(rotation, at) | {"faces": taken.families}, ensure_ascii=False)
    try:
        made = typst.compile(
            str(PAPER),
            format="pdf",
            font_paths=list(taken.folders),
            sys_inputs={"paper": given},
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise Refused("paper.fault", "排版出错：{error}", error=error) from error
    return bytes(made)


def _told(rotation: Rotation, at: dt.datetime) -> dict[str, object]:
    signed = {one.person_id: one for one in rotation.signatures.all()}
    items = rotation.items.select_related("to")
    found = bureau()
    return {
        "title": _("人员岗位交接单"),
        "bureau": bureau_name(),
        "facts": [
            [_("交出人"), rotation.person.name],
            [_("岗位"), f"{rotation.post.unit.name} {rotation.post.get_role_display()}"],
            [_("离岗日期"), f"{rotation.on:%Y年%m月%d日}"],
            [_("说明"), rotation.words or "—"],
        ],
        "heads": [_("序号"), _("类别"), _("内容"), _("接收人"), _("备注")],
        "rows": [
            [str(n), str(SORTS[one.sort]), one.words, one.to.name if one.to else "—", _("到期解除") if one.ends else ""]
            for n, one in enumerate(items, start=1)
        ],
        "signers": [
            [
                _("交出人") if one == rotation.person else _("接收人"), one.name,
                f"{timezone.localtime(signed[one.pk].at):%Y-%m-%d %H:%M} {_('系统签字')}" if one.pk in signed and not signed[one.pk].ink else "",
            ]
            for one in signers(rotation)
        ],
        "witness": _("监交人"),
        "note": _("双方签字后办理：在办案件从办理时起由接收人负责，包靠责任从离岗日期起由接收人负责，此前的责任不变；离岗日期起交出人的岗位权限停止。"),
        "dated": f"{timezone.localtime(at):%Y年%m月%d日}",
        "code": rotation.code,
        "watermark": _("演示") if found and found.demonstration else "",
    }  # fmt: skip
