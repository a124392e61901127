"""Chinese is the source text; the English is complete and says the same things with the same blanks."""

from __future__ import annotations

import re
import string

import polib

from tests.house import catalogue

CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
BLANK = re.compile(r"%\((\w+)\)[\d.]*[a-z]|%%")


def test_every_sentence_has_english() -> None:
    missing = catalogue.without_english(catalogue.read())
    assert missing == [], f"{len(missing)} sentences without English; run `make words` and translate them"


def test_english_has_chinese_only_where_it_shows_an_example() -> None:
    left = [
        (entry.msgid, run)
        for entry in catalogue.read()
        for english in _english(entry)
        for run in CHINESE_RUN.findall(english)
        if run not in entry.msgid
    ]
    assert left == []


def test_the_english_has_the_same_blanks() -> None:
    wrong = [
        entry.msgid
        for entry in catalogue.read()
        for english in _english(entry)
        if set(BLANK.findall(english)) != set(BLANK.findall(entry.msgid)) or _fields(english) != _fields(entry.msgid)
    ]
    assert wrong == []


def _english(entry: polib.POEntry) -> list[str]:
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def _fields(text: str) -> set[str]:
    try:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
    except ValueError:
        return set()
