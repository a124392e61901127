"""人员权限: posts, sign-ins on a printed slip, and the first password of one's own."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.town import PASSWORD, Town, key
from xiuhua.city.models import Account, Person, Post
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
PEOPLE = "desk:people"
OWN = "my-own-word-of-2020"


def newcomer(client: Client, **changes: str) -> Person:
    form = {
        "key": str(key("newcomer")),
        "name": "林小雨",
        "unit": "Z1",
        "role": "officer",
        "certificate": "15000009",
    } | changes
    client.post(reverse(PEOPLE), form)
    return Person.objects.get(name="林小雨")


def account(client: Client, person: Person, verb: str, **more: str):
    return client.post(reverse("desk:account", args=[person.code]), {"key": str(key(verb)), "verb": verb} | more)


def on_slip(answer) -> str:
    """The one-time password as the slip prints it."""
    found = re.search(r"<code>(\w{4}-\w{4}-\w{4})</code>", answer.content.decode())
    assert found
    return found.group(1)


def test_everybody_stands_under_their_unit(town: Town, signed_in, clock) -> None:
    page = signed_in("admin").get(reverse(PEOPLE)).content.decode()
    for expected in ("城区一中队", "赵敏", "15000002", "中队长", "zhao"):
        assert expected in page
    assert "孙立国" not in signed_in("admin").get(reverse(PEOPLE), {"unit": "QZ/Z1/"}).content.decode()


def test_somebody_new_gets_a_post_an_account_and_chooses_an_own_password(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    person = newcomer(admin)
    assert person.posts.get().role == "officer"
    slip = account(admin, person, "open", username="15000009")
    password = on_slip(slip)
    line = Line.objects.get(key=key("open"))
    assert (line.kind, line.about, line.facts) == ("account.opened", f"person:{person.code}", "{}")
    assert password not in Line.objects.get(key=key("open")).request
    browser = Client()
    browser.post(reverse("sign_in"), {"username": "15000009", "password": password})
    assert browser.get(reverse("desk:dispatch")).url == reverse("password")
    weak = browser.post(reverse("password"), {"new_password1": "short", "new_password2": "short"})
    assert weak.status_code == 422
    assert browser.post(reverse("password"), {"new_password1": OWN, "new_password2": OWN}).url == reverse("home")
    assert browser.get(reverse("desk:dispatch")).status_code == 200
    assert Line.objects.filter(kind="account.secured", about=f"person:{person.code}").count() == 1
    assert Account.objects.get(username="15000009").check_password(OWN)


def test_a_slip_sent_twice_shows_no_password_again(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    person = newcomer(admin)
    on_slip(account(admin, person, "open", username="15000009"))
    again = account(admin, person, "open", username="15000009").content.decode()
    assert "不能再显示" in again
    assert Account.objects.filter(person=person).count() == 1


def test_a_name_taken_or_misspelt_comes_back_at_its_field(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    person = newcomer(admin)
    assert "已经有人用了" in account(admin, person, "open", username="ZHAO").content.decode()
    answer = admin.post(
        reverse("desk:account", args=[person.code]), {"key": str(key("bad")), "verb": "open", "username": "有 空格"}
    )
    assert answer.status_code == 422
    assert "不能有空格" in answer.content.decode()


def test_a_forgotten_password_is_reset_and_the_old_one_opens_nothing(town: Town, signed_in, clock) -> None:
    zhao = Person.objects.get(code="p-zhao")
    admin = signed_in("admin")
    password = on_slip(account(admin, zhao, "reset"))
    found = Account.objects.get(person=zhao)
    assert found.check_password(password)
    assert not found.check_password(PASSWORD)
    assert found.must_change


def test_an_account_switched_off_is_signed_out_at_once(town: Town, signed_in, clock) -> None:
    zhao = signed_in("zhao")
    assert zhao.get(reverse("desk:dispatch")).status_code == 200
    account(signed_in("admin"), Person.objects.get(code="p-zhao"), "close")
    assert zhao.get(reverse("desk:dispatch")).url.startswith(reverse("sign_in"))
    assert Line.objects.get(key=key("close")).kind == "account.closed"


def test_the_last_administrator_cannot_be_shut_out(town: Town, signed_in, clock) -> None:
    answer = account(signed_in("admin"), Person.objects.get(code="p-admin"), "close")
    assert answer.status_code == 422
    assert "最后一个系统管理员" in answer.content.decode()
    assert Account.objects.get(username="admin").is_active
    post = Post.objects.get(person__code="p-admin")
    ended = signed_in("admin").post(reverse("desk:end_post", args=["p-admin", post.code]), {"key": str(key("end"))})
    assert ended.status_code == 422
    assert "最后一个系统管理员岗位" in ended.content.decode()


def test_posts_begin_and_end_with_their_lines(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    admin.post(
        reverse("desk:begin_post", args=["p-zhao"]),
        {"key": str(key("more")), "unit": "CG", "role": "office", "title": "内勤"},
    )
    post = Post.objects.get(person__code="p-zhao", role="office")
    assert Line.objects.get(key=key("more")).kind == "post.begun"
    admin.post(reverse("desk:end_post", args=["p-zhao", post.code]), {"key": str(key("end"))})
    post.refresh_from_db()
    assert post.ends_on is not None
    assert Line.objects.get(key=key("end")).kind == "post.ended"
    clock(days=2)
    assert "内勤" in admin.get(reverse(PEOPLE), {"show": "past"}).content.decode()
    assert "内勤" not in admin.get(reverse(PEOPLE)).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"name": " "}, "请写姓名"), ({"unit": ""}, "请选择单位"), ({"role": "machine"}, "请选择岗位")],
)
def test_somebody_half_told_is_not_registered(town: Town, signed_in, clock, changes, sentence: str) -> None:
    form = {"key": str(key("newcomer")), "name": "林小雨", "unit": "Z1", "role": "officer"} | changes
    answer = signed_in("admin").post(reverse(PEOPLE), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Person.objects.filter(name="林小雨").exists()


@pytest.mark.parametrize("who", ["desk", "leader", "office", "chief", "zhao"])
def test_only_an_administrator_comes_in(town: Town, signed_in, clock, who: str) -> None:
    client = signed_in(who)
    for address in (reverse(PEOPLE), reverse("desk:person", args=["p-zhao"])):
        assert client.get(address).status_code == 403
    assert account(client, Person.objects.get(code="p-zhao"), "reset").status_code == 403


def test_the_list_asks_as_much_for_a_unit_as_for_all(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    one, all_ = f"{reverse(PEOPLE)}?unit=QZ/Z2/", reverse(PEOPLE)
    admin.get(one)
    assert queries_of(admin, one) == queries_of(admin, all_)


def test_a_reset_opens_an_account_that_wrong_tries_had_locked(town: Town, signed_in, clock) -> None:
    admin, browser = signed_in("admin"), Client()
    for _ in range(8):
        browser.post(reverse("sign_in"), {"username": "zhao", "password": "wrong"})
    assert browser.post(reverse("sign_in"), {"username": "zhao", "password": PASSWORD}).status_code == 429
    password = on_slip(account(admin, Person.objects.get(code="p-zhao"), "reset"))
    assert browser.post(reverse("sign_in"), {"username": "zhao", "password": password}).status_code == 302


def test_everybody_without_an_account_gets_one_on_one_sheet_to_cut(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    Account.objects.filter(username__in=("zhao", "liu")).delete()
    assert "给 2 人开账号" in admin.get(reverse("desk:people")).content.decode()
    told = {"key": str(key("accounts")), "person": ["p-zhao", "p-liu"]}
    sheet = admin.post(reverse("desk:accounts"), told).content.decode()
    assert sheet.count("一次性密码") == 2 and "沿虚线裁开" in sheet and "15000002" in sheet
    again = admin.post(reverse("desk:accounts"), told).content.decode()
    assert "已经出过一次" in again
    assert signed_in("chief").post(reverse("desk:accounts"), told).status_code == 403


def test_a_certificate_that_ends_soon_is_told_and_a_number_is_shown_once_and_logged(
    town: Town, signed_in, clock
) -> None:
    admin = signed_in("admin")
    told = {
        "key": str(key("kept")),
        "employment": "staff",
        "certificate": "15000002",
        "certificate_until": "2020-04-01",
        "phone": "13900003333",
    }
    assert admin.post(reverse("desk:register_person", args=["p-zhao"]), told).status_code == 302
    assert "60 天内到期" in admin.get(reverse("desk:people")).content.decode()
    page = admin.get(reverse("desk:person", args=["p-zhao"])).content.decode()
    assert "139******33" in page and "13900003333" not in page
    shown = admin.post(reverse("desk:phone", args=["p-zhao"]), {"key": str(key("look"))}, follow=True).content.decode()
    assert "13900003333" in shown
    assert Line.objects.filter(kind="phone.shown").count() == 1
    wrong = admin.post(
        reverse("desk:register_person", args=["p-zhao"]),
        told | {"key": str(key("w")), "certificate_from": "2021-01-01"},
    )
    assert wrong.status_code == 422
