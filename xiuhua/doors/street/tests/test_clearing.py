"""清场 on the phone and at the desk: what closed is listed, one tap clears it, a photo shows what was left."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, key, photo
from xiuhua.city.models import Clearing
from xiuhua.city.tests.test_permitted import place

pytestmark = pytest.mark.django_db
CLOSED = "2020-03-16T08:30:00+08:00"


@pytest.fixture
def market(town: Town):
    return place(town, hours=[["06:00", "08:30"]], clear_within_min=20, unit=town.units["Z1"])


def send(client, **told: object):
    form = {"key": str(key("clear")), "at": "", "closed_at": CLOSED, "verdict": "clean", **told}
    return client.post(reverse("street:clearing", args=["P1"]), form)


def test_the_phone_lists_what_closed_and_takes_the_look(town: Town, signed_in, clock, market) -> None:
    zhao = signed_in("zhao")
    assert "2 处收摊以后待清场检查" in zhao.get(reverse("street:home")).content.decode()
    page = zhao.get(reverse("street:clearings")).content.decode()
    assert "荣利街疏导点" in page and "没有人查" in page
    assert "荣利街疏导点" not in signed_in("other").get(reverse("street:clearings")).content.decode()
    dirty = send(zhao, verdict="dirty")
    assert dirty.status_code == 422 and "拍一张照片" in dirty.content.decode()
    file = SimpleUploadedFile("a.jpg", photo(), "image/jpeg")
    assert send(zhao, verdict="dirty", photos=file, words="菜叶没扫").status_code == 302
    assert "没清干净" in zhao.get(reverse("street:clearings")).content.decode()
    assert send(zhao, key=str(key("again"))).status_code == 302
    assert [one.tidy for one in Clearing.objects.order_by("id")] == [False, True]
    assert "1 处收摊" in zhao.get(reverse("street:home")).content.decode()  # yesterday's is still open


def test_the_desk_sees_every_opening_with_its_photos(
    town: Town, signed_in, clock, market, django_assert_max_num_queries
) -> None:
    file = SimpleUploadedFile("a.jpg", photo(), "image/jpeg")
    send(signed_in("zhao"), verdict="dirty", photos=file, words="菜叶没扫")
    desk = signed_in("office")
    with django_assert_max_num_queries(15):
        page = desk.get(reverse("desk:clearings"), {"days": "7"}).content.decode()
    assert "菜叶没扫" in page and "查晚了" in page and page.count("没有人查") >= 5
    look = Clearing.objects.get()
    assert desk.get(reverse("desk:clearing_photo", args=[look.pk, 0])).headers["Content-Type"] == "image/jpeg"
    assert desk.get(reverse("desk:clearing_photo", args=[look.pk, 1])).status_code == 404


def test_nonsense_and_what_is_not_to_be_looked_at_are_refused(town: Town, signed_in, clock, market) -> None:
    zhao = signed_in("zhao")
    assert send(zhao, closed_at="gestern").status_code == 422
    assert send(zhao, at=(town.at - dt.timedelta(hours=2)).isoformat()).status_code == 422
    assert zhao.get(reverse("street:clearing", args=["none"])).status_code == 404
    assert not Clearing.objects.exists()
