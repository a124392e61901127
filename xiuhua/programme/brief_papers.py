"""A brief on paper and as a picture, set by Typst: PDF on A4 as official papers are, PNG 750 pixels wide for a phone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.kit.refusals import Refused
from xiuhua.measures.cases import CaseTotals
from xiuhua.measures.figures import told
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.briefs import SMALL_SAMPLE, CountedBrief
from xiuhua.programme.fonts import faces

PAPERS = Path(__file__).parent / "papers"
PIXELS = 750
NOON = 12

Link = Callable[[str], str]
"""The address of a figure's lines by its code; empty where there is none."""


def no_link(code: str) -> str:
    return ""


def pdf_of(brief: CountedBrief, *, link: Link = no_link) -> bytes:
    """The brief on A4: what happened in sentences, then the tables that they stand on, every figure a link."""
    return _set(
        "brief.typ",
        {
            "title": f"{brief.title} {brief.period.label}",
            "heading": brief.title,
            "bureau": brief.bureau,
            "period": brief.period.label,
            "sections": [_section(n, one, link) for n, one in enumerate(prose.sections(brief), start=1)],
            "nothing": _("这一期没有记录。"),
            "errata_title": _("更正说明"),
            "errata": [prose.erratum_sentence(one) for one in brief.errata],
            "dated": dated(brief),
            "tables": [
                table for table in (figure_table(brief, link), unit_table(brief), campaign_table(brief)) if table
            ],
            "absent": prose.absent(brief),
            "notes": notes(brief),
            "page_words": _("第 {n} 页 共 {all} 页"),
            "verify_words": prose.how_to_verify(brief),
            "watermark": _(brief.mark) if brief.mark else "",
        },
        brief,
        kind="pdf",
    )


def picture_of(brief: CountedBrief, *, edition: str = "") -> bytes:
    """The brief as one long picture for a phone; `edition` is `morning` (light) or `evening` (dark head)."""
    edition = edition or edition_at(brief.as_of)
    return _set(
        "picture.typ",
        {
            "owner": brief.unit_name or brief.bureau,
            "headline": _headline(brief, edition),
            "edition": edition,
            "period": brief.period.label,
            "lead": lead(brief),
            "tiles": _tiles(brief),
            "groups": _groups(brief),
            "notes": [
                _("数据截至%(moment)s") % {"moment": prose.as_of_told(brief)},
                prose.sums_up(brief),
                _("台账链头"),
                prose.head_in_parts(brief),
            ],
            "watermark": _(brief.mark) if brief.mark else "",
        },
        brief,
        kind="png",
    )


def edition_at(moment: dt.datetime) -> str:
    """Before noon the picture is the morning's, from then on the evening's."""
    return "morning" if timezone.localtime(moment).hour < NOON else "evening"


def _set(name: str, told: Mapping[str, Any], brief: CountedBrief, *, kind: Literal["pdf", "png"]) -> bytes:
    taken = faces()
    lang = "en" if (get_language() or "").startswith("en") else "zh"
    given = json.dumps({**told, "faces": taken.families, "light": list(taken.light), "lang": lang}, ensure_ascii=False)
    try:
        made = typst.compile(
            str(PAPERS / name),
            format=kind,
            ppi=144,
            font_paths=list(taken.folders),
            sys_inputs={"brief": given},
            timestamp=int(brief.as_of.timestamp()),
        )
    except typst.TypstError as error:
        raise Refused("paper.fault", "排版出错：{error}", error=error) from error
    return bytes(made)


# ---------------------------------------------------------------- parts of the paper


def _section(n: int, section: prose.Section, link: Link) -> dict[str, Any]:
    return {
        "title": f"{prose.numeral(n)}{section.title}",
        "sentences": [
            [{"text": piece.text, "url": link(piece.figure) if piece.figure else ""} for piece in sentence]
            for sentence in section.sentences
        ],
    }


def dated(brief: CountedBrief) -> str:
    """The day under a paper: the last of the period when it was over, else the day on which it was counted."""
    day = min(timezone.localtime(brief.as_of).date(), brief.period.to_day)
    return _("%(y)d年%(m)d月%(d)d日") % {"y": day.year, "m": day.month, "d": day.day}


def notes(brief: CountedBrief) -> list[str]:
    """Under the tables: where figures come from, and how to see that nothing was changed since."""
    found = [prose.sums_up(brief), prose.how_to_verify(brief)]
    if any(one.backfilled for one in brief.figures):
        found.insert(1, _("“其中补录”是期初或事后凭纸质材料补记的数，材料扫描件可从台账打开。"))
    return found


def _cell(text: str, url: str = "") -> dict[str, str]:
    return {"text": text, "url": url}


def figure_table(brief: CountedBrief, link: Link) -> dict[str, Any] | None:
    """Every figure of the period exactly, with what is told to the public and how many lines it stands on."""
    rows = []
    for one in brief.figures:
        if not one.lines:
            continue
        address = link(one.figure.code)
        late = told(one.backfilled) if one.backfilled else "—"
        rows.append(
            [
                _cell(prose.label_of(one.figure)),
                _cell(prose.exact(one), address),
                _cell(late),
                _cell(str(one.lines), address),
                _cell(prose.public(one)),
            ]
        )
        for label, quantity in prose.parts_told(one):
            rows.append([_cell(_("　其中：%(part)s") % {"part": label}), _cell(quantity), *[_cell("")] * 3])
    return _table(
        _("附表一　统计数明细"),
        [_("项目"), _("准确数"), _("其中补录"), _("台账行数"), _("对外表述")],
        rows,
        widths=[38, 13, 15, 11, 27] if prose.english() else [40, 18, 14, 14, 18],
        numbers=[1, 2, 3],
    )


