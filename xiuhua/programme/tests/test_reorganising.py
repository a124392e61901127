"""Units renamed, moved and closed: never in a circle, never over what hangs on them; cases follow, lines stay."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.town import Town, build_town, key
from xiuhua.city.actions import open_unit
from xiuhua.city.models import Duty, Post, Unit
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line
from xiuhua.programme.reorganising import close_unit, move_unit, name_unit

pytestmark = pytest.mark.django_db


def team(town: Town, code: str = "T1", under: str = "Z1") -> Unit:
    return open_unit(town.act("p-admin"), code=code, name=f"{code}组", kind="team", parent=Unit.objects.get(code=under))


def test_a_unit_moves_with_what_is_below_it_and_its_cases_follow(town: Town) -> None:
    team(town)
    case = town.case(upto="dispatched")
    assert case.for_unit == "QZ/Z1/"
    moved = move_unit(town.act("p-admin"), code="Z1", parent="Z2")
    assert moved.path == "QZ/Z2/Z1/" and Unit.objects.get(code="T1").path == "QZ/Z2/Z1/T1/"
    case.refresh_from_db()
    assert case.for_unit == "QZ/Z2/Z1/"
    line = Line.objects.of_kind("unit.moved").get()
    assert (line.about, line.facts) == ("unit:Z1", '{"path_after":"QZ/Z2/Z1/","path_before":"QZ/Z1/"}')
    assert Line.objects.of_kind("case.dispatched").get().for_unit == "QZ/Z1/"


def test_units_never_stand_in_a_circle(town: Town) -> None:
    team(town)
    for parent in ("Z1", "T1"):
        with pytest.raises(Refused, match="绕成圈"):
            move_unit(town.act("p-admin"), code="Z1", parent=parent)
    with pytest.raises(Refused, match="最上一级"):
        move_unit(town.act("p-admin"), code="QZ", parent="Z1")
    with pytest.raises(Refused, match="已经在"):
        move_unit(town.act("p-admin"), code="Z1", parent="QZ")
    with pytest.raises(Absent):
        move_unit(town.act("p-admin"), code="Z1", parent="none")


class AnyMoves(TestCase):
    """Whatever moves are asked for, the tree stays a tree."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["Z1", "Z2", "CG", "T1", "T2"]), st.sampled_from(["QZ", "Z1", "Z2", "CG", "T1", "T2"])
            ),
            max_size=12,
        )
    )
    def test_every_path_is_that_of_its_parent_and_its_own_code(self, moves: list[tuple[str, str]]) -> None:
        town = build_town()
        team(town, "T1", "Z1")
        team(town, "T2", "T1")
        for code, parent in moves:
            try:
                move_unit(town.act("p-admin"), code=code, parent=parent)
            except Refused as refused:
                assert refused.code in ("unit.circle", "unit.same")
        for unit in Unit.objects.exclude(parent=None).select_related("parent"):
            assert unit.path == f"{unit.parent.path}{unit.code}/"
            assert unit.path.startswith("QZ/") and unit.path.count(f"{unit.code}/") == 1


def test_a_unit_is_closed_only_when_nothing_hangs_on_it(town: Town) -> None:
    day = bureau_day(town.at)
    team(town)
    town.case(upto="dispatched")
    with pytest.raises(Refused, match=r"下级单位 1 个.*在岗.*责任.*没办结的案件 1 件"):
        close_unit(town.act("p-admin"), code="Z1", on=day)
    closed = close_unit(town.act("p-admin"), code="T1", on=day)
    assert closed.closed_on == day and '"state":"closed"' in Line.objects.about("unit:T1").latest("id").facts
    with pytest.raises(Refused, match="不能再改"):
        name_unit(town.act("p-admin"), code="T1", name="新组")
    with pytest.raises(Refused, match="早于今天"):
        close_unit(town.act("p-admin"), code="Z2", on=day - dt.timedelta(days=1))
    assert Post.objects.filter(unit__code="Z1").exists() and Duty.objects.filter(unit__code="Z1").exists()


def test_a_name_is_given_once_and_only_by_the_administrator(town: Town) -> None:
    assert name_unit(town.act("p-admin"), code="Z1", name=" 云门山中队 ").name == "云门山中队"
    for name in ("", "城区二中队", "长" * 61):
        with pytest.raises(Refused):
            name_unit(town.act("p-admin"), code="Z1", name=name)
    with pytest.raises(Refused, match="岗位"):
        name_unit(town.act("p-office"), code="Z1", name="别的")


def test_the_page_sets_up_renames_moves_and_closes(town: Town, signed_in, clock) -> None:
    admin, here = signed_in("admin"), reverse("desk:units")

    def send(step: str, **told: str):
        return admin.post(here, {"key": str(key(f"{step}{told}")), "step": step, **told})

    assert "已经用过" in send("open", code="Z1", name="新中队", kind="squad", parent="QZ").content.decode()
    assert send("open", code="Z9", name="新中队", kind="squad", parent="QZ").status_code == 302
    assert send("name", unit="Z9", name="弥河中队").status_code == 302
    assert send("move", unit="Z9", parent="Z2").status_code == 302
    assert "绕成圈" in send("move", unit="Z2", parent="Z9").content.decode()
    assert "还有" in send("close", unit="Z2", on="2020-03-16").content.decode()
    assert send("close", unit="Z9", on="2020-03-16").status_code == 302
    page = admin.get(here).content.decode()
    assert "1 个已撤销的单位" in page and "弥河中队" in page
    assert signed_in("office").get(here).status_code == 403
