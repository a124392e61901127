"""Reporting from the street in a real Chromium: three taps, with a network and without, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.town import INSIDE, Town
from xiuhua.cases.models import Case, CasePhoto
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.browser
HERE = {
    "geolocation": {"longitude": INSIDE[0], "latitude": INSIDE[1], "accuracy": 6},
    "permissions": ["geolocation", "camera"],
}
PageFor = Callable[..., Any]
Until = Callable[[Any, str], None]
Do = Callable[[Any], None]


@pytest.fixture
def ready(until: Until) -> Callable[[Any], None]:
    """The work page was open once, and what a report needs without a network lies in the phone."""

    def open_once(page: Any) -> None:
        page.goto("/street/")
        until(page, "navigator.serviceWorker.getRegistration().then(one => Boolean(one && one.active))")
        page.reload()
        until(page, "caches.open('xh-pages-1').then(c => c.match('/street/report/')).then(Boolean)")

    return open_once


def test_a_report_takes_three_taps(town: Town, page_for: PageFor, shoot: Do) -> None:
    page = page_for("zhao", **HERE)
    page.goto("/street/")
    page.locator(".xh-dock__shot").tap()
    shoot(page)
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url(re.compile(r"/street/case/XH"))
    case = Case.objects.get()
    assert (case.segment, case.category, case.source, case.reported_at) == ("S1", "stall", "officer", town.at)
    assert (case.lon, case.lat) == INSIDE and CasePhoto.objects.get(case=case).moment == "report"
    assert f"已上报，编号 {case.number}" in page.locator("#xh-toasts").inner_text()


def test_without_a_network_it_is_kept_and_goes_out_when_there_is_one(
    town: Town,
    page_for: PageFor,
    shoot: Do,
    ready: Do,
    until: Until,
    clock: Callable[..., Any],
    axe: Callable[[Any], list[str]],
) -> None:
    page = page_for("zhao", **HERE)
    ready(page)
    page.context.set_offline(True)
    page.locator(".xh-dock__shot").tap()
    shoot(page)
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url("**/street/")
    strip = page.locator("[data-outbox-words]")
    strip.wait_for()
    assert strip.inner_text() == "有 1 条记录、1 张照片待上传" and page.locator("[data-offline]").is_visible()
    page.reload()
    until(page, "document.querySelector('[data-outbox-words]').textContent.includes('1 条')")
    assert not Case.objects.exists(), "it survived the page being opened anew, and nothing reached the office"
    assert axe(page) == []
    at = town.at
    clock(minutes=50)
    page.context.set_offline(False)
    page.locator("[data-outbox-strip]").wait_for(state="hidden")
    line = Line.objects.get(kind="case.reported")
    assert (line.happened_at, line.recorded_at) == (at, at + dt.timedelta(minutes=50))
    assert CasePhoto.objects.get(case=Case.objects.get()).moment == "report"


def test_without_a_network_the_phone_finds_its_own_streets(page_for: PageFor, ready: Do, until: Until) -> None:
    page = page_for("zhao", **HERE)
    ready(page)
    until(page, "caches.open('xh-pages-1').then(c => c.match('/street/count/')).then(Boolean)")
    page.context.set_offline(True)
    page.goto("/street/count/")
    until(page, "document.querySelector('#segment').value === 'S1'")
    page.get_by_role("button", name="报上去").tap()
    assert page.locator("#wrong-quantity").inner_text() == "请按数字键填数量。"


def test_two_records_from_one_kept_page_are_two_cases(page_for: PageFor, shoot: Do, ready: Do) -> None:
    page = page_for("zhao", **HERE)
    ready(page)
    page.context.set_offline(True)
    for category in ("posting", "sign"):
        page.goto("/street/report/")
        shoot(page)
        page.locator(f"input[value='{category}']").check(force=True)
        page.get_by_role("button", name="提交上报").tap()
        page.wait_for_url("**/street/")
    page.context.set_offline(False)
    page.locator("[data-outbox-strip]").wait_for(state="hidden")
    assert set(Case.objects.values_list("category", flat=True)) == {"posting", "sign"}


def test_a_refused_record_is_put_right_on_its_page(
    town: Town, page_for: PageFor, shoot: Do, ready: Do, until: Until, clock: Callable[..., Any]
) -> None:
    """It waited offline, the office refuses it, nothing is lost: the person opens it, changes the place, sends it."""
    page = page_for("zhao", **{**HERE, "geolocation": {"longitude": 116.4, "latitude": 39.9, "accuracy": 6}})
    ready(page)
    page.context.set_offline(True)
    page.goto("/street/report/")
    shoot(page)
    page.locator("#description").fill("北京的摊")
    until(page, "document.querySelector('[name=lon]').value")
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url("**/street/")
    page.context.set_offline(False)
    page.goto("/street/outbox/")
    page.get_by_text("不在本市范围内").wait_for()
    page.get_by_role("button", name="改一改").tap()
    page.wait_for_url(re.compile("#kept="))
    until(page, "document.querySelector('#description').value === '北京的摊'")
    page.locator("input[name='photo']").wait_for(state="attached")
    assert not page.locator(".xh-camera").count(), "a record that has its photo opens no camera"
    page.get_by_text("改位置").tap()
    page.get_by_role("button", name="清掉位置").tap()
    page.locator("#segment").select_option("S2")
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url(re.compile(r"/street/case/XH"))
    case = Case.objects.get()
    assert (case.segment, case.lon_e7, case.description) == ("S2", None, "北京的摊")
    assert CasePhoto.objects.filter(case=case).count() == 1
    page.goto("/street/outbox/")
    page.get_by_text("没有待上传的记录").wait_for()


def test_a_line_that_breaks_costs_no_photo_twice(page_for: PageFor, shoot: Do, until: Until) -> None:
    """The photo went up, then the line broke: the record waits, and when it goes the photo does not go again."""
    page = page_for("zhao", **HERE)
    went: list[str] = []
    page.on("request", lambda asked: went.append(asked.url) if asked.method == "POST" else None)
    page.route(
        "**/street/report/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.goto("/street/report/")
    shoot(page)
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url("**/street/")
    until(page, "document.querySelector('[data-outbox-words]').textContent === '有 1 条记录待上传'")
    page.unroute("**/street/report/")
    page.get_by_role("button", name="立即上传").tap()
    page.locator("[data-outbox-strip]").wait_for(state="hidden")
    assert CasePhoto.objects.get().case == Case.objects.get()
    assert sum(one.endswith("/street/photo") for one in went) == 1


def test_who_was_signed_out_meanwhile_loses_nothing(page_for: PageFor, shoot: Do) -> None:
    page = page_for("zhao", **HERE)
    page.goto("/street/report/")
    shoot(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="提交上报").tap()
    page.goto("/street/outbox/")
    page.get_by_text("登录已过期，请重新登录后上传").wait_for()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="立即上传").last.tap()
    page.get_by_text("没有待上传的记录").wait_for()
    assert CasePhoto.objects.get().case == Case.objects.get()


def test_new_work_comes_to_the_open_page(town: Town, page_for: PageFor) -> None:
    page = page_for("zhao", **HERE)
    page.goto("/street/")
    page.get_by_text("没有待您处置的案件").wait_for()
    case = town.case("fresh", upto="dispatched", at=town.at - dt.timedelta(minutes=60))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator(f"a[href='/street/case/{case.number}/handle/']").wait_for()
    page.get_by_text("有新派给您的案件").wait_for()
    page.get_by_text("距我 0 米").wait_for()


def test_outside_the_city_the_sentence_is_at_the_place_and_the_photo_stays(
    page_for: PageFor, shoot: Do, until: Until
) -> None:
    page = page_for("zhao", **{**HERE, "geolocation": {"longitude": 116.4, "latitude": 39.9, "accuracy": 6}})
    page.goto("/street/report/")
    shoot(page)
    page.locator("#wrong-lon").wait_for()
    assert "不在本市范围内" in page.locator("#wrong-lon").inner_text()
    page.get_by_role("button", name="提交上报").tap()
    until(page, "document.querySelector('#wrong-lon').textContent.includes('请核对位置')")
    assert page.locator(".xh-shots img").count() == 1 and not Case.objects.exists()


def test_a_vague_position_asks_to_point_at_the_map(page_for: PageFor) -> None:
    page = page_for("zhao", **{**HERE, "geolocation": {"longitude": INSIDE[0], "latitude": INSIDE[1], "accuracy": 180}})
    page.goto("/street/count/")
    page.get_by_text("定位精度只有 ±180 米").wait_for()
    page.locator(".xh-map--pin[data-ready='yes']").wait_for()


def test_near_a_corner_it_asks_which_street(page_for: PageFor) -> None:
    page = page_for("zhao", **{**HERE, "geolocation": {"longitude": 118.48401, "latitude": 36.69001, "accuracy": 6}})
    page.goto("/street/count/")
    page.get_by_text("靠近路口，请选一条路段").wait_for()
    assert page.locator("#segment").input_value() == ""
    page.locator("[data-corner] button").filter(has_text="海岱路（").first.tap()
    assert page.locator("#segment").input_value() == "S2"


def test_without_scripts_a_plain_form_does_it(page_for: PageFor) -> None:
    page = page_for("zhao", java_script_enabled=False)
    page.goto("/street/report/")
    page.locator("#photos").set_input_files({"name": "a.gif", "mimeType": "image/gif", "buffer": b"GIF89a"})
    page.locator("#place").fill("海岱路 3 号")
    page.locator("#segment").select_option("S2")
    page.get_by_role("button", name="提交上报").click()
    assert "不是能用的照片" in page.locator(".xh-wrongs").inner_text()
    assert page.locator("#place").input_value() == "海岱路 3 号" and page.locator("#segment").input_value() == "S2"
    page.get_by_role("button", name="提交上报").click()
    assert "已上报" in page.locator("#xh-toasts").inner_text() and Case.objects.get().segment == "S2"


def test_signing_out_takes_the_kept_pages_along(page_for: PageFor, ready: Do) -> None:
    page = page_for("zhao")
    ready(page)
    page.goto("/street/me/")
    page.get_by_role("button", name="退出登录").tap()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("caches.has('xh-pages-1')") is False
