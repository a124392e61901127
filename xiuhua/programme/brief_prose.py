"""A brief in sentences: sections of paragraphs, in which every figure is a piece of its own that can be linked.

The same sentences go into text, page, paper, picture and Word file. A stage is told in public wording (900余个); a
day and a week exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.ledger.items import ITEMS
from xiuhua.measures.campaigns import STAGES_EN
from xiuhua.measures.cases import CaseTotals
from xiuhua.measures.errata import Erratum
from xiuhua.measures.figures import Counted, Figure, told
from xiuhua.programme.briefs import SMALL_SAMPLE, CampaignRow, CountedBrief, UnitRow, Work, sorted_sources, source_label
from xiuhua.programme.periods import Period


@dataclass(frozen=True)
class Piece:
    """Some words; those that tell a figure carry its code and its lines."""

    text: str
    figure: str = ""
    lines: int = 0


Sentence = tuple[Piece, ...]


@dataclass(frozen=True)
class Section:
    """A section of the brief: its title and its sentences, one for each thing that it tells."""

    code: str
    title: str
    sentences: tuple[Sentence, ...]
    figures: tuple[Counted, ...] = ()

    @property
    def text(self) -> str:
        return "".join(plain(sentence) for sentence in self.sentences)


def plain(sentence: Sentence) -> str:
    """A sentence without its links."""
    return "".join(piece.text for piece in sentence)


def english() -> bool:
    return (get_language() or "").startswith("en")


def section_titles() -> dict[str, str]:
    return {
        "publicity": _("宣传发动"),
        "convenience": _("便民设施"),
        "campaigns": _("专项整治"),
        "street": _("街面秩序"),
        "cases": _("案件办理"),
        "progress": _("专项行动进展"),
    }


def sections(brief: CountedBrief) -> list[Section]:
    """The sections that have something to tell, in the order of a brief."""
    titles = section_titles()
    found = [_figure_section(brief, code) for code in ("publicity", "convenience", "campaigns", "street")]
    found.append(Section("cases", titles["cases"], tuple(_case_sentences(brief))))
    found.append(Section("progress", titles["progress"], tuple(_campaign_sentences(brief))))
    return [section for section in found if section.sentences]


# ---------------------------------------------------------------- figures


def label_of(figure: Figure) -> str:
    return figure.label_en if english() else figure.label


def amount(counted: Counted, period: Period) -> str:
    """The figure as the brief tells it: publicly for a stage, exactly for a day or a week."""
    return public(counted) if period.series == "stage" else exact(counted)


def exact(counted: Counted) -> str:
    return told(counted.quantity) if english() else counted.exact


def public(counted: Counted) -> str:
    return counted.public_en if english() else counted.public


def _figure_section(brief: CountedBrief, code: str) -> Section:
    rows = tuple(one for one in brief.figures if one.figure.section == code and one.quantity)
    last = rows[-1] if rows else None
    sentences = tuple(
        (
            Piece(label_of(one.figure) + gap()),
            Piece(amount(one, brief.period), one.figure.code, one.lines),
            Piece(in_brackets(details(one)) + (stop() if one is last else semicolon())),
        )
        for one in rows
    )
    return Section(code, section_titles()[code], sentences, rows)


def details(counted: Counted) -> list[str]:
    """What is told of a figure besides: its parts, what is marked of it, and how much came in late."""
    unit = "" if english() else counted.figure.unit
    parts = {item: quantity for item, quantity in counted.parts.items() if quantity}
    found = [f"{_item_label(item)}{told(quantity, unit)}" for item, quantity in parts.items()] if len(parts) > 1 else []
    if not english():
        marks = {mark.label: mark.label for mark in counted.figure.marks}
    else:
        marks = {mark.label: f"{mark.label_en} " for mark in counted.figure.marks}
    found += [f"{marks[label]}{told(quantity, unit)}" for label, quantity in counted.marked.items()]
    if counted.backfilled:
        found.append(_("其中补录%(n)s") % {"n": told(counted.backfilled, unit)})
    return found


def parts_told(counted: Counted) -> list[tuple[str, str]]:
    """The parts of a figure that has several items: label and exact quantity."""
    unit = "" if english() else counted.figure.unit
    return [(_item_label(item).strip(), told(quantity, unit)) for item, quantity in counted.parts.items()]


SHORT_ITEMS = {"posting_pasted": "张贴", "posting_sprayed": "喷涂", "posting_window": "橱窗"}


def _item_label(item: str) -> str:
    if english():
        return f"{ITEMS[item].label_en} "
    return SHORT_ITEMS.get(item, ITEMS[item].label)


def in_brackets(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    return f" ({', '.join(parts)})" if english() else f"（{'、'.join(parts)}）"


# ---------------------------------------------------------------- cases


def on_time(totals: CaseTotals) -> str:
    """How many were on time: a share where there are enough cases, else counts; empty where there is none to judge."""
    if not totals.judged:
        return ""
    if totals.judged < SMALL_SAMPLE:
        return _("按时办结%(on_time)d件、超时%(late)d件") % {"on_time": totals.on_time, "late": totals.closed_late}
    return _("按时办结率%(rate)s%%（%(on_time)d/%(judged)d）") % {
        "rate": percent(totals.on_time, totals.judged),
        "on_time": totals.on_time,
        "judged": totals.judged,
    }


def percent(part: int, whole: int) -> str:
    """A share in percent with one decimal, rounded down, so that 99.97 never reads 100."""
    return f"{part * 1000 // whole / 10:.1f}"


def _case_sentences(brief: CountedBrief) -> Iterable[Sentence]:
    totals, left = brief.totals, brief.standing
    if totals == CaseTotals() and not left.open:
        return
    if totals == CaseTotals():
        yield (Piece(_left(brief)),)
        return
    words = [_("上报案件%(n)d件") % {"n": totals.reported}]
    words += [
        text % {"n": n} for n, text in ((totals.filed, _("立案%(n)d件")), (totals.handled, _("处置%(n)d件"))) if n
    ]
    words.append(_("办结%(n)d件") % {"n": totals.closed})
    words += [
        text for text in (on_time(totals), _("返工%(n)d件") % {"n": totals.reworked} if totals.reworked else "") if text
    ]
    yield (Piece(comma().join(words) + stop()),)
    if len(brief.sources) > 1:
        told_by = [
            _("%(source)s%(n)d件") % {"source": source_label(source), "n": n} for source, n in sorted_sources(brief)
        ]
        yield (Piece(_("上报来源：%(list)s") % {"list": (", " if english() else "、").join(told_by)} + stop()),)
    yield (Piece(_left(brief)),)


def as_of_told(brief: CountedBrief) -> str:
    """`5月3日24时` for the end of a day, else `5月3日13时05分`."""
    local = timezone.localtime(brief.as_of)
    if (local.hour, local.minute) == (0, 0):
        ended = brief.period.to_day
        return _("%(m)d月%(d)d日24时") % {"m": ended.month, "d": ended.day}
    return _("%(m)d月%(d)d日%(h)d时%(min)02d分") % {
        "m": local.month,
        "d": local.day,
        "h": local.hour,
        "min": local.minute,
    }


def _left(brief: CountedBrief) -> str:
    left = brief.standing
    moment = as_of_told(brief)
    if not left.overdue:
        return _("截至%(moment)s在办%(n)d件，没有超时案件") % {"moment": moment, "n": left.open} + stop()
    late = [
        _("%(unit)s%(n)d件") % {"unit": unit_label(row), "n": row.standing.overdue} for row in overdue_rows(brief.units)
    ]
    return (
        _("截至%(moment)s在办%(n)d件，其中超时%(late)d件：%(units)s")
        % {"moment": moment, "n": left.open, "late": left.overdue, "units": "、".join(late)}
        + stop()
    )


def overdue_rows(rows: Iterable[UnitRow]) -> list[UnitRow]:
    """Units with overdue cases, the most first."""
    return sorted((row for row in rows if row.standing.overdue), key=lambda row: (-row.standing.overdue, row.path))


def unit_label(row: UnitRow) -> str:
    return row.name or _("未派单位")


# ---------------------------------------------------------------- campaigns


def stage_label(row: CampaignRow) -> str:
    return STAGES_EN[row.state.stage] if english() else row.state.stage_label


def _campaign_sentences(brief: CountedBrief) -> Iterable[Sentence]:
    """How many campaigns there are, and which of them stand at each stage."""
    if not brief.campaigns:
        return
    yield (Piece(_("共部署专项行动%(n)d项") % {"n": len(brief.campaigns)} + stop()),)
    for stage in ("running", "planned", "closed"):
        rows = [row for row in brief.campaigns if row.state.stage == stage]
        if rows:
            words = _("%(stage)s%(n)d项：%(names)s") % {
                "stage": stage_label(rows[0]),
                "n": len(rows),
                "names": _("、").join(row.state.name for row in rows),
            }
            yield (Piece(words + stop()),)


def campaign_line(row: CampaignRow) -> str:
    """One campaign: its stage, and what was done for it in the period."""
    return comma().join([f"{row.state.name}{_('：')}{stage_label(row)}", *work_told(row.work)[:3]])


def work_told(work: Work) -> list[str]:
    """What was done, each figure with its label."""
    unit = not english()
    return [f"{label_of(one)}{gap()}{told(quantity, one.unit if unit else '')}" for one, quantity in work]


# ---------------------------------------------------------------- errata and the foot


def erratum_sentence(one: Erratum) -> str:
    """What a published brief told and what is true by now, with the reason of the difference."""
    period = Period(one.published.from_day, one.published.to_day)
    unit = "" if english() else one.unit
    why = [text % {"n": told(n, unit)} for n, text in ((one.voided, _("作废%(n)s")), (one.late, _("迟报%(n)s"))) if n]
    change = _("增加%(n)s") if one.difference > 0 else _("减少%(n)s")
    return (
        _("%(period)s%(title)s（装订至第%(seq)d条）：%(label)s原报%(was)s，现为%(now)s，%(change)s（%(why)s）")
        % {
            "period": period.label,
            "title": period.title,
            "seq": one.published.bound_to,
            "label": one.label_en if english() else one.label,
            "was": told(one.was, unit),
            "now": told(one.now, unit),
            "change": change % {"n": told(abs(one.difference), unit)} if one.difference else _("总数不变"),
            "why": _("、").join(why),
        }
        + stop()
    )


def sums_up(brief: CountedBrief) -> str:
    """Where the figures come from: how many lines, bound up to where."""
    lines = sum(one.lines for one in brief.figures)
    if not lines:
        return _("台账装订至第 %(seq)d 条。") % {"seq": brief.bound_to}
    return _("以上统计数由台账 %(lines)d 行逐行相加得出，台账装订至第 %(seq)d 条。") % {
        "lines": lines,
        "seq": brief.bound_to,
    }


def head_in_parts(brief: CountedBrief) -> str:
    """The head with a place to break after every eight characters, for narrow paper."""
    return "\u200b".join(brief.head[n : n + 8] for n in range(0, len(brief.head), 8))


def how_to_verify(brief: CountedBrief) -> str:
    """What somebody does who wants to know whether the ledger still is what this brief stands on."""
    return _("核验：xiuhua verify --head %(head)s") % {"head": brief.head}


def absent(brief: CountedBrief) -> str:
    """The figures of which the period has nothing, so that nobody looks for them in vain."""
    names = [label_of(one.figure) for one in brief.figures if not one.lines]
    return _("本期没有记录的项目：%(list)s") % {"list": _("、").join(names)} + stop() if names else ""


def gap() -> str:
    return " " if english() else ""


def semicolon() -> str:
    return "; " if english() else "；"


def comma() -> str:
    return ", " if english() else "，"


def stop() -> str:
    return ". " if english() else "。"


def numeral(n: int) -> str:
    """一、二、 … before a section's title."""
    return f"{n}. " if english() else f"{'一二三四五六七八九十'[n - 1]}、"
