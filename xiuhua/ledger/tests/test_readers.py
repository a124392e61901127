"""Readers follow the chain; one that crashed goes on where it was."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from xiuhua.ledger import readers
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Bookmark, Line, Pending
from xiuhua.ledger.readers import lines_after, read_all, read_on, reader
from xiuhua.ledger.tests.written import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "READERS", {})
    monkeypatch.setattr(readers, "BATCH", 3)


def test_a_reader_gets_every_bound_line_once_in_order_and_no_unbound_one() -> None:
    got: list[int] = []
    reader("clerk")(lambda lines: got.extend(line.pk for line in lines))
    written = write(7)
    bind()
    write(2, begin=7)
    assert read_on("clerk") == 7
    assert got == [line.pk for line in written]
    assert read_on("clerk") == 0
    bind()
    assert read_on("clerk") == 2
    assert got == sorted(set(got)) and len(got) == 9


def test_a_reader_that_crashes_in_the_middle_goes_on_where_it_was_and_nothing_is_done_twice() -> None:
    crash = {"at": 2}

    @reader("clerk")
    def clerk(lines: Sequence[Line]) -> None:
        for line in lines:  # its work is rows, in the same transaction as its bookmark
            Bookmark.objects.create(reader=f"did {line.pk}")
        crash["at"] -= 1
        if crash["at"] == 0:
            raise OSError("the machine stops")

    written = write(8)
    bind()
    with pytest.raises(OSError, match="stops"):
        read_on("clerk")
    assert Bookmark.objects.get(reader="clerk").seq == 3
    assert Bookmark.objects.filter(reader__startswith="did").count() == 3
    assert read_on("clerk") == 5
    assert Bookmark.objects.filter(reader__startswith="did").count() == len(written)


def test_every_reader_has_a_bookmark_of_its_own() -> None:
    seen: dict[str, int] = {}
    for name in ("notices", "mirror"):
        reader(name)(lambda lines, name=name: seen.__setitem__(name, seen.get(name, 0) + len(lines)))
    write(4)
    bind()
    assert read_on("mirror") == 4
    assert read_all() == {"mirror": 0, "notices": 4}
    assert seen == {"mirror": 4, "notices": 4}


def test_two_readers_of_one_name_are_refused() -> None:
    reader("clerk")(lambda lines: None)
    with pytest.raises(RuntimeError, match="two readers"):
        reader("clerk")(lambda lines: None)


def test_asking_after_a_number_gives_the_next_ones_and_how_far_they_go() -> None:
    written = write(5)
    bind()
    assert not Pending.objects.exists()
    lines, seq = lines_after(2, 2)
    assert ([line.pk for line in lines], seq) == ([written[2].pk, written[3].pk], 4)
    assert lines_after(5) == ([], 5)
