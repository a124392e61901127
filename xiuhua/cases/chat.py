"""Reading what was copied from a chat group: who said what and when, about which photo, where, and within which time.

Chat programs copy in many ways; what is not understood stays as words, and a person looks at all of it before anything
becomes a case.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from xiuhua.cases.models import Category

LONGEST_TEXT = 20_000
CLOCK = r"(?P<half>上午|下午|凌晨|中午|晚上)?\s*(?P<hour>[0-2]?\d)[:：](?P<minute>[0-5]\d)(?:[:：][0-5]\d)?"
DATE = r"(?:(?P<year>20\d\d)\s*[-/年.]\s*)?(?P<month>[01]?\d)\s*[-/月.]\s*(?P<day>[0-3]?\d)\s*日?"
NAME = r"(?P<name>[^\s:：\[\]【】@0-9][^\s:：\[\]【】@]{0,19}(?: (?!上午|下午|凌晨|中午|晚上|昨天|今天|星期)[^\s:：\[\]【】@0-9]{1,12})?)"
HEADERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{NAME}\s*[:：]?\s*(?:{DATE}|昨天|今天|星期[一二三四五六日])?\s*{CLOCK}",
        rf"(?:{DATE})?\s*{CLOCK}\s*{NAME}\s*[:：]?",
        rf"{NAME}\s*[:：]",
    )
)
"""A line that says who speaks: 李静 2020/3/16 09:12, or 09:12 李静, or 李静：."""
SPOKEN = re.compile(rf"{NAME}[:：]\s*(?P<rest>.+)")
PICTURE = re.compile(r"[\[【(（<]?(?:图片|照片|相片|Image|Photo|动画表情)\s*\d*[\]】)）>]?")
MENTION = re.compile(r"@\s*([^\s@,，。；;：:]{2,20})")
NUMBERS = {"半": 0.5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "十": 10}
HOW_LONG = re.compile(r"(?:限|请在|务必)?(?:(\d{1,3}(?:\.5)?)|([半一二两三四五六八十]))个?(半)?(小时|钟头|分钟|天|刻钟)(?:之内|以内|内|完成|整改|处理|解决|办结)*")  # fmt: skip
UNTIL = re.compile(rf"(?:今天|今日)?{CLOCK}\s*(?:前|之前|以前)")
MATTERS = (
    (Category.SHOPFRONT, ("店外", "出店", "店铺外", "越门", "门前堆放", "占道摆放")),
    (Category.STALL, ("占道", "摆摊", "摆卖", "摊", "游商", "小贩", "流动商贩", "早市", "夜市", "烧烤")),
    (Category.PARKING, ("乱停", "违停", "停车", "车辆", "共享单车", "电动车", "三轮车", "自行车", "非机动车")),
    (Category.POSTING, ("小广告", "张贴", "乱贴", "涂写", "喷涂", "牛皮癣")),
    (Category.SIGN, ("横幅", "条幅", "灯箱", "广告牌", "招牌", "店招", "广告", "布幔", "道旗")),
    (Category.BUILDING, ("搭建", "违建", "私搭", "棚", "围挡")),
    (Category.OTHER, ("垃圾", "污水", "积水", "破损", "井盖", "落叶", "脏", "堆物", "杂物", "渣土", "油污", "果皮箱")),
)
"""Words by which a chat tells what is wrong; the first kind that fits is proposed (our choice of words)."""


@dataclass(frozen=True)
class Said:
    """One message: who, when, which words, and how many pictures came right before and after it."""

    sender: str
    at: dt.datetime | None
    words: str
    pictures: int = 0


@dataclass(frozen=True)
class Proposed:
    """What was said about one photo."""

    sender: str = ""
    at: dt.datetime | None = None
    words: str = ""
    place: str = ""
    category: str = ""
    mentions: tuple[str, ...] = ()
    minutes: int | None = None


PLACE = re.compile(r"[路街巷道桥园场店村区厦院校市口号里门]")


def propose(text: str, photos: int, *, day: dt.date, tz: ZoneInfo) -> list[Proposed]:
    """What the chat says about each of so many photos, in their order; without photos, one for each message.

    Where the copy marks pictures ([图片]), each goes with the words next to it; else messages and photos go by their
    order, one message alone with all of them.
    """
    said = [one for one in messages(text[:LONGEST_TEXT], day=day, tz=tz) if one.words or one.pictures]
    spoken = [one for one in said if one.words]
    if not photos:
        return [read_words(one) for one in spoken]
    if sum(one.pictures for one in said) == photos:
        owners = _beside(said)
    elif not spoken:
        owners = [Said("", None, "")] * photos
    else:
        owners = [spoken[min(n * len(spoken) // photos, len(spoken) - 1)] for n in range(photos)]
    return [read_words(one) for one in owners]


def _beside(said: Sequence[Said]) -> list[Said]:
    """For each picture the message that it goes with: the words after it where the chat begins with a picture."""
    pictures_first = bool(said) and not said[0].words
    owners: list[Said] = []
    for n, one in enumerate(said):
        if not one.pictures:
            continue
        if one.words:
            owner = one
        else:
            near = said[n + 1:] if pictures_first else said[:n][::-1]  # fmt: skip
            other = said[:n][::-1] if pictures_first else said[n + 1:]  # fmt: skip
            words = [each for each in (*near, *other) if each.words]
            same = [each for each in words if each.sender == one.sender]
            owner = (same or words or [one])[0]
            owner = replace(owner, sender=one.sender or owner.sender)
        owners += [owner] * one.pictures
    return owners


def messages(text: str, *, day: dt.date, tz: ZoneInfo) -> list[Said]:
    """The messages of a copied chat, in order; pictures are messages without words."""
    found: list[Said] = []
    sender, at = "", None
    for line in _lines(text):
        header = _header(line, day, tz)
        if header:
            sender, at = header
            continue
        spoken = SPOKEN.fullmatch(line)
        begins = (
            bool(spoken)
            and not line.startswith(("http", "@"))
            and not HOW_LONG.search(spoken["name"] if spoken else "")
        )
        if spoken and begins:
            sender, line = spoken["name"], spoken["rest"].strip()
        pictures = len(PICTURE.findall(line))
        words = PICTURE.sub(" ", line).strip(" ，,、")
        same = bool(found) and (found[-1].sender, found[-1].at) == (sender, at)
        if same and not begins and found[-1].words and words and not pictures and not MENTION.search(words):
            found[-1] = replace(found[-1], words=f"{found[-1].words} {words}")
        else:
            found.append(Said(sender, at, words, pictures))
    return found


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\u2005", " ").replace("\u3000", " ").splitlines():
        tidy = line.strip().strip("\u200b\ufeff")
        if tidy and not set(tidy) <= set("-—=_*· "):
            yield tidy


def _header(line: str, day: dt.date, tz: ZoneInfo) -> tuple[str, dt.datetime | None] | None:
    """Who speaks and when, when a line says nothing else."""
    if len(line) > 60:
        return None
    for pattern in HEADERS:
        found = pattern.fullmatch(line)
        if found:
            told = found.groupdict()
            return (told["name"] or "").strip(), _moment(told, day, tz)
    return None


def _moment(told: dict[str, str | None], day: dt.date, tz: ZoneInfo) -> dt.datetime | None:
    if not told.get("hour"):
        return None
    hour = int(told["hour"] or 0)
    if told.get("half") in ("下午", "晚上") and hour < 12:
        hour += 12
    try:
        on = day.replace(
            year=int(told.get("year") or day.year),
            month=int(told.get("month") or day.month),
            day=int(told.get("day") or day.day),
        )
        return dt.datetime.combine(on, dt.time(hour, int(told["minute"] or 0)), tz)
    except ValueError:
        return None


# ---------------------------------------------------------------- words


def read_words(said: Said) -> Proposed:
    """What the words of a message say: whom they name, within which time, what is wrong; what is left is the place."""
    words = said.words
    mentions = tuple(MENTION.findall(words))
    left = MENTION.sub(" ", words)
    minutes = _minutes(left, said.at)
    for pattern in (HOW_LONG, UNTIL):
        left = pattern.sub(" ", left)
    return Proposed(
        sender=said.sender, at=said.at, words=words[:500], place=_place(left), category=category_of(words),
        mentions=mentions, minutes=minutes,
    )  # fmt: skip


def _minutes(text: str, at: dt.datetime | None) -> int | None:
    found = HOW_LONG.search(text)
    if found:
        number = float(found[1]) if found[1] else NUMBERS[found[2]]
        number += 0.5 if found[3] else 0
        return round(number * {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15, "天": 1440}[found[4]])
    until = UNTIL.search(text)
    if until and at:
        end = _moment(until.groupdict(), at.date(), at.tzinfo)  # type: ignore[arg-type]
        return round((end - at).total_seconds() / 60) if end and end > at else None
    return None


def category_of(words: str) -> str:
    """The kind of problem that the words name; empty when they name none."""
    return next((str(kind) for kind, marks in MATTERS if any(mark in words for mark in marks)), "")


def _place(text: str) -> str:
    """The first piece of what is left that does not merely say what is wrong or what to do."""
    text = re.sub(r"(?<=[\u4e00-\u9fff]) ?(\d+) ?(?=[\u4e00-\u9fff])", r"\1", text)
    for piece in re.split(r"[，,。；;！!？?\n]+", text):
        words = [_without_matter(one) for one in piece.split()]
        told = [one for one in words if PLACE.search(one) and len(one) > 2 and not _only_matter(one)]
        if told:
            return "".join(told)[:200]
    return ""


def _only_matter(word: str) -> bool:
    return any(word.startswith(mark) for _kind, marks in MATTERS for mark in marks)


def _without_matter(piece: str) -> str:
    """云门山路西侧占道经营 is 云门山路西侧: what is wrong stands behind the place, and only words we know are cut."""
    ends = [piece.find(mark) for _kind, marks in MATTERS for mark in marks if piece.find(mark) > 3]
    cut = piece[: min(ends)] if ends else piece
    return re.sub(r"(?:有人|有|存在|一处|多处|大量|几辆|多辆|两辆|流动)+$", "", cut) or piece
