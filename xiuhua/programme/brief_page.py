"""A brief as a page of its own: one file without scripts or outside parts, to keep, to send, to print."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.programme import brief_papers as papers
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.brief_papers import Link, no_link
from xiuhua.programme.briefs import CountedBrief


def page_of(brief: CountedBrief, *, link: Link = no_link) -> str:
    """The brief as HTML; every figure is a link to its lines."""
    sections = [
        {
            "title": f"{prose.numeral(n)}{section.title}",
            "pieces": [
                {"text": piece.text, "url": link(piece.figure) if piece.figure else "", "figure": piece.figure,
                 "lines": piece.lines}
                for sentence in section.sentences
                for piece in sentence
            ],
        }
        for n, section in enumerate(prose.sections(brief), start=1)
    ]  # fmt: skip
    tables = (papers.figure_table(brief, link), papers.unit_table(brief), papers.campaign_table(brief))
    return render_to_string(
        "programme/brief.html",
        {
            "lang": "en" if (get_language() or "").startswith("en") else "zh-CN",
            "brief": brief,
            "mark": _(brief.mark) if brief.mark else "",
            "sections": sections,
            "errata": [prose.erratum_sentence(one) for one in brief.errata],
            "tables": [_for_page(table) for table in tables if table],
            "absent": prose.absent(brief),
            "dated": papers.dated(brief),
            "as_of": prose.as_of_told(brief),
            "notes": papers.notes(brief),
        },
    )


def _for_page(table: dict[str, object]) -> dict[str, object]:
    """A table whose cells know whether they are numbers."""
    numbers: list[int] = table["numbers"]  # type: ignore[assignment]
    rows: list[list[dict[str, str]]] = table["rows"]  # type: ignore[assignment]
    heads: list[str] = table["heads"]  # type: ignore[assignment]
    return {
        "title": table["title"],
        "heads": [{"text": head, "number": n in numbers} for n, head in enumerate(heads)],
        "rows": [[{**cell, "number": n in numbers} for n, cell in enumerate(row)] for row in rows],
    }
