"""Readers: what happens because lines were written. Each has a bookmark; one that crashed goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from xiuhua.ledger.models import Bookmark, Line, Link

BATCH = 500

Reader = Callable[[Sequence[Line]], None]
READERS: dict[str, Reader] = {}


def reader(name: str) -> Callable[[Reader], Reader]:
    """Enter a function as a reader. It gets bound lines in order, in one transaction with its bookmark."""

    def enter(function: Reader) -> Reader:
        if name in READERS:
            raise RuntimeError(f"two readers are called {name}")
        READERS[name] = function
        return function

    return enter


def lines_after(seq: int, limit: int = BATCH) -> tuple[list[Line], int]:
    """The bound lines after a number, in order, and the number of the last."""
    links = list(Link.objects.filter(seq__gt=seq).order_by("seq")[:limit])
    if not links:
        return [], seq
    found = Line.objects.in_bulk([link.line_id for link in links])
    return [found[link.line_id] for link in links], links[-1].seq


def read_on(name: str) -> int:
    """Let one reader deal with all bound lines that are new to it; returns how many there were."""
    total = 0
    while step := _step(name):
        total += step
    return total


@transaction.atomic
def _step(name: str) -> int:
    bookmark, _made = Bookmark.objects.select_for_update().get_or_create(reader=name)
    lines, seq = lines_after(bookmark.seq, BATCH)
    if lines:
        READERS[name](lines)
        Bookmark.objects.filter(reader=name).update(seq=seq)
    return len(lines)


def read_all() -> dict[str, int]:
    """Let every reader read on."""
    return {name: read_on(name) for name in sorted(READERS)}
