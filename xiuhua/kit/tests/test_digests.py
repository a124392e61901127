"""Digests name their algorithm; equal values have one text on every machine and database."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.kit.digests import canonical, digest, hexdigest, plain
from xiuhua.kit.models import CalendarDay, Series
from xiuhua.kit.refusals import Refused


def test_known_vectors() -> None:
    assert hexdigest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    # GB/T 32905-2016, example 1
    assert hexdigest(b"abc", algorithm="sm3") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest(b"abc", algorithm="sm3").startswith("sm3:66c7f0")


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(Refused, match="md5"):
        digest(b"abc", algorithm="md5")


@dataclass(frozen=True)
class Told:
    what: str
    when: dt.datetime


def test_one_value_has_one_text() -> None:
    at = dt.datetime(2020, 3, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    value = {
        "b": Decimal("12.500"), "a": [1, True, None, 1.5], "地点": "范公亭路", "at": at, "on": dt.date(2020, 3, 16),
        "key": UUID(int=1), "raw": b"abc", "told": Told("摊点", at), "set": {"y", "x"},
    }  # fmt: skip
    assert canonical(value) == (
        '{"a":[1,true,null,1.5],"at":"2020-03-16T01:00:00.000000+00:00","b":"12.5",'
        '"key":"00000000-0000-0000-0000-000000000001","on":"2020-03-16",'
        '"raw":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","set":["x","y"],'
        '"told":{"what":"摊点","when":"2020-03-16T01:00:00.000000+00:00"},"地点":"范公亭路"}'
    )


def test_the_order_of_telling_and_the_zone_of_a_moment_make_no_difference() -> None:
    at = dt.datetime(2020, 3, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert canonical({"a": 1, "at": at}) == canonical({"at": at.astimezone(dt.UTC), "a": 1})
    assert canonical(Decimal("3.00")) == canonical(Decimal("3")) != canonical(Decimal("30"))


@pytest.mark.django_db
def test_a_row_is_told_by_its_table_and_key_and_an_unsaved_one_by_its_fields() -> None:
    kept = Series.objects.create(code="papers")
    assert canonical(kept) == f'"kit.series:{kept.pk}"'
    assert '"date":"2020-03-16"' in canonical(CalendarDay(date=dt.date(2020, 3, 16), workday=True))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_has_no_text_is_refused_and_not_made_up(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(value)


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["12.500", "0.001", "99999999999.999", "0"])
def test_a_decimal_that_went_through_the_database_has_the_same_text(amount: str) -> None:
    from tests.town import build_town
    from xiuhua.city.models import Facility

    town = build_town()
    row = Facility.objects.create(
        code="F1", item="parking_line", quantity=Decimal(amount), segment=town.segments["S1"], built_on=town.at.date()
    )
    row.refresh_from_db()
    assert canonical(row.quantity) == canonical(Decimal(amount))
    assert canonical(town.segments["S1"].length_m) == '"345"'


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.floats(allow_nan=False, allow_infinity=False), st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False), st.dates(), st.binary(), st.frozensets(st.text()),
    st.datetimes(timezones=st.just(dt.UTC)),
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.text(), inner), st.dictionaries(st.uuids(), inner),
        st.builds(Told, st.text(), st.datetimes(timezones=st.just(dt.UTC))),
    ),
)  # fmt: skip


@given(values)
def test_the_quick_way_writes_what_the_plain_form_says(value: object) -> None:
    written = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    assert canonical(value) == written
