"""The English catalogue: which Chinese sentences the program can say, and which have no English yet.

`make words` enters new sentences into xiuhua/locale/en/LC_MESSAGES/django.po and takes out those that nobody says any
more; a test fails while one has no English.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django
import polib
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[2]
CATALOGUE = HOUSE / "xiuhua" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SAYING = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
REFUSING = {"Refused", "Absent"}
TEXT = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(n?)gettext\(\s*{TEXT}(?:\s*,\s*{TEXT})?")
CHINESE = re.compile(r"[\u3400-\u9fff]")
TABLES = "xiuhua/doors/frame/terms.py"


@dataclass
class Said:
    """A sentence, its plural when it counts something, and the files that say it."""

    text: str
    plural: str = ""
    places: set[str] = field(default_factory=set)


def in_templates() -> Iterator[tuple[str, str, str]]:
    """Sentences of templates: text, plural, file."""
    for path in sorted((HOUSE / "xiuhua").rglob("templates/**/*.html")):
        where = str(path.relative_to(HOUSE))
        for many, text, plural in CALL.findall(templatize(path.read_text("utf-8"), origin=where)):
            yield ast.literal_eval(text), ast.literal_eval(plural) if many and plural else "", where


def in_python() -> Iterator[tuple[str, str, str]]:
    """Sentences of Python: what is marked for translation, and the sentences of refusals."""
    for path in sorted((HOUSE / "xiuhua").rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from ((text, plural, str(path.relative_to(HOUSE))) for text, plural in _said(node))


def _said(call: ast.Call) -> Iterator[tuple[str, str]]:
    name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
    if name in SAYING:
        texts = [_text(one) for one in call.args[:2]]
        if texts and texts[0]:
            yield texts[0], texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""
    elif name in REFUSING:
        told = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "message")]
        yield from ((_text(one), "") for one in told if _text(one))


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def in_tables() -> Iterator[tuple[str, str, str]]:
    """Words that stand in tables and are translated when shown: states, reasons, items, kinds."""
    from xiuhua.doors.frame.terms import words  # after Django is set up

    yield from ((text, "", TABLES) for text in words())


def sentences() -> dict[str, Said]:
    """Every Chinese sentence that the program can say."""
    found: dict[str, Said] = {}
    for text, plural, where in (*in_templates(), *in_python(), *in_tables()):
        if CHINESE.search(text):
            said = found.setdefault(text, Said(text))
            said.plural = said.plural or plural
            said.places.add(where)
    return found


def read() -> polib.POFile:
    """The catalogue as it stands; an empty one when there is none."""
    if CATALOGUE.is_file():
        return polib.pofile(str(CATALOGUE), wrapwidth=100)
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def without_english(catalogue: polib.POFile) -> list[str]:
    """Sentences that have no English."""
    known = {(entry.msgid, entry.msgid_plural) for entry in catalogue if entry.translated() and not entry.obsolete}
    return sorted(said.text for said in sentences().values() if (said.text, said.plural) not in known)


def write() -> None:
    """Enter what is new, take out what nobody says, keep every translation."""
    catalogue, said = read(), sentences()
    kept = {entry.msgid: entry for entry in catalogue if entry.msgid in said}
    catalogue.clear()
    for text, one in said.items():
        entry = kept.get(text) or polib.POEntry(msgid=text)
        if one.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural = one.plural, {0: entry.msgstr, 1: entry.msgstr}
        entry.occurrences = [(where, "") for where in sorted(one.places)]
        entry.flags = ["python-format"] if re.search(r"%\(\w+\)", text) else []
        catalogue.append(entry)
    catalogue.sort(key=lambda entry: (entry.occurrences[0][0], entry.msgid))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    missing = len(without_english(catalogue))
    print(f"{len(catalogue)} sentences, {missing} without English, in {CATALOGUE.relative_to(HOUSE)}")  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")
    django.setup()
    write()