def unit_table(brief: CountedBrief) -> dict[str, Any] | None:
    """Cases by the unit that answers for them."""
    rows = [
        [
            _cell(prose.unit_label(row)),
            *(_cell(str(n)) for n in (row.totals.reported, row.totals.handled, row.totals.closed)),
            _cell(on_time_short(row.totals)),
            *(_cell(str(n)) for n in (row.totals.reworked, row.standing.open, row.standing.overdue)),
        ]
        for row in brief.units
        if row.totals != CaseTotals() or row.standing.open
    ]
    return _table(
        _("附表二　各单位案件办理"),
        [_("单位"), _("上报"), _("处置"), _("办结"), _("按时办结"), _("返工"), _("在办"), _("超时")],
        rows,
        widths=[30, 11, 11, 11, 16, 11, 11, 11],
        numbers=[1, 2, 3, 4, 5, 6, 7],
    )


def on_time_short(totals: CaseTotals) -> str:
    """A share from twenty cases on, below that `18/19`."""
    if not totals.judged:
        return "—"
    if totals.judged < SMALL_SAMPLE:
        return f"{totals.on_time}/{totals.judged}"
    return f"{prose.percent(totals.on_time, totals.judged)}%"


def campaign_table(brief: CountedBrief) -> dict[str, Any] | None:
    """Campaigns with their stage and what was done for each in the period."""
    rows = [
        [
            _cell(row.state.name),
            _cell(prose.stage_label(row)),
            _cell(row.state.since),
            _cell(_("；").join(prose.work_told(row.work)) or "—"),
        ]
        for row in brief.campaigns
    ]
    heads = [_("专项行动"), _("进展"), _("自"), _("本期完成")]
    return _table(_("附表三　专项行动"), heads, rows, widths=[32, 16, 18, 46], numbers=[])


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Any], *, widths: Sequence[int], numbers: Sequence[int]
) -> dict[str, Any] | None:
    if not rows:
        return None
    return {"title": title, "heads": list(heads), "rows": list(rows), "widths": list(widths), "numbers": list(numbers)}


# ---------------------------------------------------------------- parts of the picture


def _headline(brief: CountedBrief, edition: str) -> str:
    if brief.period.series != "day":
        return brief.period.title
    return _("城管早报") if edition == "morning" else _("城管晚报")


def lead(brief: CountedBrief) -> str:
    """The one sentence to read: how many cases came, were closed, are late, and where."""
    totals, left = brief.totals, brief.standing
    words = _("上报%(reported)d件，办结%(closed)d件") % {"reported": totals.reported, "closed": totals.closed}
    if not left.overdue:
        return words + _("，没有超时。")
    worst = prose.overdue_rows(brief.units)[0]
    if worst.standing.overdue == left.overdue:
        return words + _("；超时%(late)d件，在%(unit)s。") % {"late": left.overdue, "unit": prose.unit_label(worst)}
    where = _("%(n)d件在%(unit)s") % {"n": worst.standing.overdue, "unit": prose.unit_label(worst)}
    return words + _("；超时%(late)d件，%(where)s。") % {"late": left.overdue, "where": where}


def _tiles(brief: CountedBrief) -> list[dict[str, Any]]:
    values = (
        (brief.totals.reported, _("上报"), False),
        (brief.totals.closed, _("办结"), False),
        (brief.standing.open, _("在办"), False),
        (brief.standing.overdue, _("超时"), brief.standing.overdue > 0),
    )
    return [{"value": str(value), "label": label, "late": late} for value, label, late in values]


def _groups(brief: CountedBrief) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for section in prose.sections(brief):
        rows = [
            _row(prose.label_of(one.figure), told(one.quantity), _(one.figure.unit), _("、").join(prose.details(one)))
            for one in section.figures
        ]
        if rows:
            groups.append({"title": section.title, "rows": rows, "words": []})
    late = [
        _row(
            prose.unit_label(row),
            str(row.standing.overdue),
            _("件"),
            _("在办%(n)d件") % {"n": row.standing.open},
            late=True,
        )
        for row in prose.overdue_rows(brief.units)
    ]
    if late:
        groups.insert(0, {"title": _("超时案件"), "rows": late, "words": []})
    stages = [
        _row(row.state.name, "", prose.stage_label(row), _("、").join(prose.work_told(row.work)[:3]))
        for row in brief.campaigns
    ]
    if stages:
        groups.append({"title": _("专项行动"), "rows": stages, "words": []})
    if brief.errata:
        groups.append({"title": _("更正"), "rows": [], "words": [prose.erratum_sentence(one) for one in brief.errata]})
    return groups


def _row(label: str, value: str, unit: str, note: str = "", *, late: bool = False) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "late": late}
