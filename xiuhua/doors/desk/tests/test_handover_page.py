"""移交, 强制结案, the shorter limit, urgency and appeals by the forms of a case."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.cases.models import Case, CheckRule, HotlineOrder, StageRule
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.models import HoursRule

pytestmark = pytest.mark.django_db


def press(client, case: Case, n: int, **told: str):
    case.refresh_from_db()
    key = f"00000000-0000-4000-8000-0000000004{n:02d}"
    return client.post(
        reverse("desk:step", args=[case.number]), {"key": key, "version": case.version} | told, follow=True
    )


def test_a_case_is_handed_over_and_taken_on(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    clock(minutes=30)
    desk = signed_in("desk")
    assert 'id="step-hand_over"' in desk.get(reverse("desk:case", args=[case.number])).content.decode()
    wrong = press(desk, case, 1, verb="hand_over", sort="police", reason="crime")
    assert wrong.status_code == 422 and "移交给哪个单位" in wrong.content.decode()
    page = press(desk, case, 2, verb="hand_over", sort="police", reason="crime", to_name="古城派出所")
    assert "移交给古城派出所（公安机关）" in page.content.decode()
    clock(minutes=60)
    assert press(desk, case, 3, verb="taken_on").status_code == 422
    page = press(desk, case, 4, verb="taken_on", receipt="12 号")
    case.refresh_from_db()
    assert case.state == "closed" and "对方已接收" in page.content.decode()


def test_a_dispatcher_gives_less_time_by_the_form(town: Town, signed_in, clock) -> None:
    case = town.case(upto="accepted")
    clock(minutes=20)
    desk = signed_in("desk")
    press(desk, case, 5, verb="file", standard="P1", urgency="urgent")
    case.refresh_from_db()
    assert (case.urgency, str(case.limit_amount)) == ("urgent", "2.00")
    told = {"verb": "dispatch", "to": "unit:Z1", "limit": "x"}
    assert "写数字" in press(desk, case, 6, **told).content.decode()
    press(desk, case, 7, **told | {"limit": "1", "limit_reason": "safety"})
    case.refresh_from_db()
    assert str(case.limit_amount) == "1.00"
    page = signed_in("desk").get(reverse("desk:case", args=[case.number])).content.decode()
    assert "急件，时限为标准的 50%" in page and "缩短时限" in page and "各环节用时" in page


def test_an_appeal_and_a_leaders_closing_by_forms(town: Town, signed_in, clock) -> None:
    case = town.case(upto="dispatched")
    for n, verb in enumerate(("handle", "check", "close")):
        case = take(town, verb, case, minutes=300 + n * 5)
    clock(minutes=320)
    press(signed_in("chief"), case, 8, verb="appeal", reason="weather")
    clock(minutes=330)
    press(signed_in("desk"), case, 9, verb="appeal_grant")
    page = press(signed_in("leader"), case, 10, verb="appeal_grant")
    case.refresh_from_db()
    assert case.exempt and "已免责" in page.content.decode()
    other = town.case("other", upto="dispatched")
    clock(minutes=400)
    page = press(signed_in("leader"), other, 11, verb="force_close", reason="rebuilt", words="已改建。")
    other.refresh_from_db()
    assert other.state == "closed" and "强制结案" in page.content.decode()


def test_rules_are_set_on_the_page_of_settings(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")

    def post(where: str, n: int, **told: str) -> int:
        key = f"00000000-0000-4000-8000-0000000004{n}"
        return admin.post(reverse(f"desk:{where}"), {"key": key} | told).status_code

    assert post("stage_rule", 20, stage="accept", amount="0.5", kind="work_hours") == 302
    assert post("stage_rule", 21, stage="accept", amount="viel", kind="work_hours") == 422
    assert post("set_work_hours", 22, begins_on="2020-05-01", hours="08:00—12:00，15:00—19:00", name="夏季作息") == 302
    assert post("set_work_hours", 23, begins_on="2020-05-01", hours="8点") == 422
    assert post("set_work_hours", 24, begins_on="", hours="08:00-12:00") == 422
    assert post("check_rule", 25, category="stall", source="", share="30") == 302
    assert post("check_rule", 26, category="stall", source="", share="300") == 422
    assert (StageRule.objects.count(), HoursRule.objects.count(), CheckRule.objects.count()) == (1, 1, 1)
    page = admin.get(reverse("desk:settings")).content.decode()
    assert "夏季作息" in page and "现场核查 30%" in page
    assert post("check_rule", 27, category="stall", source="", share="") == 302
    assert not CheckRule.objects.exists() and not HotlineOrder.objects.exists()
