"""挂账 and 延期 through the doors: the desk suspends and takes up again, the phone asks, the desk decides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.cases.models import Case, Extension, StandardRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(town: Town, clock) -> Case:
    StandardRow.objects.filter(code="S1").update(limit_amount=2, limit_kind="work_days")
    made = town.case(upto="dispatched")
    clock(minutes=30)
    return made


def step(client, case: Case, verb: str, **told: str):
    case.refresh_from_db()
    form = {"key": str(key(f"{verb}{told}")), "version": str(case.version), "verb": verb} | told
    return client.post(reverse("desk:step", args=[case.number]), form)


def test_the_desk_suspends_until_a_day_and_takes_it_up_again(town: Town, case: Case, signed_in) -> None:
    desk = signed_in("desk")
    address = reverse("desk:case", args=[case.number])
    assert "挂到哪一天" in desk.get(address).content.decode()
    assert "请写挂账到哪一天" in step(desk, case, "suspend", reason="dig").content.decode()
    assert step(desk, case, "suspend", reason="dig", until="2020-03-20").status_code == 302
    page = desk.get(address).content.decode()
    assert "挂账到 3月20日" in page and "现在恢复" in page and "挂到哪一天" not in page
    assert "挂账到 3月20日" in desk.get(reverse("desk:dispatch"), {"tab": "work"}).content.decode()
    assert "挂账到 3月20日" in signed_in("zhao").get(reverse("street:case", args=[case.number])).content.decode()
    step(desk, case, "resume")
    case.refresh_from_db()
    assert case.held_until is None and case.paused_at is None


def test_the_phone_asks_for_more_time_and_the_desk_decides(town: Town, case: Case, signed_in) -> None:
    zhao, desk = signed_in("zhao"), signed_in("desk")
    where = reverse("street:extend", args=[case.number])
    assert where in zhao.get(reverse("street:case", args=[case.number])).content.decode()
    form = {"key": str(key("ask")), "at": "", "amount": "9", "reason": "others"}
    assert "不超过原来的时限" in zhao.post(where, form).content.decode()
    assert zhao.post(where, form | {"amount": "1", "key": str(key("again"))}).status_code == 302
    page = desk.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "申请延期 1" in page and "要别的单位配合" in page and "同意延期" in page
    before = case.due_at
    step(desk, case, "grant")
    case.refresh_from_db()
    assert Extension.objects.get().state == "granted" and case.due_at > before
    page = desk.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "申请延期 1" not in page and 'value="grant"' not in page
