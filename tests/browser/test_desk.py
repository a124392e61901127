"""The desk in a real Chromium: a case dispatched without a mouse, two windows at once, and every page for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.town import Town, declare_campaigns, photo
from xiuhua.cases import actions
from xiuhua.cases.models import Case
from xiuhua.ledger.models import Line

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def desk(page_for: Callable[..., Any], who: str = "desk", **size: int) -> Any:
    return page_for(who, **({"width": 1366, "height": 600} | size))


def expect() -> Any:
    from playwright.sync_api import expect as expecting

    expecting.set_options(timeout=20_000)
    return expecting


def test_a_typed_address_proposes_places_and_the_keyboard_takes_one(town: Town, clock, page_for, axe) -> None:
    clock(minutes=5)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/new/")
    page.locator("#place").fill("范公亭路6号旁")
    expecting(page.locator("[role='option']")).to_have_count(1)
    expecting(page.locator("[role='option']")).to_contain_text("确定")
    assert axe(page) == []
    page.locator("#place").press("ArrowDown")
    page.locator("#place").press("Enter")
    expecting(page.locator("#segment")).to_have_value("范公亭路（驼山路—海岱路） [S1]")
    expecting(page.locator("[name='lon']")).to_have_value("118.481500")
    expecting(page.locator("[data-resolved]")).to_contain_text("赵敏")
    expecting(page.locator("[role='listbox']")).to_be_hidden()
    page.locator("#place").fill("没有这个地方")
    expecting(page.locator(".desk-call")).to_contain_text("没有认出")


def test_a_report_goes_from_the_call_to_the_officer_by_keyboard_alone(town: Town, clock, page_for) -> None:
    clock(minutes=5)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new/")
    expecting(page.locator("#place")).to_be_focused()
    page.keyboard.type("范公亭路 12 号门前")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("l")
    page.locator("#segment").fill("范公亭路（驼山路—海岱路） [S1]")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/\?tab=accept&case="))
    case = Case.objects.get()
    assert (case.category, case.segment, case.state) == ("stall", "S1", "reported")

    page.keyboard.press("Enter")  # accepts and files
    expecting(page.locator("#desk-list")).to_contain_text("现在没有待受理案件")
    page.goto("/desk/")
    expecting(page.locator("[data-dispatch]")).to_have_text(re.compile("派遣给赵敏"))
    page.keyboard.press("2")
    expecting(page.locator("[data-dispatch]")).not_to_have_text(re.compile("赵敏"))
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expecting(page.locator("#xh-toasts")).to_contain_text("已派遣给赵敏")
    case.refresh_from_db()
    assert (case.state, case.handler) == ("dispatched", "p-zhao")
    assert Line.objects.about(case.number).of_kind("case.dispatched").get().by == "p-desk"


def test_after_a_step_the_next_case_is_open_and_the_keys_go_on(town: Town, clock, page_for) -> None:
    numbers = [town.case(f"case-{n}", upto="filed", place=f"范公亭路 {n} 号").number for n in range(3)]
    clock(minutes=30)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/")
    chosen = page.locator("#desk-list [aria-current][data-id]")
    expecting(chosen).to_have_attribute("data-id", numbers[0])
    page.keyboard.press("j")
    expecting(page.locator(f"#desk-pane [data-case='{numbers[1]}']").first).to_be_visible()
    page.keyboard.press("Enter")
    expecting(page.locator(f"#desk-pane [data-case='{numbers[2]}']").first).to_be_visible()
    expecting(page.locator(f"#row-{numbers[2]}")).to_be_focused()
    expecting(chosen).to_have_attribute("data-id", numbers[2])
    assert f"case={numbers[2]}" in page.url
    page.keyboard.press("k")
    expecting(page.locator(f"#desk-pane [data-case='{numbers[0]}']").first).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.locator("#step-unfile button[name='verb']").press("Enter")
    expecting(page.locator("#xh-toasts")).to_contain_text("已退回受理")
    states = dict(Case.objects.values_list("number", "state"))
    assert [states[number] for number in numbers] == ["accepted", "dispatched", "filed"]


def test_many_are_ticked_by_keyboard_and_mouse_and_the_whole_is_taken_back(town: Town, clock, page_for, axe) -> None:
    for n in range(4):
        town.case(f"c{n}", place=f"范公亭路 {n + 1} 号")
    clock(minutes=30)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/?tab=accept")
    expecting(page.locator("[data-bulk] button[value='accept']")).to_be_hidden()
    page.locator("#desk-list [data-id]").first.focus()
    page.keyboard.press("x")
    page.locator("[data-pick]").nth(2).click(modifiers=["Shift"])
    expecting(page.locator("[data-picked]")).to_have_text("已选 3 件")
    assert axe(page) == []
    page.locator("[data-bulk] button[value='accept']").click()
    page.wait_for_url("**/desk/bulk")
    page.keyboard.press("Enter")
    expecting(page.locator("h1")).to_have_text("受理：3 件完成")
    assert Case.objects.filter(state="accepted").count() == 3
    page.keyboard.press("z")
    expecting(page.locator("h1")).to_have_text("撤回：3 件完成")
    assert set(Case.objects.values_list("state", flat=True)) == {"reported"}


def test_a_step_is_taken_back_with_z_and_the_same_report_merged_with_m(town: Town, clock, page_for, axe) -> None:
    town.case("first", place="范公亭路 12 号门前")
    twin = town.case("twin", place="范公亭路 12 号对面")
    clock(minutes=30)
    page, expecting = desk(page_for), expect()
    page.goto(f"/desk/?tab=accept&case={twin.number}")
    expecting(page.locator("#desk-pane")).to_contain_text("可能是同一件事")
    assert axe(page) == []
    page.locator("#desk-list [data-id][aria-current]").focus()
    page.keyboard.press("m")
    expecting(page.locator("#xh-toasts")).to_contain_text("已并入")
    page.keyboard.press("z")
    expecting(page.locator("#xh-toasts")).to_contain_text("已撤回")
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into) == ("reported", None)
    expecting(page.locator("#desk-pane [data-case]").first).to_have_attribute("data-case", twin.number)


def test_a_second_window_sees_the_step_and_says_that_the_open_case_moved(town: Town, clock, page_for) -> None:
    town.case("first", upto="filed")
    second = town.case("second", upto="filed", place="范公亭路 20 号")
    clock(minutes=30)
    one, other, expecting = desk(page_for), desk(page_for, "chief"), expect()
    one.goto(f"/desk/?tab=dispatch&case={second.number}")
    other.goto(f"/desk/?tab=dispatch&case={second.number}")
    expecting(one.locator("#desk-list [data-id]")).to_have_count(2)
    one.locator("#desk-pane .desk-words").fill("先劝导")
    other.keyboard.press("Enter")
    expecting(other.locator("#xh-toasts")).to_contain_text("已派遣给")
    expecting(one.locator("#desk-list [data-id]")).to_have_count(1)
    expecting(one.locator(".xh-tabs__tab", has_text="处置中")).to_contain_text("1")
    expecting(one.locator("[data-moved]")).to_be_visible()
    assert one.locator("#desk-pane .desk-words").input_value() == "先劝导"


def test_a_stale_form_shows_both_sides_and_loses_no_word(town: Town, clock, page_for) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/")
    page.route("**/desk/live*", lambda route: route.fulfill(status=204))
    page.locator("#desk-pane .desk-words").fill("先劝导")
    actions.dispatch_case(town.act("p-chief"), case=case, unit=town.units["Z1"], person=town.people["p-liu"])
    page.locator("[data-dispatch]").click()
    wrongs = page.locator("#desk-pane .xh-wrongs")
    expecting(wrongs).to_be_focused()
    for words in ("别人先办了一步", "王海涛", "刘洋", "您要办的", "赵敏", "先劝导"):
        expecting(wrongs).to_contain_text(words)


def test_letters_are_letters_while_typing_and_the_help_tells_the_keys(town: Town, clock, page_for) -> None:
    numbers = [town.case(f"case-{n}", upto="filed", place=f"范公亭路 {n} 号").number for n in range(2)]
    page, expecting = desk(page_for), expect()
    page.goto("/desk/")
    page.keyboard.press("/")
    expecting(page.locator(".xh-search input")).to_be_focused()
    page.keyboard.type("jk1")
    assert page.locator(".xh-search input").input_value() == "jk1"
    expecting(page.locator("#desk-list [aria-current][data-id]")).to_have_attribute("data-id", numbers[0])
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expecting(page.locator("#xh-keys")).to_be_visible()
    for words in ("选 赵敏", "登记来电", "退回受理"):
        expecting(page.locator("#xh-keys")).to_contain_text(words)
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expecting(page.locator("#desk-list [aria-current][data-id]")).to_have_attribute("data-id", numbers[0])


def test_a_day_is_posted_by_keyboard(town: Town, clock, page_for) -> None:
    page, expecting = desk(page_for, "chief"), expect()
    page.goto("/desk/posting/")
    page.locator("input[name='status-p-liu'][value='present']").focus()
    page.keyboard.press("ArrowRight")
    expecting(page.locator("input[name='status-p-liu'][value='leave']")).to_be_checked()
    page.keyboard.press("Enter")
    expecting(page.locator("#xh-toasts")).to_contain_text("应到 4，在岗 3")


def test_ticking_all_streets_hands_them_over(town: Town, clock, page_for) -> None:
    page, expecting = desk(page_for, "office"), expect()
    page.goto("/desk/segments/?q=范公亭路")
    page.locator("[data-all]").check()
    expecting(page.locator("[data-ticked]")).to_have_text("3")
    page.locator("#part").select_option("leader")
    page.locator("#who").select_option(label="周明（青州市综合行政执法局）")
    page.get_by_role("button", name="改责任人").click()
    expecting(page.locator("#xh-toasts")).to_contain_text("3 个路段的包靠领导改为周明")


PAGES = (
    ("desk", "/desk/"), ("desk", "/desk/?tab=work"), ("desk", "/desk/new/"), ("desk", "/desk/cases/"),
    ("desk", "/desk/search/?q=范公亭路"), ("chief", "/desk/counts/"), ("desk", "/desk/posting/"),
    ("office", "/desk/segments/"), ("office", "/desk/segments/?view=map"), ("office", "/desk/segments/S1/"),
    ("leader", "/desk/supervise/"), ("admin", "/desk/settings/"), ("admin", "/desk/people/"),
    ("admin", "/desk/people/p-zhao/"), ("admin", "/desk/imports/"), ("desk", "/password/"), ("desk", "/desk/jobs/"),
    ("office", "/desk/places/clearing/"), ("admin", "/desk/people/units/?edit=Z1"), ("office", "/desk/standards/new"),
)  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 600), (390, 844)])
def test_every_page_is_for_everybody(town: Town, clock, page_for, axe, width: int, height: int) -> None:
    declare_campaigns(town)
    town.case("open", upto="filed", photos=(town.photo(30),))
    case = town.case("work", upto="handled", place="范公亭路 20 号")
    clock(minutes=60)
    found: dict[str, list[str]] = {}
    pages: dict[str, Any] = {}
    opened = [*PAGES, ("desk", f"/desk/case/{case.number}/")]
    for who, address in opened if width != 1366 else [*opened[:2], opened[-1]]:  # elsewhere 1366 is as 1440
        if who not in pages:
            pages[who] = page_for(who, width=width, height=height)
        page = pages[who]
        page.goto(address)
        page.wait_for_load_state("load")
        wrong = axe(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append("wider than the window")
        if wrong:
            found[address] = wrong
    assert found == {}


def test_a_chat_is_pasted_looked_over_and_registered(town: Town, clock, page_for, axe) -> None:
    clock(minutes=15)
    page, expecting = desk(page_for), expect()
    page.goto("/desk/")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/chat/")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(40 * n)} for n in (1, 2)]
    page.locator("#photos").set_input_files(files)
    expecting(page.locator("[data-chat-shown] li")).to_have_count(2)
    page.locator("#text").fill(
        "李巡查 09:01\n[图片]\n李巡查 09:02\n@一中队 海岱路 占道经营，半小时\n[图片]\n不知道哪里有垃圾"
    )
    assert axe(page) == []
    page.locator("#text").press("Control+Enter")
    expecting(page.locator(".desk-draft")).to_have_count(2)
    assert axe(page) == []
    page.locator("#place-1").fill("范公亭路6号旁")
    expecting(page.locator("[role='option']")).to_have_count(1)
    page.locator("#place-1").press("ArrowDown")
    page.locator("#place-1").press("Enter")
    expecting(page.locator("[name='segment-1']")).to_have_value(re.compile(r"\[S1\]"))
    expecting(page.locator("[name='segment-0']")).to_have_value("S2")
    page.get_by_role("button", name="全部登记").click()
    expecting(page.get_by_role("heading", name="这一批的案件")).to_be_visible()
    assert sorted(Case.objects.values_list("segment", flat=True)) == ["S1", "S2"]
    assert axe(page) == []


def test_an_area_drawn_on_the_map_lists_what_lies_in_it(town: Town, clock, page_for, axe) -> None:
    case = town.case(upto="filed")
    clock(minutes=5)
    page, expecting = desk(page_for, width=1440, height=900), expect()
    page.goto("/desk/map/")
    page.locator("[data-map][data-ready]").wait_for()
    if page.locator("[data-map]").get_attribute("data-ready") != "yes":
        pytest.skip("left out: this Chromium draws no WebGL2")
    map_ = page.locator("[data-map]").bounding_box()
    middle = (map_["x"] + map_["width"] / 2, map_["y"] + map_["height"] / 2)
    page.get_by_role("button", name="圈选").click()
    for right, down in ((-260, -260), (260, -260), (260, 260), (-260, 260)):
        page.mouse.click(middle[0] + right, middle[1] + down)
    page.keyboard.press("Enter")
    page.wait_for_url("**area=**")
    expecting(page.locator(".rooms-found")).to_contain_text("圈内 1 件")
    expecting(page.locator(f"[data-pin-of='{case.number}']")).to_be_visible()
    page.locator("[data-map][data-ready]").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="圈选").click()
    page.keyboard.press("Enter")
    expecting(page.locator(".xh-map__area")).to_contain_text("至少点三个角")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="清除圈选").click()
    expecting(page.locator(".rooms-found")).to_have_count(0)


def test_a_browser_without_webgl_gets_a_still_map(town: Town, clock, page_for) -> None:
    town.case(upto="filed")
    clock(minutes=5)
    page, expecting = desk(page_for, width=1440, height=900), expect()
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = (real => function (kind, ...more) { return kind.startsWith('webgl') ? null : real.call(this, kind, ...more); })(HTMLCanvasElement.prototype.getContext)"
    )
    page.goto("/desk/map/")
    page.locator("[data-map][data-ready='still']").wait_for()
    expecting(page.get_by_role("img", name="1 件案件的分布")).to_be_visible()
    expecting(page.locator(".xh-map__none")).to_contain_text("缺少 WebGL2")


def test_the_slider_shows_a_day_and_the_list_follows(town: Town, clock, page_for) -> None:
    case = town.case(upto="closed")
    clock(days=1)
    page, expecting = desk(page_for, width=1440, height=900), expect()
    page.goto("/desk/map/")
    expecting(page.locator("[data-pin-of]")).to_have_count(0)
    page.get_by_text("看过去的某一天").click()
    page.locator("#map-day").press("Home")
    page.wait_for_url("**on=**")
    expecting(page.locator(f"[data-pin-of='{case.number}']")).to_be_visible()
    page.get_by_role("link", name="回到现在").click()
    expecting(page.locator("[data-pin-of]")).to_have_count(0)
