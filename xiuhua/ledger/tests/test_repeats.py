"""One act, one key: the first answer again and nothing written, or a refusal that shows both."""

from __future__ import annotations

from uuid import uuid5

import pytest

from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line
from xiuhua.ledger.tests.written import AT, LIU, act, count, key, rate

pytestmark = pytest.mark.django_db


def test_the_same_request_again_gives_the_first_answer_and_writes_nothing() -> None:
    first = count(act(1), quantity=30, further=2)
    assert Line.objects.count() == 3
    again = count(act(1, minutes=7), quantity=30, further=2)  # sent again a little later
    assert again.pk == first.pk and again.happened_at == first.happened_at
    assert Line.objects.count() == 3


def test_further_lines_of_an_act_have_keys_made_from_the_first() -> None:
    count(act(1), further=2)
    assert set(Line.objects.values_list("key", flat=True)) == {key(1), uuid5(key(1), "1"), uuid5(key(1), "2")}
    assert list(Line.objects.exclude(request="").values_list("key", flat=True)) == [key(1)]


@pytest.mark.parametrize("other", ["content", "person", "action"])
def test_the_same_key_with_anything_else_is_refused_with_both_shown(other: str) -> None:
    first = count(act(1), quantity=30)
    with pytest.raises(Refused) as refused:
        match other:
            case "content":
                count(act(1), quantity=31)
            case "person":
                count(act(1, by=LIU), quantity=30)
            case "action":
                rate(act(1), score=3)
    facts = refused.value.facts
    assert refused.value.code == "act.key_reused"
    assert facts["first"] == {
        "kind": "count.recorded", "about": first.about, "request": first.request, "by": "p-zhao",
    }  # fmt: skip
    assert facts["second"]["by"] == ("p-liu" if other == "person" else "p-zhao")
    assert (facts["second"]["request"] == first.request) == (other == "person")
    assert "03月16日 09:00 的“快报”" in refused.value.message and first.about in refused.value.message
    assert Line.objects.count() == 1


def test_an_act_that_fails_leaves_nothing_and_its_key_may_be_used_again() -> None:
    with pytest.raises(RuntimeError, match="no item is called"):
        count(act(1), item="unicorn")
    assert Line.objects.count() == 0
    count(act(1), quantity=2)
    assert Line.objects.get().quantity == 2


def test_an_act_that_breaks_after_its_first_line_is_undone_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(line: Line) -> None:
        if Line.objects.count() == 2:
            raise OSError("the machine stops")
        line.save(force_insert=True)

    monkeypatch.setattr("xiuhua.ledger.act._write", stops)
    with pytest.raises(OSError, match="stops"):
        count(act(1), further=3)
    assert Line.objects.count() == 0


def test_what_has_not_happened_yet_is_refused() -> None:
    early = act(1, minutes=20)
    early.recorded_at = AT
    with pytest.raises(Refused, match="还没有到"):
        count(early)
    assert Line.objects.count() == 0


@pytest.mark.parametrize("words", ["\x00", "摊点\ud83d", "a\\\x00"])
def test_text_that_no_database_can_keep_is_refused_with_a_sentence(words: str) -> None:
    with pytest.raises(Refused) as refused:
        count(act(1), words=words)
    assert refused.value.code == "act.text"


@pytest.mark.parametrize("words", ["\\u0000", "水果摊 🍎", "\\\\u0000\n\t"])
def test_ordinary_text_passes(words: str) -> None:
    assert count(act(1), words=words).pk


def test_a_line_falls_on_the_bureau_s_own_day() -> None:
    late = act(1, minutes=14 * 60 + 59)  # 23:59 in the bureau, the same day's afternoon in UTC
    next_day = act(2, minutes=15 * 60)
    assert (count(late).day, count(next_day).day) == (AT.date(), bureau_day(next_day.at))
    assert bureau_day(next_day.at).day == 17


def test_a_quantity_belongs_to_kinds_that_add_up_alone() -> None:
    from xiuhua.ledger.kinds.case import CaseRated

    with pytest.raises(RuntimeError, match="carries no quantity"):
        act(1).record(CaseRated(score=3), about="x", item="stall_moved", quantity=1)
