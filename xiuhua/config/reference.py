"""The pages of docs/ that are made from the program itself, so that they cannot be wrong for long.

A test compares them with what stands in docs/; `xiuhua docs --write` writes them anew.
"""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields
from pathlib import Path

import click
from django.utils import translation

from xiuhua.cases import flow
from xiuhua.city.access import VERBS
from xiuhua.city.models import Role
from xiuhua.config.environment import HOUSE, SETTINGS
from xiuhua.ledger.dictionary import KINDS, Fact
from xiuhua.ledger.items import ITEMS
from xiuhua.measures.figures import FIGURES
from xiuhua.measures.laws import LAWS

DOCS = HOUSE / "docs"
MADE = "*This page is made by `xiuhua docs --write` from {source}; change it there.*"


def page(title: str, source: str, *parts: str) -> str:
    """A page with its title and where it is made from."""
    return "\n\n".join((f"# {title}", MADE.format(source=source), *(part for part in parts if part))) + "\n"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell is told as itself."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _told(text: str | None) -> str:
    """A docstring as a paragraph."""
    return " ".join(inspect.cleandoc(text or "").split())


# ---------------------------------------------------------------- the pages


def kinds() -> str:
    """What a line of the ledger can say."""
    rooms: dict[str, list[type[Fact]]] = {}
    for cls in KINDS.values():
        rooms.setdefault(cls.__module__.rpartition(".")[2], []).append(cls)
    parts = [
        f"{len(KINDS)} kinds. **counts** lines carry a quantity that adds up; **moves** lines carry the state after them."
    ]
    for room in sorted(rooms):
        parts += [f"## {room}", *(_kind(cls) for cls in rooms[room])]
    return page("What a line can say", "`xiuhua/ledger/kinds/`", *parts)


def _kind(cls: type[Fact]) -> str:
    marks = " · ".join(word for word, is_so in (("**counts**", cls.sums), ("**moves**", cls.moves)) if is_so)
    hints = typing.get_type_hints(cls)
    rows = [
        (
            f"`{field.name}`",
            f"`{_type_words(hints[field.name])}`",
            "" if field.default is MISSING else f"`{field.default!r}`",
        )
        for field in fields(cls)
    ]
    heading = f"### `{cls.kind}` {cls.label}" + (f" · {marks}" if marks else "")
    return "\n\n".join(
        (heading, _told(cls.__doc__), *([table(("field", "type", "when not told"), rows)] if rows else []))
    )


def _type_words(hint: object) -> str:
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def settings() -> str:
    """What may be set from outside."""
    rows = [(f"`{one.name}`", f"`{one.default}`" if one.default else "", one.meaning) for one in SETTINGS]
    told = "Each setting is an environment variable; a value that cannot be used stops the program with a sentence."
    return page("Settings", "`xiuhua/config/environment.py`", told, table(("name", "without it", "meaning"), rows))


def case_loop() -> str:
    """The loop of a case as its table draws it."""
    roles = {role.value: str(role.label) for role in Role}
    moves = [
        (
            f"`{move.verb}` {move.label}",
            "、".join(flow.STATES[state] for state in move.sources),
            flow.STATES[move.target],
            f"`{move.kind.kind}`",
            "、".join(roles[role] for role in roles if role in VERBS[move.may]),
        )
        for move in flow.MOVES.values()
    ]
    reasons = [
        (f"`{verb}` {flow.MOVES[verb].label if verb in flow.MOVES else ''}", f"`{code}`", words)
        for verb, known in flow.REASONS.items()
        for code, words in known.items()
    ]
    return page(
        "The loop of a case",
        "`xiuhua/cases/flow.py`",
        f"```mermaid\n{flow.drawn()}\n```",
        "## Steps",
        table(("step", "from", "to", "line", "who may"), moves),
        "## Reasons",
        "A line keeps the code; the words stand here and in the program.",
        table(("step", "code", "reason"), reasons),
    )


