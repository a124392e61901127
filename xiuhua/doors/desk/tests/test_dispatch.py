"""The dispatch desk: its list, its pane, its steps, and two people at one case."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.town import Town, key
from xiuhua.cases import actions
from xiuhua.cases.models import Case
from xiuhua.city.actions import switch_rooms
from xiuhua.city.models import Post
from xiuhua.city.posts import leave_post
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


def press(client: Client, case: Case, verb: str, *, name: str = "step", pane: bool = True, **typed: object):
    """Press a button of a case in the pane, as htmx does, or on its page."""
    form = {"key": str(key(name)), "version": case.version, "verb": verb} | typed
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"} if pane else {}
    return client.post(reverse("desk:step", args=[case.number]), form, headers=headers)


def test_the_most_urgent_case_is_open_with_the_officer_of_the_street(town: Town, signed_in, clock) -> None:
    late = town.case("late", upto="filed")
    town.case("later", upto="filed", at=town.at)
    clock(minutes=90)
    page = signed_in("desk").get(reverse("desk:dispatch")).content.decode()
    assert f'data-case="{late.number}"' in page
    assert "派遣给赵敏" in page
    assert "包靠本路段" in page


def test_a_dispatch_from_the_pane_opens_the_next_case_and_writes_one_line(town: Town, signed_in, clock) -> None:
    first, second = town.case("first", upto="filed"), town.case("second", upto="filed", place="范公亭路 20 号")
    clock(minutes=30)
    answer = press(signed_in("desk"), first, "dispatch", to="person:p-zhao:duty,squad")
    told = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-case="{second.number}"' in told
    assert "已派遣给赵敏" in told
    assert f"case={second.number}" in answer.headers["HX-Replace-Url"]
    first.refresh_from_db()
    line = Line.objects.get(key=key("step"))
    assert (first.state, first.handler, line.kind, line.about) == (
        "dispatched",
        "p-zhao",
        "case.dispatched",
        first.number,
    )
    assert '"why":["duty"' in line.facts


def test_the_same_press_again_changes_nothing(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    desk = signed_in("desk")
    press(desk, case, "dispatch", to="person:p-zhao:duty,squad")
    lines = Line.objects.count()
    again = press(desk, case, "dispatch", to="person:p-zhao:duty,squad")
    assert again.status_code == 200
    assert Line.objects.count() == lines


def test_a_report_is_accepted_and_filed_in_one_go(town: Town, signed_in, clock) -> None:
    case = town.case()
    clock(minutes=5)
    press(signed_in("desk"), case, "accept_file", standard="S1")
    case.refresh_from_db()
    assert case.state == "filed"
    assert [line.kind for line in Line.objects.about(case.number).order_by("happened_at", "id")] == [
        "case.reported", "case.accepted", "case.filed", "case.deadline_set",
    ]  # fmt: skip


def test_a_stale_form_shows_what_the_other_did_and_keeps_what_was_typed(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    actions.dispatch_case(town.act("p-chief"), case=case, unit=town.units["Z1"], person=town.people["p-liu"])
    clock(minutes=1)
    answer = press(signed_in("desk"), case, "dispatch", to="person:p-zhao:duty,squad", words="先劝导")
    told = answer.content.decode()
    assert answer.status_code == 409
    for expected in ("别人先办了一步", "王海涛", "刘洋", "您要办的", "赵敏", "先劝导"):
        assert expected in told
    case.refresh_from_db()
    assert case.handler == "p-liu"


def test_a_dispatch_to_nobody_is_refused_at_its_field(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    answer = press(signed_in("desk"), case, "dispatch", to="person:p-desk")
    assert answer.status_code == 422
    assert "请选择派给谁" in answer.content.decode()


def test_a_case_goes_to_a_squad_that_no_proposal_named(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    press(signed_in("desk"), case, "dispatch", to="other", other="unit:Z2")
    case.refresh_from_db()
    assert (case.for_unit, case.handler) == ("QZ/Z2/", "")


def test_a_return_wants_its_reason_and_stops_the_clock(town: Town, signed_in, clock) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=30)
    desk = signed_in("desk")
    without = press(desk, case, "return", name="without")
    assert without.status_code == 422
    press(desk, case, "return", name="with", reason="wrong_place")
    case.refresh_from_db()
    assert case.state == "filed"
    assert case.paused_at is not None


def test_a_step_on_the_page_of_a_case_comes_back_to_it(town: Town, signed_in, clock) -> None:
    case = town.case(upto="handled")
    clock(minutes=60)
    answer = press(signed_in("desk"), case, "check", pane=False, method="by_picture")
    assert (answer.status_code, answer.url) == (302, reverse("desk:case", args=[case.number]))


def test_the_desk_works_without_scripts_and_keeps_its_filters(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    form = {"key": str(key("plain")), "version": case.version, "verb": "dispatch", "to": "unit:Z1", "case": case.number}
    answer = signed_in("desk").post(
        reverse("desk:step", args=[case.number]), form,
        headers={"Referer": f"http://testserver/desk/?tab=dispatch&source=citizen&case={case.number}"},
    )  # fmt: skip
    assert answer.url == f"{reverse('desk:dispatch')}?tab=dispatch&source=citizen"


def test_an_officer_sees_the_own_squads_cases_alone(town: Town, signed_in, clock) -> None:
    ours = town.case("ours", upto="filed")
    theirs = town.case("theirs", upto="filed", lon=118.4801, lat=36.6915)
    assert (ours.for_unit, theirs.for_unit) == ("QZ/Z1/", "QZ/Z2/")
    zhao = signed_in("zhao")
    page = zhao.get(reverse("desk:dispatch")).content.decode()
    assert ours.number in page
    assert theirs.number not in page
    assert zhao.get(reverse("desk:case", args=[theirs.number])).status_code == 404
    assert zhao.get(reverse("desk:pane", args=[theirs.number])).status_code == 404


def test_nobody_comes_in_without_signing_in_or_without_a_post(town: Town, signed_in, clock) -> None:
    address = reverse("desk:dispatch")
    assert Client().get(address).url.startswith(reverse("sign_in"))
    liu = signed_in("liu")
    leave_post(town.act("p-admin"), post=Post.objects.get(person__code="p-liu"), on=town.at.date(), heirs={})
    clock(days=2)
    answer = liu.get(address)
    assert answer.status_code == 403
    assert "还没有岗位" in answer.content.decode()


def test_a_room_that_is_off_says_who_can_switch_it_on(town: Town, signed_in, clock) -> None:
    switch_rooms(town.act("p-admin"), on=["counts"])
    answer = signed_in("desk").get(reverse("desk:dispatch"))
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "还没有启用" in page
    assert "孙立" in page
    assert reverse("desk:posting") not in page


def test_live_says_nothing_new_until_a_line_is_written(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    desk = signed_in("desk")
    last = Line.objects.order_by("-id").first()
    assert last is not None
    live = reverse("desk:live")
    assert desk.get(live, {"after": last.pk}).status_code == 204
    clock(minutes=30)
    actions.dispatch_case(town.act("p-desk"), case=case, unit=town.units["Z1"])
    told = desk.get(live, {"after": last.pk}).json()
    assert told["changed"] == ["cases"]
    assert (told["counts"]["dispatch"], told["counts"]["work"]) == (0, 1)


def test_the_list_that_refreshes_keeps_the_chosen_row(town: Town, signed_in, clock) -> None:
    town.case("first", upto="filed")
    second = town.case("second", upto="filed", place="范公亭路 20 号")
    page = signed_in("desk").get(reverse("desk:dispatch_list"), {"case": second.number}).content.decode()
    row = page[page.index(f'id="row-{second.number}"') :]
    assert 'aria-current="true"' in row[: row.index(">")]


def test_filters_and_words_narrow_the_list_and_can_be_cleared(town: Town, signed_in, clock) -> None:
    stall = town.case("stall", upto="filed")
    call = town.case("call", upto="filed", source="hotline", place="海岱路 3 号")
    desk, address = signed_in("desk"), reverse("desk:dispatch_list")
    page = desk.get(address, headers={"HX-Current-URL": "http://testserver/desk/?tab=dispatch&source=hotline"})
    assert call.number in page.content.decode()
    assert stall.number not in page.content.decode()
    none = desk.get(reverse("desk:dispatch"), {"tab": "dispatch", "q": "没有这里"}).content.decode()
    assert "没有符合条件的案件" in none


def test_the_desk_asks_as_much_for_many_cases_as_for_few(town: Town, signed_in, clock) -> None:
    desk, address = signed_in("desk"), reverse("desk:dispatch")
    for n in range(2):
        town.case(f"few-{n}", upto="filed", place=f"范公亭路 {n} 号", photos=(town.photo(n + 10),))
    desk.get(address)
    few = queries_of(desk, address)
    for n in range(12):
        town.case(f"many-{n}", upto="filed", place=f"范公亭路 {n} 号", photos=(town.photo(n + 40),))
    assert queries_of(desk, address) == few


def test_the_page_of_a_case_shows_stitches_log_and_reporter(town: Town, signed_in, clock) -> None:
    case = town.case(upto="closed", contact="13805366021")
    page = signed_in("desk").get(reverse("desk:case", args=[case.number])).content.decode()
    for expected in ("已结案", "13805366021", "李静", "赵敏", "按时办结", "重新打开"):
        assert expected in page
    hidden = signed_in("chief").get(reverse("desk:case", args=[case.number])).content.decode()
    assert "13805366021" not in hidden
    assert "138******21" in hidden


def test_a_photo_opens_for_who_sees_its_case_and_the_original_for_the_desk(town: Town, signed_in, clock) -> None:
    digest = town.photo(77)
    town.case("theirs", lon=118.4801, lat=36.6915, photos=(digest,))
    small, whole = (reverse("desk:photo", args=[digest, size]) for size in ("thumb", "original"))
    assert signed_in("desk").get(whole).status_code == 200
    assert signed_in("zhao").get(small).status_code == 404
    assert signed_in("other").get(small).headers["Content-Type"] == "image/jpeg"
    assert signed_in("other").get(whole).status_code == 404


def test_maps_give_pins_streets_and_a_tag_that_saves_the_second_fetch(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    desk = signed_in("desk")
    pins = desk.get(reverse("desk:map_cases")).json()["features"]
    assert [(pin["properties"]["id"], pin["properties"]["state"]) for pin in pins] == [(case.number, "waiting")]
    streets = desk.get(reverse("desk:map_segments"))
    assert len(streets.json()["features"]) == 4
    again = desk.get(reverse("desk:map_segments"), headers={"If-None-Match": streets.headers["ETag"]})
    assert again.status_code == 304
