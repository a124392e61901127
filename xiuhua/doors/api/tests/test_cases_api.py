"""Machines report, read and list cases."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest

from tests.town import INSIDE, photo
from xiuhua.cases.models import Case, Word
from xiuhua.city.actions import begin_post
from xiuhua.city.models import Role
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line

AT = "2020-03-16T08:55:00+08:00"


def told(**changes):
    return {
        "key": str(uuid4()), "category": "stall", "source": "hotline", "at": AT, "place": "范公亭路 12 号门前",
        "lon": INSIDE[0], "lat": INSIDE[1],
    } | changes  # fmt: skip


def test_a_report_becomes_a_case_and_its_line(machine):
    answer = machine("p-desk").post("/cases", told(contact="13800001111", outside_number="12345-1"))
    assert answer.status_code == 201
    case, shown = Case.objects.get(), answer.json()
    assert (shown["number"], shown["state"], shown["segment"], shown["unit"]) == (
        case.number,
        "reported",
        "S1",
        "QZ/Z1/",
    )
    assert (shown["token"], shown["next_steps"]) == (case.token, ["accept", "refuse", "merge"])
    assert unseal(Word.objects.get().text) == "13800001111" and "1380000" not in answer.text
    line = Line.objects.of_kind("case.reported").get()
    assert (line.about, line.by, line.happened_at) == (case.number, "p-desk", dt.datetime.fromisoformat(AT))


def test_the_same_key_gives_the_same_case_and_other_content_is_refused(machine):
    caller, report = machine("p-desk"), told()
    first, again = caller.post("/cases", report), caller.post("/cases", report)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = caller.post("/cases", report | {"place": "别处"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "act.key_reused")
    assert machine("p-leader").post("/cases", report).status_code == 409, "another's key is not mine"
    assert Line.objects.of_kind("case.reported").count() == 1


def test_a_batch_keeps_the_good_and_tells_the_bad_apart(machine):
    caller = machine("p-desk")
    rows = [told(), told(lon=1, lat=1), told(category="dragon"), told()]
    answer = caller.post("/cases/batch", {"reports": rows})
    assert answer.status_code == 200
    verdicts = answer.json()
    assert [(one["row"], one["key"]) for one in verdicts["cases"]] == [(0, rows[0]["key"]), (3, rows[3]["key"])]
    assert [(one["row"], one["code"], one["field"]) for one in verdicts["rejected"]] == [
        (1, "case.outside", "lon"), (2, "case.category", "category"),
    ]  # fmt: skip
    assert caller.post("/cases/batch", {"reports": rows}).json() == verdicts
    assert Case.objects.count() == 2


def test_a_batch_with_a_malformed_row_does_nothing(machine):
    answer = machine("p-desk").post("/cases/batch", {"reports": [told(), told(lon="east")]})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "reports.1.lon")
    assert not Case.objects.exists()


def test_a_machine_takes_over_what_another_system_had_begun_and_sees_its_own_alone(town, machine):
    begin_post(town.act("p-admin"), unit=town.units["QZ"], role=Role.MACHINE, name="数字城管", code="p-machine")
    from xiuhua.city.models import Person

    town.people["p-machine"] = Person.objects.get(code="p-machine")
    town.case("theirs")
    caller = machine("p-machine")
    adopted = {"state": "closed", "state_there": "Closed", "at": "2020-03-16T08:58:00+08:00"}
    answer = caller.post("/cases", told(source="system", adopted=adopted))
    assert (answer.status_code, answer.json()["state"]) == (201, "closed")
    assert [one["number"] for one in caller.get("/cases").json()["cases"]] == [answer.json()["number"]]
    assert {entry["by"] for entry in answer.json()["log"]} == {""}, "codes of persons are for who may see the ledger"
    assert machine("p-desk").post("/cases", told(adopted=adopted)).status_code == 403
    assert caller.get("/lines").status_code == 403


def test_a_case_is_read_with_its_photos_and_its_log(town, machine):
    case = town.case(upto="handled", photos=(town.photo(30),))
    shown = machine("p-desk").get(f"/cases/{case.number}").json()
    assert [(one["moment"], one["released"]) for one in shown["photos"]] == [("report", False), ("after", False)]
    kinds = [entry["kind"] for entry in shown["log"] if entry["kind"] != "case.deadline_set"]
    assert kinds == ["case.reported", "case.accepted", "case.filed", "case.dispatched", "case.handled"]
    assert shown["log"][-1]["by"] == "p-zhao"
    assert (shown["standard"], shown["version"]) == ("S1", case.version)


def test_another_squads_case_and_none_look_the_same(town, machine):
    case = town.case(upto="dispatched")
    caller = machine("p-other")
    theirs, none = caller.get(f"/cases/{case.number}"), caller.get("/cases/XH20200316-9999")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert caller.get("/cases").json()["cases"] == []


def test_pages_neither_repeat_nor_leave_out_while_cases_come_in(town, machine):
    numbers = [town.case(f"case-{n}").number for n in range(7)]
    caller, seen, cursor = machine("p-desk"), [], ""
    for page in range(4):
        answer = caller.get("/cases", limit=2, cursor=cursor).json()
        seen += [one["number"] for one in answer["cases"]]
        cursor = answer["next"]
        town.case(f"meanwhile-{page}")
    assert cursor is None
    assert seen == numbers[::-1]


def test_filters_are_by_state_category_unit_and_moment(town, machine):
    open_one = town.case("open", upto="dispatched")
    closed = town.case("closed", upto="closed")
    elsewhere = town.case("elsewhere", category="posting", lon=118.482, lat=36.6929)
    caller = machine("p-desk")

    def found(**query):
        return {one["number"] for one in caller.get("/cases", **query).json()["cases"]}

    assert found(state=["dispatched", "closed"]) == {open_one.number, closed.number}
    assert found(category="posting") == {elsewhere.number}
    assert found(unit="Z1") == {open_one.number, closed.number}
    assert found(unit="Z2") == {elsewhere.number}
    assert found(unit="QZ") == {open_one.number, closed.number, elsewhere.number}
    assert found(since="2020-03-17T00:00:00+08:00") == set()
    assert found(since="2020-03-15T00:00:00+08:00") == found()
    for wrong, field in (({"state": "asleep"}, "state"), ({"unit": "Z9"}, "unit"), ({"since": "2020-03-15"}, "since")):
        answer = caller.get("/cases", **wrong)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_a_list_has_exactly_the_fields_that_the_documentation_names(town, machine):
    from xiuhua.doors.api.schemas.cases import CaseRow

    town.case()
    row = machine("p-desk").get("/cases").json()["cases"][0]
    assert list(row) == list(CaseRow.model_fields)
    CaseRow.model_validate(row)


def test_listing_asks_the_same_number_of_questions_for_many(town, machine, django_assert_num_queries):
    for n in range(6):
        town.case(f"case-{n}")
    caller = machine("p-desk")
    caller.get("/cases")
    with django_assert_num_queries(3):  # the token, its posts, the rows
        assert len(caller.get("/cases").json()["cases"]) == 6


def test_photos_are_sent_raw_and_come_back_by_role(town, machine):
    desk, squad = machine("p-desk"), machine("p-zhao")
    sent = desk.post("/photos", raw=photo(90, exif=True), kind="image/jpeg")
    digest = sent.json()["digest"]
    assert (sent.status_code, sent.json()["width"]) == (201, 640)
    assert desk.post("/photos", raw=photo(90, exif=True), kind="image/jpeg").json() == sent.json()
    number = desk.post("/cases", told(photos=[digest])).json()["number"]
    for caller, size, status in (
        (squad, "display", 200), (squad, "original", 404), (desk, "original", 200), (machine("p-other"), "thumb", 404),
    ):  # fmt: skip
        assert caller.get(f"/photos/{number}/{digest}", size=size).status_code == status
    assert desk.get(f"/photos/{number}/{digest}", size="original").content == photo(90, exif=True)
    assert b"Exif" not in desk.get(f"/photos/{number}/{digest}").content[:200]


@pytest.mark.parametrize("raw", [b"", b"GIF89a", photo()[:200], b"\x00" * 64])
def test_what_is_no_photo_is_refused(machine, raw):
    answer = machine("p-desk").post("/photos", raw=raw, kind="image/jpeg")
    assert answer.status_code == 422 and answer.json()["error"]["code"].startswith("photo.")


def test_keys_are_told_back_as_they_came(machine):
    report = told()
    number = machine("p-desk").post("/cases", report).json()["number"]
    assert Line.objects.get(about=number).key == UUID(report["key"])
