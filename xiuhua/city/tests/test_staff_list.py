"""花名册: read as offices write it; same-named people are told apart or asked about, never guessed; taken back whole."""

from __future__ import annotations

import csv
import io

import pytest

from tests.town import Town, key
from xiuhua.city.accounts import open_accounts
from xiuhua.city.actions import begin_post
from xiuhua.city.models import Account, Person, Post, Role
from xiuhua.city.people import register_person, show_phone
from xiuhua.city.staff_list import STAFF
from xiuhua.kit.models import Batch
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.batches import begin_batch, import_batch, match_columns, undo_batch
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "所在中队", "职务", "身份", "联系电话", "执法证号", "有效期", "人员编码"]


def batch(town: Town, *rows: list[str], name: str = "staff") -> Batch:
    page = io.StringIO()
    csv.writer(page).writerows([HEAD, *(row + [""] * (len(HEAD) - len(row)) for row in rows)])
    begun = begin_batch(STAFF, page.getvalue().encode(), name="花名册.csv", key=key(name), by="p-admin", at=town.at)
    matched = {column.name: n for n, column in enumerate(STAFF.columns)}
    return match_columns(begun, STAFF, at=town.at, matched=matched)


def bring(town: Town, found: Batch) -> Batch:
    return import_batch(found, STAFF, act=town.act("p-admin"))


def marks(found: Batch) -> list[str]:
    return [" ".join(mark[2] for mark in row.marks) for row in found.seen.order_by("number")]


def test_new_people_come_in_with_post_phone_and_certificate(town: Town) -> None:
    found = batch(
        town,
        ["陈晓", "一中队", "执法队员", "事业编", "139 0000 1111", "１５００００７７", "2024-05-01"],
        ["钱多", "城区二中队", "队员", "协管", "13900002222"],
    )
    bring(town, found)
    chen, qian = Person.objects.get(name="陈晓"), Person.objects.get(name="钱多")
    assert (chen.certificate, chen.employment, chen.certificate_until.isoformat()) == (
        "15000077",
        "staff",
        "2024-05-01",
    )
    assert chen.masked_phone == "139******11" and "13900001111" not in chen.phone_sealed
    assert (chen.posts.get().role, qian.posts.get().role) == (Role.OFFICER, Role.ASSISTANT)
    assert not any("13900001111" in line.facts + line.about for line in Line.objects.all())


def test_somebody_of_the_same_name_elsewhere_is_asked_about(town: Town) -> None:
    found = batch(town, ["赵敏", "城区二中队", "队员", "", "13900003333"])
    assert found.wrong == 1
    assert "已有同名的人：赵敏（城区一中队" in marks(found)[0]
    bring(town, batch(town, ["赵敏", "城区二中队", "队员", "", "13900003333", "", "", "新人"], name="new"))
    assert Person.objects.filter(name="赵敏").count() == 2


def test_the_same_unit_the_certificate_or_the_code_tell_who_is_meant(town: Town) -> None:
    found = batch(
        town,
        ["赵敏", "一中队", "队员", "编制", "13900003333"],
        ["刘洋", "二中队", "队员", "", "", "15000003"],
        ["孙立国", "CG", "科员", "", "", "", "", "p-other"],
    )
    assert found.wrong == 0
    bring(town, found)
    assert Person.objects.filter(name__in=("赵敏", "刘洋", "孙立国")).count() == 3
    assert Person.objects.get(code="p-zhao").masked_phone == "139******33"
    assert Post.objects.filter(person__code="p-other").count() == 1  # a list moves nobody


def test_a_certificate_of_somebody_else_and_twins_in_the_sheet_are_wrong(town: Town) -> None:
    found = batch(
        town, ["新来", "一中队", "队员", "", "", "15000002"], ["双生", "一中队", "队员"], ["双生", "一中队", "队员"],
        ["甲", "一中队", "队员", "", "13911112222"], ["乙", "一中队", "队员", "", "13911112222"],
    )  # fmt: skip
    told = marks(found)
    assert found.wrong == 5 and "已经是赵敏的" in told[0] and "分不清" in told[1] and "出现了两次" in told[3]


@pytest.mark.parametrize(
    ("row", "told"),
    [(["", "一中队", "队员"], "没有写姓名"), (["甲", "九中队", "队员"], "没有“九中队”"), (["甲", "中队", "队员"], "对得上几个单位"),
     (["甲", "一中队", "吉祥物"], "看不出"), (["甲", "一中队", "队员", "", "1390"], "位数不对"), (["=1+1", "一中队", "队员"], "不像姓名")],
)  # fmt: skip
def test_bad_rows_say_what_is_wrong(town: Town, row: list[str], told: str) -> None:
    found = batch(town, row)
    assert found.wrong == 1 and told in marks(found)[0]


def test_importing_again_brings_nobody_twice_and_the_batch_is_taken_back_whole(town: Town) -> None:
    found = bring(
        town, batch(town, ["陈晓", "一中队", "队员", "", "13900001111"], ["赵敏", "一中队", "队员", "", "13900003333"])
    )
    again = batch(town, ["陈晓", "一中队", "队员", "", "13900001111"], name="again")
    with pytest.raises(Refused) as refused:
        bring(town, again)
    assert refused.value.code == "staff.same"
    undo_batch(found, STAFF, act=town.act("p-admin", minutes=5))
    assert not Person.objects.filter(name="陈晓").exists()
    assert Person.objects.get(code="p-zhao").phone_sealed == ""


def test_a_batch_is_not_taken_back_once_somebody_has_an_account(town: Town) -> None:
    found = bring(town, batch(town, ["陈晓", "一中队", "队员", "", "13900001111"]))
    open_accounts(town.act("p-admin", minutes=1), people=[Person.objects.get(name="陈晓")])
    with pytest.raises(Refused) as refused:
        undo_batch(found, STAFF, act=town.act("p-admin", minutes=5))
    assert refused.value.code == "staff.account" and "陈晓" in refused.value.message


def test_accounts_of_a_batch_are_opened_with_passwords_shown_once(town: Town) -> None:
    people = [town.people["p-zhao"], town.people["p-helper"]]
    opened = open_accounts(town.act("p-admin", name="open"), people=people)
    assert [one.account.username for one in opened] == ["15000002", "p-helper"]
    assert len({one.password for one in opened}) == 2 and all(one.account.must_change for one in opened)
    assert all(one.account.check_password(one.password) for one in opened)
    assert open_accounts(town.act("p-admin", name="open"), people=people) == []  # the passwords are kept nowhere
    assert Account.objects.filter(person__in=people).count() == 2
    with pytest.raises(Refused):
        open_accounts(town.act("p-admin", minutes=1), people=people)


def test_each_look_at_a_full_number_is_logged_and_not_everybody_may(town: Town) -> None:
    zhao = register_person(
        town.act("p-admin"), person=town.people["p-zhao"], certificate="15000002", phone="13900003333"
    )
    assert show_phone(town.act("p-chief"), person=zhao) == "13900003333"
    line = Line.objects.get(kind="phone.shown")
    assert (line.by, line.about) == ("p-chief", "person:p-zhao") and "139" not in line.facts
    other = begin_post(
        town.act("p-admin"), unit=town.units["Z2"], role=Role.OFFICER, name="外队", phone="13900009999", code="p-x"
    )
    for who, person in (("p-liu", zhao), ("p-chief", other)):
        with pytest.raises(Refused) as refused:
            show_phone(town.act(who), person=person)
        assert refused.value.code == "access.role"
    with pytest.raises(Refused):
        register_person(town.act("p-admin", minutes=1), person=zhao, certificate="15000003")