def measures() -> str:
    """What lines add up to."""
    figures = [
        (f"`{one.code}`", one.label, one.label_en, one.unit, ", ".join(f"`{item}`" for item in one.items), one.section)
        for one in FIGURES
    ]
    laws = [
        (f"`{law.measure}`", law.kind, ", ".join(f"`{one}`" for one in (law.over or law.parts)))
        for law in LAWS
    ]  # fmt: skip
    from xiuhua.measures import laws as told

    return page(
        "Measures",
        "`xiuhua/measures/`",
        "Every figure is the sum of the quantities of its items over the lines that stand; no two figures share an item.",
        "## Figures",
        table(("code", "label", "in English", "unit", "items", "section"), figures),
        "## Laws",
        _told((told.__doc__ or "").partition("\n\n")[2]),
        table(("measure", "law", "over, or its parts"), laws),
    )


def items() -> str:
    """What can be counted."""
    rows = [(f"`{one.code}`", one.label, one.label_en, one.unit) for one in ITEMS.values()]
    return page("What can be counted", "`xiuhua/ledger/items.py`", table(("code", "label", "in English", "unit"), rows))


def commands() -> str:
    """The third way in."""
    from xiuhua.config.cli import xiuhua

    parts = [_help(xiuhua)]
    context = click.Context(xiuhua, info_name="xiuhua")
    for name in xiuhua.list_commands(context):
        parts += list(_command(xiuhua.get_command(context, name), f"xiuhua {name}", "##"))
    return page("Commands", "the commands in `xiuhua/config/cli/`", *parts)


def _command(command: click.Command | None, name: str, heading: str) -> Iterable[str]:
    if command is None or command.hidden:
        return
    yield f"{heading} `{name}`"
    yield _help(command)
    rows = [
        (
            ", ".join(f"`{option}`" for option in (*one.opts, *one.secondary_opts)),
            _default(one),
            (one.help or "").strip(),
        )
        for one in command.params
        if isinstance(one, click.Option) and not one.hidden
    ]
    arguments = " ".join(str(one.human_readable_name) for one in command.params if isinstance(one, click.Argument))
    if arguments:
        yield f"Call: `{name} {arguments}`"
    if rows:
        yield table(("option", "without it", "meaning"), rows)
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for below in command.list_commands(context):
            yield from _command(command.get_command(context, below), f"{name} {below}", f"{heading}#")


def _help(command: click.Command) -> str:
    r"""The help text; what stands after `\b` is kept line by line as code."""
    told = inspect.cleandoc(command.help or "").replace("\f", "")
    parts = []
    for part in told.split("\n\n"):
        text = part.strip("\n")
        if text.startswith("\b"):
            parts.append("```text\n" + text.removeprefix("\b").strip("\n") + "\n```")
        elif text.strip():
            parts.append(" ".join(text.split()))
    return "\n\n".join(parts)


def _default(option: click.Option) -> str:
    plain = (
        option.default is None
        or callable(option.default)
        or option.is_flag
        or "Sentinel" in type(option.default).__name__
    )
    return "" if plain or option.default == "" else f"`{option.default}`"


def openapi() -> str:
    """The documented API, as machines read it."""
    return importlib.import_module("xiuhua.doors.api.schema").openapi_text()


PAGES: dict[str, Callable[[], str]] = {
    "kinds.md": kinds,
    "settings.md": settings,
    "case-loop.md": case_loop,
    "commands.md": commands,
    "measures.md": measures,
    "items.md": items,
    "openapi.json": openapi,
}


def made(name: str) -> str:
    """A page as the program says now, in the language of the program's source."""
    with translation.override("zh-hans"):
        return PAGES[name]()


def stale(folder: Path = DOCS) -> list[str]:
    """The pages that are not what the program says now."""
    return [name for name in PAGES if not _is(folder / name, made(name))]


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def write(folder: Path = DOCS) -> list[str]:
    """Write the pages that are not what the program says now; which they were."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder)
    for name in changed:
        (folder / name).write_text(made(name), "utf-8")
    return changed
