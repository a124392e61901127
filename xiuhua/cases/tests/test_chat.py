"""Reading a copied chat, and what a batch becomes."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.town import ZONE, Town
from xiuhua.cases.actions import confirm_chat, drop_chat, reply_batch, reply_case, set_source_rule, take_chat
from xiuhua.cases.chat import propose
from xiuhua.cases.chat_batches import Told, cases_of
from xiuhua.cases.models import Case, ChatBatch, ChatDraft, Reply
from xiuhua.cases.reply_picture import reply_picture
from xiuhua.cases.replying import owed_replies, reply_words
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

DAY = dt.date(2020, 3, 16)
MARKED = """李巡查 2020/3/16 09:12
[图片]
李巡查 2020/3/16 09:12
@城区一中队 云门山路西侧 占道经营，半小时
李巡查 2020/3/16 09:15:20
[图片]
[图片]
李巡查 09:16
@益都中队 范公亭西路与驼山路路口，共享单车乱停，10:30前
王督查 下午 2:05
海岱中路 126 号门前店外经营 一个半小时内整改
王督查 14:06
[图片]"""


def read(text: str, photos: int) -> list[tuple[str, str, str, int | None]]:
    told = propose(text, photos, day=DAY, tz=ZONE)
    return [(one.sender, one.place, one.category, one.minutes) for one in told]


def test_each_picture_goes_with_the_words_beside_it() -> None:
    assert read(MARKED, 4) == [
        ("李巡查", "云门山路西侧", "stall", 30),
        ("李巡查", "范公亭西路与驼山路路口", "parking", 74),
        ("李巡查", "范公亭西路与驼山路路口", "parking", 74),
        ("王督查", "海岱中路126号门前", "shopfront", 90),
    ]
    last = propose(MARKED, 4, day=DAY, tz=ZONE)[-1]
    assert last.at == dt.datetime(2020, 3, 16, 14, 5, tzinfo=ZONE)
    assert propose(MARKED, 4, day=DAY, tz=ZONE)[0].mentions == ("城区一中队",)


def test_words_first_and_pictures_after_them() -> None:
    text = "王督查：瓜市街南头有人摆摊，@城区二中队 30分钟\n[图片]\n王督查：尧王山路 农行门口 垃圾堆放\n[图片]"
    assert read(text, 2) == [("王督查", "瓜市街南头", "stall", 30), ("王督查", "尧王山路农行门口", "other", None)]


@pytest.mark.parametrize(
    ("text", "photos", "places"),
    [
        ("云门山路西侧", 2, ["云门山路西侧"] * 2),
        ("", 2, ["", ""]),
        ("张三: 驼山路北头\n李四: 海岱路西侧", 2, ["驼山路北头", "海岱路西侧"]),
        ("张三: 驼山路北头\n李四: 海岱路西侧", 0, ["驼山路北头", "海岱路西侧"]),
        ("@一中队 尽快处理", 1, [""]),
    ],
)
def test_without_marks_words_and_photos_go_by_their_order(text: str, photos: int, places: list[str]) -> None:
    assert [place for _sender, place, _category, _minutes in read(text, photos)] == places


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("半小时", 30),
        ("限两小时内整改", 120),
        ("45分钟", 45),
        ("1.5小时", 90),
        ("一刻钟", 15),
        ("三天内", 4320),
        ("尽快", None),
    ],
)
def test_how_long_somebody_gives(words: str, minutes: int | None) -> None:
    assert propose(f"驼山路，{words}", 1, day=DAY, tz=ZONE)[0].minutes == minutes


@given(st.text(max_size=400), st.integers(0, 12))
def test_any_text_gives_one_proposal_for_each_photo_and_never_fails(text: str, photos: int) -> None:
    told = propose(text, photos, day=DAY, tz=ZONE)
    assert len(told) == photos or photos == 0
    assert all(len(one.place) <= 200 and len(one.words) <= 500 for one in told)


# ---------------------------------------------------------------- a batch

TEXT = "李巡查 08:40\n[图片]\n李巡查 08:41\n@一中队 海岱路 占道经营，半小时\n李巡查 08:50\n[图片]\n李巡查 08:51\n瓜市街南头 店外经营"


@pytest.fixture
def batch(town: Town) -> ChatBatch:
    photos = [town.photo(shade) for shade in (40, 80)]
    return take_chat(
        town.act("p-desk", name="chat"), source="civilised_office", text=TEXT, photos=photos, group="创城督导群"
    )


def as_read(batch: ChatBatch, **changes: Told) -> dict[int, Told]:
    read = {
        one.place_in_batch: Told(one.category, one.place, one.words, one.segment, one.lon, one.lat, one.minutes)
        for one in batch.drafts.all()
    }
    return read | {int(name[1:]): told for name, told in changes.items()}


@pytest.mark.django_db
def test_a_batch_becomes_cases_with_what_the_group_is_owed(town: Town, batch: ChatBatch) -> None:
    first, second = batch.drafts.all()
    assert (first.segment, first.category, first.minutes, first.place) == ("S2", "stall", 30, "海岱路")
    assert (second.segment, second.place) == ("", "瓜市街南头")
    batch = confirm_chat(town.act("p-desk", minutes=2), batch=batch, told=as_read(batch))
    cases = cases_of(batch)
    assert [(case.source, case.state, case.photos.count()) for case in cases] == [
        ("civilised_office", "reported", 1)
    ] * 2
    assert cases[0].reported_at == town.at - dt.timedelta(minutes=19) and cases[0].segment == "S2"
    replies = [Reply.objects.get(case=case) for case in cases]
    assert replies[0].due_at == cases[0].reported_at + dt.timedelta(minutes=30) and replies[0].sender == "李巡查"
    assert replies[1].due_at is None
    with pytest.raises(Refused, match="已经登记过"):
        confirm_chat(town.act("p-desk", minutes=3), batch=batch, told={})


@pytest.mark.django_db
def test_the_same_act_again_gives_the_same_batch(town: Town, batch: ChatBatch) -> None:
    again = take_chat(
        town.act("p-desk", name="chat"), source="civilised_office", text=TEXT, group="创城督导群",
        photos=[town.photo(shade) for shade in (40, 80)],
    )  # fmt: skip
    assert again == batch and ChatBatch.objects.count() == 1


@pytest.mark.django_db
def test_one_wrong_draft_and_none_is_a_case(town: Town, batch: ChatBatch) -> None:
    with pytest.raises(Refused, match="第 2 张：没有“”这个类别") as refused:
        confirm_chat(town.act("p-desk", minutes=2), batch=batch, told=as_read(batch, n1=Told(place="瓜市街")))
    assert list(refused.value.facts["rows"]) == [1] and not Case.objects.exists()
    left_out = as_read(batch, n1=Told(left_out=True))
    confirm_chat(town.act("p-desk", minutes=3), batch=batch, told=left_out)
    assert Case.objects.count() == 1 and batch.drafts.filter(case=None).count() == 1


@pytest.mark.django_db
def test_nothing_to_confirm_and_a_batch_thrown_away(town: Town, batch: ChatBatch) -> None:
    nothing = {0: Told(left_out=True), 1: Told(left_out=True)}
    with pytest.raises(Refused, match="没有勾选"):
        confirm_chat(town.act("p-desk", minutes=2), batch=batch, told=nothing)
    drop_chat(town.act("p-desk", minutes=2), batch=batch)
    assert not ChatDraft.objects.exists() and Line.objects.filter(kind="chat.dropped").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": "hotline"}, "谁在群里发的"),
        ({"photos": ["sha256:" + "0" * 64]}, "没有传完整"),
        ({"text": "", "photos": []}, "请贴上照片"),
        ({"text": "路" * 20_001}, "请分两批"),
    ],
)
def test_what_cannot_be_taken_in_is_told(town: Town, changes: dict[str, object], sentence: str) -> None:
    told = {"source": "civilised_office", "text": "驼山路", "photos": []} | changes
    with pytest.raises(Refused, match=sentence):
        take_chat(town.act("p-desk"), **told)
    assert not ChatBatch.objects.exists()


@pytest.mark.django_db
def test_the_group_is_answered_once_and_late_is_told(town: Town, batch: ChatBatch) -> None:
    batch = confirm_chat(town.act("p-desk", minutes=2), batch=batch, told=as_read(batch))
    assert [one.case for one in owed_replies(town.at)] == cases_of(batch)[:1]
    reply_batch(town.act("p-desk", minutes=12), batch=batch, text="都在处理。")
    late = [('"late":true' in line.facts) for line in Line.objects.filter(kind="case.replied").order_by("id")]
    assert late == [True, False]  # half an hour from 08:41 was over at 09:12, the second had no limit
    assert not owed_replies(town.at)
    with pytest.raises(Refused, match="都已经回复过"):
        reply_batch(town.act("p-desk", minutes=13), batch=batch, text="再说一次")
    with pytest.raises(Refused, match="已经回复过"):
        reply_case(town.act("p-desk", minutes=13), case=cases_of(batch)[0], text="再说一次")


@pytest.mark.django_db
def test_the_long_picture_shows_before_and_after(town: Town) -> None:
    done = town.case("done", upto="closed", photos=(town.photo(30),))
    bare = town.case("bare")
    picture = Image.open(io.BytesIO(reply_picture([done, bare], bureau="青州市综合行政执法局", at=town.at)))
    assert picture.format == "JPEG" and picture.width == 1080 and picture.height > 900
    before, after = picture.getpixel((300, 500)), picture.getpixel((800, 500))
    assert abs(before[0] - 30) < 12 and abs(after[0] - 200) < 12
    assert reply_words(done, town.at) == "范公亭路 12 号门前占道经营问题已处置完毕，经核查已结案。"
    with pytest.raises(Refused, match="还没有可以回复"):
        reply_picture([], bureau="", at=town.at)


# ---------------------------------------------------------------- what a source is promised


@pytest.mark.django_db
def test_a_source_has_numbers_of_its_own_and_is_owed_a_reply(town: Town) -> None:
    rule = set_source_rule(town.act("p-office"), source="hotline", prefix="rx", amount=Decimal(2), kind="work_days")
    assert (rule.prefix, rule.limit_kind) == ("RX", "work_days")
    cases = [town.case(name, source="hotline") for name in ("a", "b")]
    town.case("c")
    assert [Reply.objects.get(case=case).number for case in cases] == ["RX2020-0001", "RX2020-0002"]
    due = Reply.objects.get(case=cases[0]).due_at
    assert due == dt.datetime(2020, 3, 18, 9, 0, tzinfo=ZONE)
    assert Reply.objects.count() == 2
    set_source_rule(town.act("p-office", minutes=1), source="hotline")
    assert Reply.objects.get(case=town.case("d", source="hotline")).due_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [{"source": "moon"}, {"prefix": "热线"}, {"amount": Decimal(0), "kind": "work_days"}, {"amount": Decimal(2)}],
)
def test_a_rule_that_means_nothing_is_refused(town: Town, changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        set_source_rule(town.act("p-office"), **({"source": "hotline"} | changes))
