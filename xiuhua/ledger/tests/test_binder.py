"""The binder: numbers without gaps, each hash over the one before, whatever was written when."""

from __future__ import annotations

import pytest

from tests import guards
from xiuhua.kit.digests import digest
from xiuhua.ledger import binder
from xiuhua.ledger.binder import Head, bind, head
from xiuhua.ledger.chain import ZERO, line_text, stored_links
from xiuhua.ledger.models import Line, Link, Pending
from xiuhua.ledger.tests.written import act, count, write
from xiuhua.ledger.verify import verify_chain

pytestmark = pytest.mark.django_db


def test_an_empty_ledger_has_the_beginning_for_its_head() -> None:
    assert bind() == head() == Head(0, ZERO)
    assert verify_chain(expected_head=ZERO).ok


def test_lines_get_numbers_without_gaps_in_the_order_of_writing() -> None:
    lines = write(5)
    found = bind()
    links = list(Link.objects.order_by("seq").values_list("seq", "line_id"))
    assert links == [(n + 1, line.pk) for n, line in enumerate(lines)]
    assert found.seq == 5 and found.hash.startswith("sha256:")
    assert not Pending.objects.exists()


def test_binding_again_changes_nothing() -> None:
    write(3)
    first = bind()
    assert bind() == first
    assert Link.objects.count() == 3


def test_small_batches_and_one_large_one_give_the_same_head(monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    bind()
    write(4, begin=3)
    at_once = bind()
    with guards.down():
        Link.objects.all().delete()
        Pending.objects.bulk_create(Pending(line_id=pk) for pk in Line.objects.values_list("pk", flat=True))
    monkeypatch.setattr(binder, "BATCH", 2)
    assert bind() == at_once


def test_each_hash_covers_the_one_before_its_number_and_its_line() -> None:
    write(3)
    bind()
    previous = ZERO
    for seq, kept, *line in stored_links():
        assert kept == digest(f"{previous}\x1e{seq}\x1e{line_text(line)}".encode())
        previous = kept


def test_the_text_of_a_line_is_the_same_on_every_database() -> None:
    line = count(act(1), quantity=30)
    bind()
    ((_seq, _hash, *row),) = stored_links()
    assert line_text(row) == (
        f"{len(str(line.pk))}:{line.pk}32:{line.key.hex}14:count.recorded22:{line.about}6:p-zhao8:p-zhao-16:QZ/Z1/"
        "6:QZ/Z1/8:1.00000015:3707810010010012:S13:C-12:Y17:officer10:11848200009:366901000"
        "19:2020-03-16 01:00:0019:2020-03-16 01:00:0010:2020-03-1611:stall_moved6:30.000-"
        f"{len(line.request)}:{line.request}"
        '22:{"case":"","photo":""}'
    )


def test_the_national_digest_can_take_over_in_the_middle_of_a_chain(settings) -> None:
    write(2)
    bind()
    settings.XIUHUA_DIGEST = "sm3"
    write(2, begin=2)
    assert bind().hash.startswith("sm3:")
    verdict = verify_chain()
    assert verdict.ok and verdict.bound == 4
