"""群报 at the desk: pasted, looked at, confirmed, answered."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, key, photo
from xiuhua.cases.models import Case, ChatBatch, Reply, SourceRule

pytestmark = pytest.mark.django_db
TEXT = "李巡查 08:40\n[图片]\n李巡查 08:41\n@一中队 海岱路 占道经营，半小时\n李巡查 08:50\n[图片]\n李巡查 08:51\n瓜市街南头"


def pasted(client, **changes):
    form = {
        "key": str(key("paste")), "source": "civilised_office", "text": TEXT, "group": "创城督导群",
        "photos": [SimpleUploadedFile(f"{shade}.jpg", photo(shade), "image/jpeg") for shade in (40, 80)],
    }  # fmt: skip
    return client.post(reverse("desk:chat"), form | changes)


def test_a_batch_from_paste_to_answer(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    assert 'href="/desk/chat/"' in desk.get(reverse("desk:dispatch")).content.decode()
    answer = pasted(desk)
    batch = ChatBatch.objects.get()
    where = reverse("desk:chat_batch", args=[batch.code])
    assert answer.status_code == 302 and answer["Location"] == where
    page = desk.get(where).content.decode()
    assert page.count("data-resolve-scope") == 2 and "@城区一中队" in page and "照片不带时间地点" in page
    assert desk.get(reverse("desk:photo", args=[batch.drafts.first().photo, "thumb"])).status_code == 200
    form = {
        "key": str(key("confirm")), "take-0": "1", "category-0": "stall", "place-0": "海岱路", "words-0": "占道",
        "segment-0": "S2", "minutes-0": "30", "take-1": "1", "category-1": "", "place-1": "瓜市街南头", "words-1": "瓜市街",
    }  # fmt: skip
    wrong = desk.post(where, form)
    assert wrong.status_code == 422 and "第 2 张" in wrong.content.decode() and not Case.objects.exists()
    assert 'value="瓜市街南头"' in wrong.content.decode()
    assert desk.post(where, form | {"category-1": "other", "key": str(key("again"))}).status_code == 302
    assert Case.objects.count() == 2
    done = desk.get(where).content.decode()
    assert "海岱路" in done and "1. 海岱路占道经营问题已收到" in done
    picture = desk.get(reverse("desk:chat_picture", args=[batch.code]))
    assert picture["Content-Type"] == "image/jpeg" and picture.content[:2] == b"\xff\xd8"
    owed = desk.get(reverse("desk:replies")).content.decode()
    assert "1 件" in owed and "海岱路" in owed
    reply = {"key": str(key("reply")), "text": "都在处理。"}
    assert desk.post(reverse("desk:chat_reply", args=[batch.code]), reply).status_code == 302
    assert Reply.objects.filter(replied_at=None).count() == 0
    assert "没有等着回复的" in desk.get(reverse("desk:replies")).content.decode()
    assert "已回群" in desk.get(reverse("desk:chat")).content.decode()


def test_what_is_no_photo_comes_back_with_the_words(town: Town, signed_in) -> None:
    fake = SimpleUploadedFile("x.jpg", b"not a photo", "image/jpeg")
    page = pasted(signed_in("desk"), photos=[fake]).content.decode()
    assert "不是能用的照片" in page and "@一中队 海岱路" in page and not ChatBatch.objects.exists()


def test_too_many_photos_are_told_with_the_words_kept(town: Town, signed_in) -> None:
    many = [SimpleUploadedFile(f"{shade}.jpg", photo(shade), "image/jpeg") for shade in range(0, 246, 6)]
    answer = pasted(signed_in("desk"), photos=many)
    page = answer.content.decode()
    assert answer.status_code == 422 and "一次最多 40 张照片" in page and "@一中队 海岱路" in page
    assert not ChatBatch.objects.exists()


def test_a_draft_without_a_photo_says_nothing_of_one(town: Town, signed_in) -> None:
    desk = signed_in("desk")
    pasted(desk, photos=[])
    page = desk.get(reverse("desk:chat_batch", args=[ChatBatch.objects.get().code])).content.decode()
    assert "无照片" in page and "照片不带时间地点" not in page


def test_a_batch_is_thrown_away(town: Town, signed_in) -> None:
    desk = signed_in("desk")
    pasted(desk)
    where = reverse("desk:chat_batch", args=[ChatBatch.objects.get().code])
    assert desk.post(where, {"key": str(key("drop")), "drop": "1"}).status_code == 302
    assert desk.get(where).status_code == 404


def test_one_case_is_answered_on_its_page(town: Town, signed_in, clock) -> None:
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(minutes=40)
    desk = signed_in("desk")
    page = desk.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "已处置完毕，经核查已结案" in page
    assert desk.get(reverse("desk:case_picture", args=[case.number])).content[:2] == b"\xff\xd8"
    form = {"key": str(key("reply")), "text": "已处置。"}
    assert desk.post(reverse("desk:case_reply", args=[case.number]), form).status_code == 302
    assert "09:40 已回复" in desk.get(reverse("desk:case", args=[case.number])).content.decode()


def test_who_takes_no_reports_takes_no_chat(town: Town, signed_in) -> None:
    assert signed_in("zhao").get(reverse("desk:chat")).status_code == 403


def test_the_administrator_says_what_a_source_is_promised(town: Town, signed_in) -> None:
    admin = signed_in("admin")
    form = {"key": str(key("rule")), "source": "hotline", "prefix": "RX", "amount": "五", "kind": "work_days"}
    assert "请写数字" in admin.post(reverse("desk:source_rule"), form).content.decode()
    assert admin.post(reverse("desk:source_rule"), form | {"amount": "5"}).status_code == 302
    assert SourceRule.objects.get().prefix == "RX"
    assert 'value="RX"' in admin.get(reverse("desk:settings")).content.decode()
