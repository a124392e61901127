"""Lines of rounds: operations, patrols, and letters from door to door."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("operation.held", "集中执法行动", sums=True)
class OperationHeld(Fact):
    """A concentrated operation was held. `partners` are the other bodies that took part, such as `traffic_police`."""

    people: int
    partners: list[str]
    segments: int


@kind("letter.printed", "印制一封信", sums=True)
class LetterPrinted(Fact):
    """A batch of letters to shopkeepers was printed."""

    title: str


@kind("letter.delivered", "送达一封信", sums=True)
class LetterDelivered(Fact):
    """A letter was handed over at a shop's door: `signed`, `left` or `refused`."""

    batch: str
    outcome: str


@kind("letter.spoiled", "一封信作废", sums=True)
class LetterSpoiled(Fact):
    """Printed letters were spoiled and will not be delivered."""

    batch: str
    reason: str
