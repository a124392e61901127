"""A brief as plain text to paste into a chat group: one thing a line."""

from __future__ import annotations

from django.utils.translation import gettext as _

from xiuhua.measures.figures import Counted
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.briefs import CountedBrief


def as_text(brief: CountedBrief) -> str:
    """The brief as plain text to paste into a chat group."""
    lines = [f"【{brief.unit_name or brief.bureau}】{brief.period.title}", brief.period.label]
    if brief.mark:
        lines.append(_("（%(mark)s）") % {"mark": _(brief.mark)})
    for n, section in enumerate(prose.sections(brief), start=1):
        lines += ["", f"{prose.numeral(n)}{section.title}"]
        lines += [_figure_line(brief, one) for one in section.figures]
        if section.code == "progress":
            lines += [
                prose.plain(section.sentences[0]).rstrip("。. "),
                *(prose.campaign_line(row) for row in brief.campaigns),
            ]
        elif not section.figures:
            lines += [prose.plain(sentence).strip().rstrip("。.") for sentence in section.sentences]
    if len(lines) <= 3:
        lines += ["", _("这一期没有记录。")]
    if brief.errata:
        lines += ["", _("更正"), *(prose.erratum_sentence(one).strip() for one in brief.errata)]
    lines += ["", prose.sums_up(brief), prose.how_to_verify(brief)]
    return "\n".join(lines) + "\n"


def _figure_line(brief: CountedBrief, counted: Counted) -> str:
    """One figure a line; where the wording is round, the exact number stands beside it."""
    words = prose.amount(counted, brief.period)
    found = _("、").join(prose.details(counted))
    beside = [one for one in (prose.exact(counted) if prose.exact(counted) != words else "", found) if one]
    return (
        prose.label_of(counted.figure)
        + prose.gap()
        + words
        + prose.in_brackets([prose.comma().join(beside)] if beside else [])
    )
