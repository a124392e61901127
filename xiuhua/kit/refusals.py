"""A refusal is a rule saying no: the person is told what, where, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A rule said no. `code` is for machines (`room.rule`), `message` for people, `facts` for both.

    `field` names the input that was refused, so that a form can show the sentence where it belongs.
    """

    def __init__(self, code: str, message: str, *, field: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.field = field
        self.facts: Mapping[str, Any] = facts

    def __str__(self) -> str:
        return self.message


class Absent(Refused):
    """The thing is not there, or not yours: both look the same."""

    def __init__(self, code: str = "absent", message: str = "没有找到，或者不在您的职责范围内。", **facts: Any) -> None:
        super().__init__(code, message, **facts)
