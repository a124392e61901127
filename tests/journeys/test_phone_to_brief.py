"""The whole story, through the doors alone: a report goes from a phone to the brief, and the ledger vouches for it."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.town import INSIDE, key, photo
from xiuhua.cases.models import Case
from xiuhua.config.cli.brief import brief
from xiuhua.config.cli.verify import verify


def shot(shade: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("shot.jpg", photo(shade, exif=True), content_type="image/jpeg")


def post(browser: Client, url: str, name: str, **told: Any) -> Any:
    """A form as a page sends it: its key was made with the page, its version is that of the case it shows."""
    case = Case.objects.first()
    return browser.post(url, {"key": str(key(name)), "version": case.version if case else "", **told})


def test_a_report_goes_from_a_phone_to_the_brief(signed_in, clock) -> None:
    liu, zhao, desk = signed_in("liu"), signed_in("zhao"), signed_in("desk")

    # 09:00  Officer Liu passes a fruit stall on the pavement: photo, shutter, send.
    lon, lat = INSIDE
    sent = post(liu, "/street/report/", "report", category="stall", lon=lon, lat=lat, photos=shot(120))
    assert sent.status_code == 302
    case = Case.objects.get()
    page = f"/desk/case/{case.number}/"
    assert (case.segment, case.place, case.photos.count()) == ("S1", "范公亭路", 1)

    # 09:05  The desk takes it on, files it under its standard, and sends Zhao, whose segment it is.
    clock(minutes=5)
    assert case.number in desk.get("/desk/?tab=accept").content.decode()
    post(desk, f"{page}step", "file", verb="accept_file", standard="S1")
    assert "赵敏" in desk.get(f"/desk/?tab=dispatch&case={case.number}").content.decode()
    post(desk, f"{page}step", "dispatch", verb="dispatch", to="person:p-zhao")

    # 09:45  Zhao finds it on his phone, moves three stalls on, and shows how it looks now.
    clock(minutes=40)
    assert case.number in zhao.get("/street/").content.decode()
    post(zhao, f"/street/case/{case.number}/handle/", "handle",
         photos=shot(200), way="guided", item="stall_moved", quantity="3")  # fmt: skip

    # 10:00  Whoever put it right does not check it; somebody else does, on the spot. Then it is closed.
    clock(minutes=15)
    own = post(zhao, f"/street/case/{case.number}/check/", "own", verdict="right", photos=shot(90))
    assert own.status_code == 422
    post(liu, f"/street/case/{case.number}/check/", "check", verdict="right", photos=shot(60))
    post(desk, f"{page}step", "close", verb="close")
    case.refresh_from_db()
    assert (case.state, case.handler, case.late) == ("closed", "p-zhao", False)

    # Monday's brief counts it from the ledger, every figure leads to its lines, and the head vouches for them.
    told = json.loads(CliRunner().invoke(brief, ["--day", "2020-03-16", "--format", "json"]).stdout)
    stalls = next(figure for figure in told["figures"] if figure["item"] == "stall_moved")
    assert (stalls["quantity"], stalls["unit"], stalls["lines"]) == (3, "处", 1)
    assert (told["cases"]["reported"], told["cases"]["closed"], told["cases"]["closed_late"]) == (1, 1, 0)
    lines = desk.get("/desk/figure/stalls_moved/?from=2020-03-16&to=2020-03-16").content.decode()
    assert case.number in lines
    judged = CliRunner().invoke(verify, ["--head", told["head"], "--files"])
    assert judged.exit_code == 0, judged.output
