"""Finding a row of the filing standard: by words, by code, or by the initials of its pinyin (zdjy finds 占道经营)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence

from pypinyin import Style, lazy_pinyin

from xiuhua.cases.models import StandardRow


@functools.lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """The first letters of the pinyin of a text; letters and digits stay."""
    return "".join(one[:1] if not one.isascii() or one.isalpha() else one for one in _letters(text)).lower()


def _letters(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.FIRST_LETTER)


def fits(row: StandardRow, words: Sequence[str]) -> bool:
    """Whether every word is in the row: its name, conditions, units or code, or the initials of its name."""
    text = f"{row.matter_name} {row.major_name} {row.condition} {row.closing} {row.handling_unit} {row.matter} {row.code}".lower()
    letters = initials(row.matter_name)
    return all(word in text or (word.isascii() and word in letters) for word in words)


def found_among(rows: Iterable[StandardRow], text: str) -> Iterator[StandardRow]:
    """The rows that fit what was typed, those whose name or initials begin so before the others."""
    words = text.lower().split()
    if not words:
        yield from rows
        return
    hits = [row for row in rows if fits(row, words)]
    hits.sort(key=lambda row: not (row.matter_name.lower().startswith(words[0]) or initials(row.matter_name).startswith(words[0])))  # fmt: skip
    yield from hits
