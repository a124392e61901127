"""Finding cases by words: Chinese has no spaces, so a text is indexed by its pairs of characters.

A case's `text` is its numbers, place, description and road, tidied: full-width as half-width, lower case, no spaces.
A search means: every term (between spaces) is part of that text. `grams` are what the database indexes: what begins at each
place of the text, two signs, or three of Latin letters and digits (two digits are in every number), fewer at the end. So
a term shorter than a gram is found as the beginning of one. The index narrows, the text itself decides: so SQLite and PostgreSQL
give the same cases, those of a scan of every text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from xiuhua.cases.models import Case

LONGEST_WORDS = 3000
MOST_TERMS = 8
COMMON = 5000
"""More cases than this have the grams: then going through the list in its own order finds a page sooner than the index."""


def tidy(text: str) -> str:
    """A text as it is compared: half-width, lower case, without spaces and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", "", unicodedata.normalize("NFKC", text).lower())


def words_of(parts: Iterable[str]) -> str:
    """The parts of a case as one text; a line break keeps a term from reaching over two of them."""
    return "\n".join(filter(None, map(tidy, parts)))[:LONGEST_WORDS]


def grams_of(text: str) -> str:
    """What is indexed of a text: each gram once, in letters that every database takes for a word."""
    found: dict[str, None] = {}
    for line in text.split("\n"):
        found |= dict.fromkeys(_code(line[n : _end(line, n)]) for n in range(len(line)))
    return " ".join(found)


def _end(line: str, n: int) -> int:
    """Where the gram that begins at a place ends: three letters or digits, else two signs, or the line before that."""
    return n + (3 if _latin(line[n : n + 3]) and len(line) >= n + 3 else 2)


def _latin(some: str) -> bool:
    return some.isascii() and some.isalnum()


def _code(gram: str) -> str:
    return "x" + "".join(f"{ord(sign):05x}" for sign in gram)


def terms_of(asked: str) -> list[str]:
    """The terms of a search: what stands between spaces, tidied, the longest first."""
    terms = {tidy(one) for one in asked.split()} - {""}
    return sorted(terms, key=lambda one: (-len(one), one))[:MOST_TERMS]


def _wanted(term: str) -> Iterator[tuple[str, bool]]:
    """The grams that a text with this term has; True where the gram may be only the beginning of one.

    Two letters at the end of a term may have a third behind them in the text; so may the last sign of any.
    """
    for n in range(len(term)):
        gram = term[n : _end(term, n)]
        if len(gram) > 1 and not (len(gram) == 2 and _latin(gram)):
            yield _code(gram), False
        elif (len(gram) == 2 and n + 2 == len(term)) or len(term) == 1:
            yield _code(gram), True


def found_by(cases: QuerySet[Case], asked: str) -> QuerySet[Case]:
    """Those of some cases whose text holds every term of a search. No terms find nothing."""
    terms = terms_of(asked)
    if not terms:
        return cases.none()
    for term in terms:
        cases = cases.filter(text__contains=term)
    grams = list(dict.fromkeys(one for term in terms for one in _wanted(term)))
    return _narrowed(cases, grams) if grams else cases


def _narrowed(cases: QuerySet[Case], grams: list[tuple[str, bool]]) -> QuerySet[Case]:
    """By the index of the database in use. The grams are hexadecimal, so nothing in them is an operator."""
    if connection.vendor == "postgresql":
        query = " & ".join(f"{gram}:*" if begins else gram for gram, begins in grams)
        return cases.filter(RawSQL(f"{VECTOR} @@ %s::tsquery", [query], output_field=BooleanField()))
    query = " AND ".join(f"{gram}*" if begins else gram for gram, begins in grams)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({MATCH} LIMIT {COMMON + 1})", [query])
        if cursor.fetchone()[0] > COMMON:
            return cases
    return cases.filter(pk__in=RawSQL(MATCH, [query]))


MATCH = "SELECT rowid FROM cases_words WHERE cases_words MATCH %s"
VECTOR = """array_to_tsvector(string_to_array("cases_case"."grams", ' '))"""
"""What PostgreSQL indexes: the grams as they are, without a parser that would look for words and numbers in them."""
