"""The public door in a real browser: on a phone, on a desktop, in large type, and with scripts switched off."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.town import INSIDE, photo
from xiuhua.cases.actions import release_photos
from xiuhua.cases.models import Case
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.browser

MOST_BYTES = 110 * 1024
"""A citizen's page as it is sent, photos apart (design/UX.md §13)."""


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def published(town, clock) -> Case:
    """A closed case with its pictures released, an hour ago."""
    case = town.case("published", upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    return release_photos(town.act("p-desk"), case=case, photos=[one.digest for one in case.photos.all()])


def pages_of(case: Case) -> dict[str, str]:
    return {
        "home": "/public/", "report": "/public/report/", "nearby": "/public/nearby/", "mine": "/public/mine/",
        "find": "/public/follow/", "follow": f"/public/follow/{case.token}/",
        "received": f"/public/received/{case.token}/", "shown": f"/public/nearby/{case.number}/",
    }  # fmt: skip


@pytest.mark.parametrize("width", [1440, 1366, 390])
def test_every_page_is_for_everybody_and_fits_its_width(published, page_for, axe, width):
    page = page_for("", width=width)
    for name, where in pages_of(published).items():
        page.goto(where)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_large_type_stays_chosen_and_is_for_everybody_too(published, page_for, axe):
    page = page_for("")
    page.goto("/public/")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="大字").click()
    for name, where in pages_of(published).items():
        page.goto(where)
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= before * 1.25, name
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_problem_is_reported_with_camera_and_position_and_found_again(town, page_for):
    page = page_for(
        "", permissions=["camera", "geolocation", "clipboard-read", "clipboard-write"],
        geolocation={"longitude": INSIDE[0], "latitude": INSIDE[1], "accuracy": 8},
    )  # fmt: skip
    page.goto("/public/")
    page.get_by_role("link", name="拍照上报").click()
    page.get_by_role("button", name="拍照").click()
    page.get_by_role("button", name="快门").click()
    page.get_by_alt_text("第 1 张").wait_for()
    page.get_by_text("占道经营").click()
    page.get_by_role("button", name="用我的位置").click()
    page.get_by_text("定位精度").wait_for()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到您的上报").wait_for()
    case = Case.objects.get()
    assert (case.source, case.category, case.segment, case.photos.count()) == ("citizen", "stall", "S1", 1)
    assert Line.objects.of_kind("case.reported").get().about == case.number
    page.get_by_role("button", name="复制地址").click()
    page.get_by_text("地址已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/public/follow/{case.token}/")
    page.goto("/public/mine/")
    page.get_by_role("link", name=re.compile(case.place)).click()
    page.get_by_role("heading", name="已收到，等待受理").wait_for()


def test_a_refused_report_keeps_what_was_typed_and_the_photo(town, page_for):
    page = page_for("")
    page.goto("/public/report/")
    page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(90)})
    page.get_by_alt_text("第 1 张").wait_for()
    page.get_by_text("占道经营").click()
    page.get_by_label("情况（可不填）").fill("摊主每天五点来")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").get_by_text("请写明地点").wait_for()
    assert page.get_by_label("情况（可不填）").input_value() == "摊主每天五点来"
    assert page.get_by_text("已收到 1 张照片").is_visible()
    page.get_by_label("在哪里").fill("范公亭路 12 号")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到您的上报").wait_for()
    assert Case.objects.get().photos.count() == 1


def test_without_a_network_the_form_keeps_what_was_typed(town, page_for):
    page = page_for("")
    page.goto("/public/report/")
    page.get_by_text("占道经营").click()
    page.get_by_label("在哪里").fill("范公亭路 12 号")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    page.get_by_text("网络没有连上").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到您的上报").wait_for()
    assert Case.objects.count() == 1


def test_who_is_not_content_says_why(published, page_for, axe):
    page = page_for("")
    page.goto(f"/public/follow/{published.token}/")
    assert page.get_by_text("不满意的原因").is_hidden()
    page.get_by_text("不满意", exact=True).click()
    page.get_by_text("问题还在", exact=True).click()
    page.get_by_label("想说的话（可不填）").fill("摊子又来了")
    assert axe(page) == []
    page.get_by_role("button", name="提交评价").click()
    page.get_by_role("heading", name="已重新受理，正在立案").wait_for()
    published.refresh_from_db()
    assert published.state == "accepted"


def test_what_is_near_leaves_the_phone_only_roughly(published, page_for):
    page = page_for("", permissions=["geolocation"], geolocation={"longitude": 118.4823456, "latitude": 36.6904567})
    page.goto("/public/nearby/")
    page.get_by_role("button", name="看我附近的").click()
    page.wait_for_url("**lon=118.482&lat=36.690")
    assert page.get_by_text("约 50 米").is_visible()


def test_the_whole_way_works_without_scripts(published, page_for):
    page = page_for("", java_script_enabled=False)
    page.goto("/public/report/")
    page.get_by_role("radio", name="乱贴乱画", exact=True).check()
    page.get_by_label("在哪里").fill("海岱路 8 号")
    page.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(90)})
    page.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="看进度").click()
    assert page.get_by_role("heading", name="已收到，等待受理").is_visible()
    assert Case.objects.get(category="posting").photos.count() == 1
    page.goto(f"/public/follow/{published.token}/")
    assert page.locator(".xh-public-noscript img").count() == 2
    page.get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    assert page.get_by_text("已收到您的评价").is_visible()
    page.get_by_role("link", name="大字").click()
    assert "xh-care" in page.locator("body").get_attribute("class")


def test_a_page_weighs_no_more_than_a_poor_network_bears(published, page_for):
    page = page_for("")
    for name, where in pages_of(published).items():
        sent: dict[str, int] = {}

        def keep(response, sent=sent):
            if response.ok and not response.url.endswith(".jpg"):
                sent[response.url] = len(gzip.compress(response.body(), 9))

        page.on("response", keep)
        page.goto(where)
        page.wait_for_load_state("networkidle")
        page.remove_listener("response", keep)
        assert sum(sent.values()) <= MOST_BYTES, (name, sent)
        assert not [one for one in sent if "map" in one], (name, "the map comes only when it is asked for")
    assert settings.STATIC_URL
