"""Practice: a house of its own in which ten exercises stand ready; nothing crosses to the house at work."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.cases import actions as cases
from xiuhua.cases.counts import record_count
from xiuhua.cases.models import StandardRow
from xiuhua.city.correcting import void_line
from xiuhua.city.models import Segment
from xiuhua.config.demo.build_cast import Cast
from xiuhua.config.demo.build_city import found_city
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.practice import Preparing, prepare_practice
from xiuhua.doors.desk.exercises import EXERCISES, Shown, exercise_key, exercises_shown, prepared_day
from xiuhua.enforcement.actions import issue_slip
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.programme.actions import order_supervision, publish_brief

ASK = (
    "import json; from xiuhua.config import settings as s; print(json.dumps({'home': str(s.XIUHUA_HOME), "
    "'database': str(s.DATABASES['default']['NAME']), 'session': s.SESSION_COOKIE_NAME, 'csrf': s.CSRF_COOKIE_NAME, "
    "'secret': s.SECRET_KEY}))"
)


def settings_of(home: Path, **environment: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("XIUHUA_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=plain | {"XIUHUA_HOME": str(home)} | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, str] = json.loads(done.stdout)
    return told | {"database": "/" + told["database"].lstrip("/")}


def test_practice_shares_no_database_file_cookie_or_secret_with_the_house_at_work(tmp_path: Path) -> None:
    at_work, practice = settings_of(tmp_path), settings_of(tmp_path, XIUHUA_PRACTICE="yes")
    assert all(at_work[name] != practice[name] for name in at_work)
    assert Path(practice["database"]).is_relative_to(practice["home"])
    assert not Path(at_work["database"]).is_relative_to(practice["home"])
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    given = settings_of(tmp_path, XIUHUA_PRACTICE="yes", XIUHUA_DATABASE_URL=elsewhere)
    assert given["database"] != settings_of(tmp_path, XIUHUA_DATABASE_URL=elsewhere)["database"]


@pytest.mark.django_db
def test_exercises_are_never_prepared_in_a_house_at_work(settings: Any) -> None:
    settings.XIUHUA_PRACTICE = False
    with pytest.raises(Refused, match="练习库"):
        prepare_practice(say=lambda _text: None)


# ---------------------------------------------------------------- the ten in the demonstration city


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio(7, each=2) as hands:
        hands.begin()
        yield hands


@pytest.mark.django_db
def test_ten_exercises_stand_ready_and_none_is_done(studio: Studio) -> None:
    found_city(7, shops=400)
    at = dt.datetime(2026, 5, 6, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    Preparing(Cast(7, "practice"), studio, at, at.date()).all()
    shown = exercises_shown(at.date() + dt.timedelta(days=3))
    assert [one.number for one in shown] == list(range(1, 11))
    assert not any(one.done for one in shown)
    assert prepared_day(at.date()) == at.date()
    assert all(one.where for one in shown if one.exercise.code in ("count", "slip"))


# ---------------------------------------------------------------- each is done by doing it


@pytest.fixture
def prepared(town: Town) -> Town:
    """The town with what the exercises stand on, ten minutes ago."""
    day = town.at.date()
    upto = {"accept": "reported", "dispatch": "filed", "unfile": "filed", "handle": "dispatched", "rework": "handled",
            "supervise": "dispatched"}  # fmt: skip
    for code, state in upto.items():
        key = exercise_key(code, day)
        town.cases_of_exercises = {
            **getattr(town, "cases_of_exercises", {}),
            code: town.case(code, key=key, upto=state),
        }
    act = town.act("p-zhao")
    act.key = exercise_key("void", day)
    record_count(act, item="litter_cleared", quantity=80, segment="S2")
    return town


def do(town: Town, code: str) -> None:
    """Do an exercise as a person would."""
    case = town.cases_of_exercises.get(code)
    n = 40
    match code:
        case "accept":
            case = cases.accept_case(town.act("p-desk", minutes=n), case=case)
            cases.file_case(town.act("p-desk", minutes=n), case=case, standard=StandardRow.objects.get(code="S1"))
        case "dispatch":
            act = town.act("p-desk", minutes=n)
            cases.dispatch_case(act, case=case, unit=town.units["Z1"], person=town.people["p-zhao"])
        case "unfile":
            cases.unfile_case(town.act("p-desk", minutes=n), case=case, reason="wrong_matter")
        case "handle":
            cases.handle_case(town.act("p-zhao", minutes=n), case=case, photos=[town.photo(230)])
        case "rework":
            cases.rework_case(town.act("p-desk", minutes=n), case=case, reason="wrong_place")
        case "supervise":
            due = town.at.date() + dt.timedelta(days=1)
            order_supervision(town.act("p-leader", minutes=n), case=case, words="请今天办结。", due_on=due)
        case "count":
            record_count(town.act("p-zhao", minutes=n), item="stall_moved", quantity=5, segment="S1")
        case "slip":
            segment = Segment.objects.get(code="S1")
            issue_slip(town.act("p-zhao", minutes=n), plate="青Z88888", situation="pavement", segment=segment)
        case "void":
            key: UUID = exercise_key("void", town.at.date())
            void_line(town.act("p-office", minutes=n), line=key, reason="mistake")
        case "daily":
            day = town.at.date()
            publish_brief(
                town.act("p-office", minutes=n),
                title="工作日报",
                from_day=day,
                to_day=day,
                bound_to=1,
                head="0",
                figures={},
            )


def done_ones(town: Town) -> set[str]:
    return {one.exercise.code for one in exercises_shown(town.at.date()) if one.done}


def test_nothing_is_done_before_it_is_done(prepared: Town) -> None:
    assert len(exercises_shown(prepared.at.date())) == 10
    assert done_ones(prepared) == set()


@pytest.mark.parametrize("code", [one.code for one in EXERCISES])
def test_an_exercise_is_done_by_doing_it_and_no_other_is(prepared: Town, code: str) -> None:
    do(prepared, code)
    assert done_ones(prepared) == {code}


def test_sending_the_case_to_somebody_else_is_not_what_was_asked(prepared: Town) -> None:
    case = prepared.cases_of_exercises["dispatch"]
    act = prepared.act("p-desk", minutes=40)
    cases.dispatch_case(act, case=case, unit=prepared.units["Z1"], person=prepared.people["p-liu"])
    assert done_ones(prepared) == set()


def test_the_page_lists_the_ten_in_practice_and_is_absent_at_work(prepared: Town, signed_in, settings: Any) -> None:
    desk = signed_in("desk")
    settings.XIUHUA_PRACTICE = False
    assert desk.get(reverse("desk:practice")).status_code == 404
    assert "十个练习" not in desk.get(reverse("desk:dispatch")).content.decode()
    settings.XIUHUA_PRACTICE = True
    do(prepared, "unfile")
    page = desk.get(reverse("desk:practice")).content.decode()
    shown: list[Shown] = exercises_shown(prepared.at.date())
    assert page.count("未完成") == 9 and page.count("data-done") == 1
    assert all(one.url.replace("&", "&amp;") in page for one in shown)
    assert reverse("desk:practice") in desk.get(reverse("desk:dispatch")).content.decode()
    assert Line.objects.filter(key=exercise_key("accept", prepared.at.date())).exists()
