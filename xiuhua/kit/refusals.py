"""A refusal is a rule saying no: the person is told what, where, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


class Refused(Exception):
    """A rule said no. `code` is for machines (`room.rule`), `message` for people, `facts` for both.

    The sentence is Chinese with blanks, as in `Refused("letter.none_left", "“{title}”已经发完。", title=batch.title)`;
    `message` is the sentence in the reader's language with the blanks filled from the facts. `field` names the input
    that was refused, so that a form can show the sentence where it belongs.
    """

    def __init__(self, code: str, sentence: str, /, *, field: str = "", **facts: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.facts: Mapping[str, Any] = facts
        self.finished = False

    @classmethod
    def told(cls, code: str, message: str, /, *, field: str = "", **facts: Any) -> Refused:
        """A refusal whose sentence is finished already and may hold what somebody typed; the facts fill nothing."""
        made = Refused(code, message, field=field, **facts)
        made.finished = True
        return made

    @property
    def message(self) -> str:
        return self.sentence if self.finished else filled(self.sentence, self.facts)

    def __str__(self) -> str:
        return self.message


class Absent(Refused):
    """The thing is not there, or not yours: both look the same."""

    def __init__(
        self, code: str = "absent", sentence: str = "没有找到，或者不在您的职责范围内。", /, **facts: Any
    ) -> None:
        super().__init__(code, sentence, **facts)


def filled(sentence: str, facts: Mapping[str, Any]) -> str:
    """A sentence in the reader's language with its blanks filled; one without facts is taken as it is."""
    told = gettext(sentence) if sentence else ""
    return told.format_map(facts) if facts else told
