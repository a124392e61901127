"""Hours as people write them on a posting: `08:00—12:00，14:00—18:00`. A window may pass midnight."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

from django.conf import settings

from xiuhua.kit.refusals import Refused

Window = tuple[dt.time, dt.time]
WHOLE = ("", "全天")
WINDOW = re.compile(r"(\d{1,2})[:点时](\d{2})?(?:分)?\s*[-–—~至到]+\s*(\d{1,2})[:点时](\d{2})?(?:分)?")


def windows_of(text: str) -> tuple[Window, ...]:
    """The windows written in a text; none means the whole day. What cannot be read is refused."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in WHOLE:
        return ()
    found, rest = [], WINDOW.sub("", plain).strip(" ,，、;；和")
    for begin_h, begin_m, end_h, end_m in WINDOW.findall(plain):
        begins, ends = _time(begin_h, begin_m), _time(end_h, end_m)
        if begins is None or ends is None or begins == ends:
            rest = plain
            break
        found.append((begins, ends))
    if rest or not found:
        raise Refused("posting.hours", "时段“{text}”读不出来，请写成 08:00—12:00，多段用逗号隔开。", text=text)
    return tuple(found)


def _time(hour: str, minute: str) -> dt.time | None:
    h, m = int(hour), int(minute or 0)
    if (h, m) == (24, 0):
        return dt.time(0)
    return dt.time(h, m) if h < 24 and m < 60 else None


def within(windows: tuple[Window, ...], at: dt.datetime) -> bool:
    """Whether a moment lies in one of the windows, half-open; no windows mean always."""
    now = at.astimezone(ZoneInfo(settings.TIME_ZONE)).time()
    return not windows or any(
        begins <= now < ends if begins < ends else now >= begins or now < ends for begins, ends in windows
    )


def covers(text: str, at: dt.datetime) -> bool:
    """Whether hours that were typed hold a moment; hours of old that cannot be read hold every moment."""
    try:
        return within(windows_of(text), at)
    except Refused:
        return True
