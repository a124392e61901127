"""The formats of a brief, each by one function; the command, the desk and the API all ask here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from xiuhua.kit.refusals import Absent
from xiuhua.programme.brief_page import page_of
from xiuhua.programme.brief_papers import Link, no_link, pdf_of, picture_of
from xiuhua.programme.brief_text import as_text
from xiuhua.programme.brief_word import WORD_DOCUMENT, word_of
from xiuhua.programme.briefs import CountedBrief


@dataclass(frozen=True)
class Format:
    """A format: how a file of it ends, what it is to a browser, whether people read it in a terminal, how it is made."""

    ending: str
    content_type: str
    readable: bool
    make: Callable[[CountedBrief, Link], str | bytes]


FORMATS = {
    "text": Format("txt", "text/plain; charset=utf-8", True, lambda brief, link: as_text(brief)),
    "html": Format("html", "text/html; charset=utf-8", True, lambda brief, link: page_of(brief, link=link)),
    "json": Format(
        "json",
        "application/json; charset=utf-8",
        True,
        lambda brief, link: json.dumps(brief.told(), ensure_ascii=False, indent=2) + "\n",
    ),
    "pdf": Format("pdf", "application/pdf", False, lambda brief, link: pdf_of(brief, link=link)),
    "png": Format("png", "image/png", False, lambda brief, link: picture_of(brief)),
    "docx": Format("docx", WORD_DOCUMENT, False, lambda brief, link: word_of(brief, link=link)),
}


def made(brief: CountedBrief, kind: str, *, link: Link = no_link, edition: str = "") -> bytes:
    """The brief in a format."""
    if kind not in FORMATS:
        raise Absent("brief.format", "没有这种格式。")
    done = picture_of(brief, edition=edition) if kind == "png" else FORMATS[kind].make(brief, link)
    return done.encode() if isinstance(done, str) else done


def file_name(brief: CountedBrief, kind: str) -> str:
    """What the file is called: whose brief, of which days."""
    days = brief.period.from_day.isoformat()
    if brief.period.to_day != brief.period.from_day:
        days += f"至{brief.period.to_day.isoformat()}"
    return f"{brief.title}{days}.{FORMATS[kind].ending}"
