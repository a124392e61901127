"""The dictionary of kinds: what a line can say. A kind is a small frozen dataclass; its docstring documents it.

Once landed, a kind only gains fields with defaults, so that every line ever written stays readable.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar, TypeVar, dataclass_transform

from xiuhua.kit.digests import canonical


@dataclass(frozen=True)
class Fact:
    """The base of all kinds: typed fields that go into a line's `facts`.

    `kind` is its name in the past tense; `sums` tells that its lines carry a quantity that may be added up and
    therefore voided; `moves` tells that its facts carry the state after the line.
    """

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    sums: ClassVar[bool] = False
    moves: ClassVar[bool] = False

    def text(self) -> str:
        """The stored bytes of the facts."""
        return canonical({field.name: getattr(self, field.name) for field in fields(self)})


KINDS: dict[str, type[Fact]] = {}

K = TypeVar("K", bound=type[Fact])


@dataclass_transform(kw_only_default=True, frozen_default=True)
def kind(name: str, label: str, *, sums: bool = False, moves: bool = False) -> Callable[[K], K]:
    """Put a dataclass into the dictionary under its name."""

    def enter(cls: K) -> K:
        if name in KINDS:
            raise RuntimeError(f"two kinds are called {name}")
        dataclass(frozen=True, kw_only=True)(cls)  # the class itself, made a dataclass in place
        shadowed = {field.name for field in fields(cls)} & {"kind", "label", "sums", "moves"}
        if shadowed:
            raise RuntimeError(f"a fact of {name} is called {shadowed.pop()}, which tells of the kind itself")
        cls.kind, cls.label, cls.sums, cls.moves = name, label, sums, moves
        KINDS[name] = cls
        return cls

    return enter


def read_facts(name: str, text: str) -> Fact | None:
    """The typed facts of a stored line; None when a newer program wrote a kind that this one does not know."""
    cls = KINDS.get(name)
    if cls is None:
        return None
    known = {field.name for field in fields(cls)}
    return cls(**{field: value for field, value in json.loads(text).items() if field in known})
