"""Putting right, counting and warning on the phone; and pages that nobody is shut out from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.town import INSIDE, Town, photo
from xiuhua.cases.models import Case, Count
from xiuhua.enforcement.models import Slip
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
def work(town: Town, clock: Callable[..., Any]) -> dict[str, Case]:
    """A stall given to Zhao Min with a photo, one without, and a colleague's work to be checked."""
    found = {
        "given": town.case("given", upto="dispatched", photos=(town.photo(60),)),
        "bare": town.case("bare", upto="dispatched", category="posting"),
        "done": town.case("done", upto="handled", photos=(town.photo(90),)),
        "closed": town.case("closed", upto="closed", photos=(town.photo(30),)),
    }
    clock(minutes=40)
    return found


# ---------------------------------------------------------------- putting right, counting, warning


def test_handling_lays_the_photo_of_before_over_the_camera(work: dict[str, Case], page_for: PageFor, shoot: Do) -> None:
    page = page_for("zhao", **HERE)
    page.goto(f"/street/case/{work['given'].number}/")
    page.get_by_role("link", name="处置拍照").tap()
    page.get_by_role("button", name="拍摄处置后近景").tap()
    ghost = page.locator(".xh-camera__ghost")
    ghost.wait_for()
    assert ghost.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("button", name="原图").tap()
    assert not ghost.is_visible()
    shoot(page)
    page.get_by_text("疏导", exact=True).tap()
    page.get_by_role("button", name="提交处置").tap()
    page.wait_for_url("**/street/")
    work["given"].refresh_from_db()
    assert (
        work["given"].state == "handled"
        and '"way":"guided"' in Line.objects.get(about=work["given"].number, kind="case.handled").facts
    )
    page.goto(f"/street/case/{work['given'].number}/")
    slider = page.get_by_role("slider", name="左右拖动，对比处置前后")
    slider.fill("80")
    assert page.locator(".xh-slider").evaluate("box => box.style.getPropertyValue('--xh-cut')") == "80%"


def test_no_photo_no_handling(work: dict[str, Case], page_for: PageFor) -> None:
    page = page_for("zhao", **HERE)
    page.goto(f"/street/case/{work['given'].number}/handle/")
    page.get_by_role("button", name="提交处置").tap()
    assert "请先拍一张照片" in page.locator("#xh-toasts").inner_text()
    assert not Line.objects.filter(kind="case.handled", about=work["given"].number).exists()


def test_a_count_takes_an_item_some_keys_and_a_button(page_for: PageFor, until: Until) -> None:
    page = page_for("zhao", **HERE)
    page.goto("/street/count/")
    page.get_by_text("摆正非机动车").tap()
    until(page, "document.querySelector('#segment').value === 'S1'")
    keys = page.get_by_role("group", name="数字键")
    for key in ("2", "0", "9"):
        keys.get_by_role("button", name=key, exact=True).tap()
    keys.get_by_role("button", name="退一格").tap()
    keys.get_by_role("button", name="0", exact=True).tap()
    page.get_by_role("button", name="报上去").tap()
    page.get_by_text("已计：摆正非机动车 200 辆").wait_for()
    told = Count.objects.get()
    assert (told.item, int(told.quantity), told.segment) == ("bicycle_straightened", 200, "S1")


def test_a_plate_is_typed_with_the_pages_own_keys_and_its_warnings_are_told(page_for: PageFor, shoot: Do) -> None:
    page = page_for("zhao", **HERE)
    for times in (0, 1):
        page.goto("/street/slip/")
        keys = page.get_by_role("group", name="车牌键盘")
        assert page.locator("#plate").input_value() == "鲁", "the province of the bureau stands there already"
        assert keys.get_by_role("button", name="8", exact=True).is_disabled(), "the second is a letter"
        for key in "V8D261":
            keys.get_by_role("button", name=key, exact=True).tap()
        words = page.locator("[data-repeat-words]")
        words.filter(has_text="已警告 1 次" if times else "没有警告记录").wait_for()
        keys.get_by_role("button", name="完成").tap()
        page.get_by_role("button", name="拍摄车牌").tap()
        shoot(page)
        page.get_by_role("button", name="开单并提交").tap()
        page.get_by_text("已开单").wait_for()
    assert Slip.objects.count() == 2
    assert (
        "8D261" not in page.url and 'repeat":1' in Line.objects.filter(kind="slip.issued").order_by("id").last().facts
    )


# ---------------------------------------------------------------- everybody can use it


