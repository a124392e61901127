"""Finding cases by words: Chinese has no spaces, so a text is indexed by its pairs of characters.

A case's `text` is its numbers, place, description and road, tidied: full-width as half-width, lower case, no spaces.
A search means: every term (between spaces) is part of that text. `grams` are what the database indexes: pairs of
characters, threes of Latin letters and digits (two digits are in every number), and the short ends of each run, so that
a term shorter than a gram is found as a beginning. The index narrows, the text itself decides: so SQLite and PostgreSQL
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
RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9\W]+|[^\w\n]+|_+")
"""Letters and digits, other letters such as Chinese, signs: a gram never crosses from one to another."""


def tidy(text: str) -> str:
    """A text as it is compared: half-width, lower case, without spaces and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", "", unicodedata.normalize("NFKC", text).lower())


def words_of(parts: Iterable[str]) -> str:
    """The parts of a case as one text; a line break keeps a term from reaching over two of them."""
    return "\n".join(filter(None, map(tidy, parts)))[:LONGEST_WORDS]


def grams_of(words: str) -> str:
    """What is indexed of a text: each gram once, in letters that every database takes for a word."""
    found: dict[str, None] = {}
    for run in RUNS.findall(words):
        k = _length(run)
        found |= dict.fromkeys(_code(run[n : n + k]) for n in range(len(run)))
    return " ".join(found)


def _length(run: str) -> int:
    return 3 if run[0].isascii() and run[0].isalnum() else 2


def _code(gram: str) -> str:
    return "x" + "".join(f"{ord(sign):05x}" for sign in gram)


def terms_of(asked: str) -> list[str]:
    """The terms of a search: what stands between spaces, tidied, the longest first."""
    terms = {tidy(one) for one in asked.split()} - {""}
    return sorted(terms, key=lambda one: (-len(one), one))[:MOST_TERMS]


def _wanted(term: str) -> Iterator[tuple[str, bool]]:
    """The grams that a text with this term has; True where the gram is only the beginning of one."""
    for run in RUNS.findall(term):
        k = _length(run)
        if len(run) < k:
            yield _code(run), True
        else:
            yield from ((_code(run[n : n + k]), False) for n in range(len(run) - k + 1))


def found_by(cases: QuerySet[Case], asked: str) -> QuerySet[Case]:
    """Those of some cases whose text holds every term of a search. No terms find nothing."""
    terms = terms_of(asked)
    if not terms:
        return cases.none()
    grams = list(dict.fromkeys(one for term in terms for one in _wanted(term)))
    for term in terms:
        cases = cases.filter(text__contains=term)
    return _narrowed(cases, grams) if grams else cases


def _narrowed(cases: QuerySet[Case], grams: list[tuple[str, bool]]) -> QuerySet[Case]:
    """By the index of the database in use. The grams are hexadecimal, so nothing in them is an operator."""
    if connection.vendor == "postgresql":
        query = " & ".join(f"{gram}:*" if begins else gram for gram, begins in grams)
        return cases.filter(RawSQL(f"{VECTOR} @@ %s::tsquery", [query], output_field=BooleanField()))
    query = " AND ".join(f"{gram}*" if begins else gram for gram, begins in grams)
    return cases.filter(pk__in=RawSQL("SELECT rowid FROM cases_words WHERE cases_words MATCH %s", [query]))


VECTOR = """array_to_tsvector(string_to_array("cases_case"."grams", ' '))"""
"""What PostgreSQL indexes: the grams as they are, without a parser that would look for words and numbers in them."""
