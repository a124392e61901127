"""The tree as text and as syntax, for the tests that keep the house's habits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("city", "campaigns", "cases", "rounds", "enforcement", "programme")
BELOW_DOORS = ("kit", "ledger", "measures", "routes", *ROOMS)
NOT_OURS = {".git", ".venv", "node_modules", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
            ".import_linter_cache", ".hypothesis", "static"}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A Python file of the program."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(HOUSE).as_posix()

    @property
    def dotted(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Functions on the level of the module."""
        yield from (node for node in self.tree.body if isinstance(node, ast.FunctionDef))


@cache
def modules(*rooms: str) -> tuple[Module, ...]:
    """The Python files of some rooms, without tests and migrations."""
    found = [path for room in rooms for path in sorted((HOUSE / "xiuhua" / room).rglob("*.py"))]
    return tuple(
        Module(path, ast.parse(path.read_text("utf-8")))
        for path in found
        if not {"tests", "migrations"} & set(path.relative_to(HOUSE).parts)
    )


def files() -> Iterator[Path]:
    """Every file of the tree that is ours, whatever it is."""
    folders = [HOUSE]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.name in NOT_OURS:
                continue
            if path.is_dir():
                folders.append(path)
            else:
                yield path


def calls(node: ast.AST) -> Iterator[ast.Call]:
    yield from (one for one in ast.walk(node) if isinstance(one, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `save` of `row.save()`, `f` of `f()`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def writes(node: ast.AST) -> list[str]:
    """Calls that write to the database, with their lines.

    Told from look-alikes by how they are called: `dict.update` takes a mapping and `image.save` a place, while a row
    is saved and a query set updated by keywords alone.
    """
    found = []
    for call in calls(node):
        name = called(call)
        if not isinstance(call.func, ast.Attribute):
            continue
        by_keywords = not call.args
        writing = name in {"bulk_create", "bulk_update", "get_or_create", "update_or_create"} or (
            name in {"save", "create", "delete"} and by_keywords
        )
        writing |= name == "update" and by_keywords and bool(call.keywords)
        if name in {"execute", "executemany"} and not _reads(call):
            writing = True
        if writing:
            found.append(f"line {call.lineno}: {ast.unparse(call.func)}(…)")
    return found


def _reads(call: ast.Call) -> bool:
    told = call.args[0] if call.args else None
    return isinstance(told, ast.Constant) and str(told.value).lstrip().upper().startswith("SELECT")