def pages(work: dict[str, Case]) -> list[str]:
    case = {name: f"/street/case/{one.number}/" for name, one in work.items()}
    return [
        "/street/", "/street/list/todo/", "/street/list/closed/", "/street/list/handled/", "/street/list/check/",
        "/street/map/", "/street/shops/", "/street/me/", "/street/outbox/", "/street/report/", "/street/count/",
        "/street/slip/", *case.values(), case["given"] + "handle/", case["bare"] + "handle/", case["given"] + "return/",
        case["done"] + "check/", "/street/case/XH0/",
    ]  # fmt: skip


@pytest.mark.parametrize(("who", "scheme"), [("zhao", "light"), ("zhao", "dark"), ("liu", "dark")])
def test_no_page_shuts_anybody_out(
    work: dict[str, Case], page_for: PageFor, axe: Callable[[Any], list[str]], scheme: str, who: str
) -> None:
    page = page_for(who, color_scheme=scheme, geolocation=HERE["geolocation"], permissions=["geolocation"])
    for where in pages(work):
        page.goto(where)
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], where
        if page.locator(".xh-camera").is_visible():
            page.locator(".xh-camera__foot button").first.tap()
            assert axe(page) == [], where


def test_nothing_moves_sideways_on_the_narrowest_phone(work: dict[str, Case], page_for: PageFor) -> None:
    for care in ("no", "yes"):
        page = page_for("zhao", width=360, height=640, **HERE)
        page.add_init_script(f"localStorage.setItem('xh.care', '{care}')")
        for where in pages(work):
            page.goto(where)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (where, care)


def test_fingers_find_what_they_press(work: dict[str, Case], page_for: PageFor) -> None:
    """Everything that is pressed is at least 44 pixels high or wide enough around it; text links in sentences aside."""
    page = page_for("zhao", geolocation=HERE["geolocation"], permissions=["geolocation"])
    small = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")]
        .filter(one => one.offsetParent && !one.closest(".xh-hush, .xh-skip, .maplibregl-ctrl, p a, label, .xh-map"))
        .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && box.height < 43.5).map(([html, box]) => `${box.height} ${html}`)"""
    for where in pages(work):
        page.goto(where)
        if page.locator(".xh-camera").is_visible():
            page.locator(".xh-camera__foot button").first.tap()
        assert page.evaluate(small) == [], where


def test_night_and_large_type_stay_chosen(page_for: PageFor) -> None:
    page = page_for("zhao", color_scheme="light")
    page.goto("/street/me/")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(243, 245, 249)"
    page.get_by_role("button", name="夜间").tap()
    page.get_by_role("button", name="大字").tap()
    assert page.evaluate(ground) == "rgb(8, 21, 39)"
    page.goto("/street/")
    assert page.evaluate(ground) == "rgb(8, 21, 39)" and page.locator("body.xh-care").count() == 1
    page.goto("/street/me/")
    assert page.get_by_role("button", name="夜间").get_attribute("aria-pressed") == "true"


def test_an_open_page_is_a_look_and_the_errand_is_taken_on(work: dict[str, Case], page_for: PageFor) -> None:
    case = work["given"]
    page = page_for("zhao", **HERE)
    with page.expect_response("**/seen") as told:
        page.goto(f"/street/case/{case.number}/")
    assert told.value.status == 204
    case.refresh_from_db()
    assert case.seen_at is not None and case.acknowledged_at is None
    page.get_by_role("button", name="接单").tap()
    page.get_by_text("已接单，指挥中心会看到").wait_for()
    case.refresh_from_db()
    assert case.acknowledged_at is not None


def test_what_was_put_right_on_the_spot_goes_in_one_form(town: Town, clock, page_for: PageFor, shoot: Do) -> None:
    clock(minutes=5)
    page = page_for("zhao", **HERE)
    page.goto("/street/report/")
    shoot(page)
    page.locator("label.xh-kind", has_text="占道经营").tap()
    assert not page.get_by_text("处置后（站在原来的位置拍）").is_visible()
    page.get_by_text("已处置好").tap()
    page.locator("#after_photos").set_input_files({"name": "after.jpg", "mimeType": "image/jpeg", "buffer": photo(210)})
    page.get_by_role("button", name="提交上报").tap()
    page.wait_for_url("**/street/case/XH*/")
    case = Case.objects.get(handler="p-zhao")
    assert (case.state, case.photos.count()) == ("handled", 2)
