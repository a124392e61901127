"""Letters from door to door: printed = delivered + spoiled + left, whatever is tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.town import Town, key
from xiuhua.city.models import Shop
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.rounds.actions import deliver_letter, print_letters, spoil_letters
from xiuhua.rounds.fold import FOLDS
from xiuhua.rounds.models import Delivery, LetterBatch


def printed(town: Town, copies: int = 3, name: str = "print", **changes: Any) -> LetterBatch:
    return print_letters(
        town.act("p-office", name=name), **({"title": "致全体经营业户的一封信", "copies": copies} | changes)
    )


def deliver(
    town: Town, batch: LetterBatch, shop: str, name: str = "", *, who: str = "p-helper", **changes: Any
) -> Delivery:
    told: dict[str, Any] = {"shop": town.shops[shop], "outcome": "signed"}
    return deliver_letter(town.act(who, name=name or f"to {shop}", minutes=5), batch=batch, **(told | changes))


def spoil(
    town: Town, batch: LetterBatch, copies: int, name: str = "spoil", *, who: str = "p-office", **changes: Any
) -> LetterBatch:
    return spoil_letters(
        town.act(who, name=name, minutes=6), batch=batch, **({"copies": copies, "reason": "damaged"} | changes)
    )


def standing(batch: LetterBatch) -> tuple[int, int, int, int]:
    batch.refresh_from_db()
    return batch.copies, batch.delivered, batch.spoiled, batch.left


def test_a_batch_reconciles_at_every_step(town: Town) -> None:
    batch = printed(town, 3)
    assert standing(batch) == (3, 0, 0, 3)
    deliver(town, batch, "D1")
    assert standing(batch) == (3, 1, 0, 2)
    spoil(town, batch, 1)
    assert standing(batch) == (3, 1, 1, 1)
    deliver(town, batch, "D2", outcome="refused")
    assert standing(batch) == (3, 2, 1, 0)
    lines = Line.objects.filter(kind__startswith="letter.").order_by("happened_at", "id")
    assert list(lines.values_list("kind", "item", "quantity")) == [
        ("letter.printed", "letter", 3), ("letter.delivered", "letter_delivered", 1),
        ("letter.delivered", "letter_delivered", 1), ("letter.spoiled", "letter_spoiled", 1),
    ]  # fmt: skip
    assert [told for fold in FOLDS for told in fold.differences()] == []


def test_more_than_printed_is_never_delivered_or_spoiled(town: Town) -> None:
    batch = printed(town, 2)
    with pytest.raises(Refused, match="只剩 2 份"):
        spoil(town, batch, 3)
    deliver(town, batch, "D1")
    deliver(town, batch, "D2")
    with pytest.raises(Refused) as refused:
        deliver(town, batch, "D3")
    assert (refused.value.code, refused.value.field) == ("letter.none_left", "batch")
    with pytest.raises(Refused, match="只剩 0 份"):
        spoil(town, batch, 1, "one more")
    assert standing(batch) == (2, 2, 0, 0)
    assert Delivery.objects.count() == Line.objects.of_kind("letter.delivered").count() == 2


def test_a_shop_gets_a_letter_once(town: Town) -> None:
    batch = printed(town)
    deliver(town, batch, "D1")
    with pytest.raises(Refused, match="范公亭路2号”已经送达过"):
        deliver(town, batch, "D1", "again")
    assert standing(batch) == (3, 1, 0, 2)
    deliver(town, printed(town, name="second letter", title="第二封信"), "D1", "second")
    assert Delivery.objects.count() == 2


def test_the_same_form_again_gives_the_first_answer(town: Town) -> None:
    batch, other = printed(town), printed(town, name="second letter", title="第二封信")
    first = deliver(town, batch, "D1", "form")
    deliver(town, other, "D1", "another batch at the same moment")
    assert deliver(town, batch, "D1", "form") == first
    assert spoil(town, batch, 1) == spoil(town, batch, 1) == batch
    assert printed(town) == batch
    assert standing(batch) == (3, 1, 1, 1)


def test_a_delivery_lies_where_the_shop_does(town: Town) -> None:
    deliver(town, printed(town), "D1", "form")
    line = Line.objects.get(key=key("form"))
    shop = town.shops["D1"]
    assert (line.about, line.segment, line.lon_e7, line.for_unit) == ("shop:D1", "S1", shop.lon_e7, "QZ/Z1/")


def test_a_closed_shop_gets_no_letter_from_its_last_day_on(town: Town) -> None:
    batch = printed(town)
    Shop.objects.filter(code="D1").update(closed_on=dt.date(2020, 3, 16))
    Shop.objects.filter(code="D2").update(closed_on=dt.date(2020, 3, 17))
    town.shops = {shop.code: shop for shop in Shop.objects.all()}
    with pytest.raises(Refused, match="已停业"):
        deliver(town, batch, "D1")
    assert deliver(town, batch, "D2")


def test_nothing_is_delivered_or_spoiled_before_it_is_printed(town: Town) -> None:
    batch = printed(town)
    day_before = town.act("p-helper", at=town.at - dt.timedelta(days=1))
    with pytest.raises(Refused, match="2020-03-16 才印制"):
        deliver_letter(day_before, batch=batch, shop=town.shops["D1"], outcome="signed")


@pytest.mark.parametrize(
    ("does", "field"),
    [
        (lambda town: printed(town, 0), "copies"),
        (lambda town: printed(town, 1_000_001), "copies"),
        (lambda town: printed(town, title="  "), "title"),
        (lambda town: deliver(town, printed(town), "D1", outcome="thrown"), "outcome"),
        (lambda town: spoil(town, printed(town), 0), "copies"),
        (lambda town: spoil(town, printed(town), 1, reason="eaten"), "reason"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(town: Town, does: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        does(town)
    assert refused.value.field == field


def test_the_office_prints_and_the_street_delivers(town: Town) -> None:
    batch = printed(town)
    for does in (
        lambda: print_letters(town.act("p-zhao"), title="信", copies=1),
        lambda: spoil(town, batch, 1, who="p-helper"),
        lambda: deliver(town, batch, "D1", who="p-office"),
    ):
        with pytest.raises(Refused) as refused:
            does()
        assert refused.value.code == "access.role"
