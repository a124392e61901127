"""A mistake is put right by another line, once, and only where something was counted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from xiuhua.city.correcting import void_line
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, By
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line
from xiuhua.ledger.tests import written
from xiuhua.ledger.tests.written import ZHAO, count, key, rate, write

pytestmark = pytest.mark.django_db

OFFICE = By(code="p-office", post="p-office-1", unit="QZ/CG/", roles=frozenset({"office"}))


def act(name: str | int, *, minutes: int = 0) -> Act:
    return written.act(name, by=OFFICE, minutes=minutes)


def test_somebody_of_the_street_voids_nothing() -> None:
    wrong = count(act(1))
    with pytest.raises(Refused) as refused:
        void_line(written.act("void", by=ZHAO, minutes=5), line=wrong.key, reason="mistake")
    assert refused.value.code == "access.role" and Line.objects.standing().filter(pk=wrong.pk).exists()


def test_voiding_writes_a_line_that_names_the_wrong_one_and_changes_nothing_else() -> None:
    wrong = count(act(1), quantity=30)
    right = void_line(act("void", minutes=5), line=wrong.key, reason="mistake")
    assert (right.kind, right.corrects, right.quantity) == ("line.voided", wrong.key, None)
    told = ("about", "for_unit", "segment", "grid", "campaign", "round", "source", "lon_e7", "lat_e7")
    assert [getattr(right, name) for name in told] == [getattr(wrong, name) for name in told]
    assert Line.objects.get(pk=wrong.pk).quantity == 30
    assert not Line.objects.standing().filter(pk=wrong.pk).exists()


def test_other_lines_go_on_standing() -> None:
    one, other = write(2)
    void_line(act("void", minutes=5), line=one.key, reason="repeated")
    assert list(Line.objects.standing().of_kind("count.recorded")) == [other]


@pytest.mark.parametrize(
    ("case", "code"),
    [("twice", "ledger.voided"), ("a state", "ledger.void_state"), ("a reason", "ledger.reason"),
     ("a voiding", "ledger.void_state")],
)  # fmt: skip
def test_what_may_not_be_voided_is_refused(case: str, code: str) -> None:
    wrong = count(act(1))
    if case == "twice":
        void_line(act("first", minutes=1), line=wrong.key, reason="mistake")
    elif case == "a state":
        wrong = rate(act(2), score=3)
    elif case == "a voiding":
        wrong = void_line(act("first", minutes=1), line=wrong.key, reason="mistake")
    lines = Line.objects.count()
    with pytest.raises(Refused) as refused:
        void_line(act("void", minutes=5), line=wrong.key, reason="whim" if case == "a reason" else "mistake")
    assert refused.value.code == code
    assert Line.objects.count() == lines


def test_a_line_that_is_not_there_cannot_be_voided() -> None:
    with pytest.raises(Absent):
        void_line(act("void"), line=uuid4(), reason="mistake")


def test_the_database_refuses_a_second_voiding_also_past_the_program() -> None:
    wrong = count(act(1))
    void_line(act("first", minutes=1), line=wrong.key, reason="mistake")
    with pytest.raises(IntegrityError), transaction.atomic():
        act("second", minutes=2).record(LineVoided(reason="mistake"), about=wrong.about, corrects=wrong.key)


def test_the_same_voiding_sent_twice_is_one() -> None:
    count(act(1))
    first = void_line(act("void", minutes=5), line=key(1), reason="mistake")
    assert void_line(act("void", minutes=6), line=key(1), reason="mistake") == first
    assert Line.objects.of_kind("line.voided").count() == 1
