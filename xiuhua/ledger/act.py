"""An act: one thing that somebody did, under one key. It checks, changes rows and records lines in one transaction.

    @action(answer=lambda line: Slip.objects.get(number=line.about))
    def issue_slip(act: Act, *, plate: str, ...) -> Slip: ...

    issue_slip(Act(key=key, by=officer, at=when), plate=...)

The same key, person and request again gives the first answer again and changes nothing; the same key with anything
else is refused with both shown.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from xiuhua.kit.digests import canonical
from xiuhua.kit.inserts import insert_rows
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger import items
from xiuhua.ledger.dictionary import KINDS, Fact
from xiuhua.ledger.models import Line

P = ParamSpec("P")
R = TypeVar("R")

FUTURE = dt.timedelta(minutes=10)
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class By:
    """Who acts: the person's random code, the post held, and the path of the unit acted for."""

    code: str = ""
    post: str = ""
    unit: str = ""
    roles: frozenset[str] = field(default=frozenset(), compare=False)


NOBODY = By()


@dataclass(frozen=True)
class Place:
    """Where on the street, in codes: unit grid, segment, and the point in 1e-7 degrees WGS84."""

    grid: str = ""
    segment: str = ""
    lon_e7: int | None = None
    lat_e7: int | None = None


@dataclass
class Act:
    """One act under one key. `at` is when it happened on the street; the office's clock says when it was recorded."""

    by: By
    at: dt.datetime
    key: UUID = field(default_factory=uuid4)
    recorded_at: dt.datetime | None = None
    request: str = ""
    written: int = 0

    def __post_init__(self) -> None:
        if timezone.is_naive(self.at):
            raise TypeError("an act happens at an aware datetime")

    def record(
        self,
        fact: Fact,
        *,
        about: str,
        item: str = "",
        quantity: Decimal | int | None = None,
        for_unit: str | None = None,
        place: Place | None = None,
        campaign: str = "",
        round: str = "",
        source: str = "",
        corrects: UUID | None = None,
        happened_at: dt.datetime | None = None,
    ) -> Line:
        """Write the line of this act; further lines of the same act get keys made from the first."""
        line = self.line(
            fact,
            about=about,
            item=item,
            quantity=quantity,
            for_unit=for_unit,
            place=place,
            campaign=campaign,
            round=round,
            source=source,
            corrects=corrects,
            happened_at=happened_at,
        )
        _write(line)
        return line

    def line(
        self,
        fact: Fact,
        *,
        about: str,
        item: str = "",
        quantity: Decimal | int | None = None,
        for_unit: str | None = None,
        place: Place | None = None,
        campaign: str = "",
        round: str = "",
        source: str = "",
        corrects: UUID | None = None,
        happened_at: dt.datetime | None = None,
        key: UUID | None = None,
    ) -> Line:
        """The line that `record` would write, for actions that write many at once (`record_all`)."""
        if item and item not in items.ITEMS:
            raise RuntimeError(f"no item is called {item}")
        if quantity is not None and not fact.sums:
            raise RuntimeError(f"{fact.kind} carries no quantity")
        at = happened_at or self.at
        n, self.written = self.written, self.written + 1
        where = place or Place()
        return Line(
            key=key or (self.key if n == 0 else uuid5(self.key, str(n))),
            kind=fact.kind,
            about=about,
            by=self.by.code,
            post=self.by.post,
            unit=self.by.unit,
            for_unit=self.by.unit if for_unit is None else for_unit,
            grid=where.grid,
            segment=where.segment,
            lon_e7=where.lon_e7,
            lat_e7=where.lat_e7,
            campaign=campaign,
            round=round,
            source=source,
            happened_at=at,
            recorded_at=self.recorded_at or at,
            day=bureau_day(at),
            item=item,
            quantity=None if quantity is None else Decimal(quantity),
            corrects=corrects,
            request=self.request if n == 0 else "",
            facts=fact.text(),
        )


COLUMNS = [field for field in Line._meta.concrete_fields if not field.primary_key]


@functools.cache
def _insert(vendor: str) -> str:
    """The statement that writes one line, put together once: half of what an act costs was Django doing so each time."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    return f"INSERT INTO {quote(Line._meta.db_table)} ({names}) VALUES ({marks}) RETURNING {quote('id')}"


def _write(line: Line) -> None:
    """Write one line as `save` would, to the byte."""
    values = [field.get_db_prep_save(getattr(line, field.attname), connection) for field in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_insert(connection.vendor), values)
        (line.pk,) = cursor.fetchone()
    line._state.adding, line._state.db = False, connection.alias


def _line_of(key: UUID) -> Line | None:
    """The line under a key. Nearly always there is none, so that is asked in the shortest way."""
    field = Line._meta.get_field("key")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_line WHERE key = %s", [field.get_db_prep_value(key, connection)])
        found = cursor.fetchone()
    return Line.objects.get(pk=found[0]) if found else None


def record_all(lines: Sequence[Line]) -> None:
    """Write many lines of one act at once."""
    insert_rows(lines)


def bureau_day(at: dt.datetime) -> dt.date:
    """The bureau's calendar day of a moment."""
    return at.astimezone(_zone(settings.TIME_ZONE)).date()


def day_starts(day: dt.date) -> dt.datetime:
    """The moment at which a calendar day of the bureau begins."""
    return dt.datetime.combine(day, dt.time(), _zone(settings.TIME_ZONE))


@functools.cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def action(
    *, answer: Callable[[Line], Any]
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[Act, P], R]]:
    """Make a function an action: one transaction, and the same key again gives the first answer again.

    `answer` finds what the first call returned from the line that it wrote under its key.
    """

    def decorate(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[Act, P], R]:
        @functools.wraps(function)
        def run(act: Act, /, *args: P.args, **kwargs: P.kwargs) -> R:
            act.request = request_digest(function.__name__, kwargs)
            earlier = _line_of(act.key)
            if earlier is not None:
                first: R = _again(act, earlier, answer)
                return first
            if act.at > (act.recorded_at or timezone.now()) + FUTURE:
                raise Refused(
                    "act.future", "时间 {at:%Y-%m-%d %H:%M} 还没有到，请检查手机或电脑的时钟。", field="at", at=act.at
                )
            act.written = 0
            try:
                with transaction.atomic():
                    return function(act, *args, **kwargs)
            except IntegrityError:
                earlier = _line_of(act.key)
                if earlier is None:
                    raise
                first = _again(act, earlier, answer)
                return first

        run.is_action = True  # type: ignore[attr-defined]
        return run

    return decorate


def request_digest(does: str, told: Any) -> str:
    """The keyed digest of what somebody asked for: nobody without the key can try out which plate was in it.

    Text that no database can keep is refused here, once for all doors.
    """
    try:
        text = canonical({"does": does, "with": told})
        text.encode()
    except UnicodeEncodeError as error:
        raise _no_text() from error
    if "\\u0000" in text and NUL.search(text):
        raise _no_text()
    return keyed_hash(text)


def _no_text() -> Refused:
    return Refused("act.text", "文字里有不能保存的字符（可能是复制时带进来的），请删掉后重新输入。")


def _again(act: Act, earlier: Line, answer: Callable[[Line], Any]) -> Any:
    if earlier.request == act.request and earlier.by == act.by.code:
        return answer(earlier)
    label = KINDS[earlier.kind].label if earlier.kind in KINDS else earlier.kind
    raise Refused(
        "act.key_reused",
        "编号 {key2} 已经用于 {happened_at:%m月%d日 %H:%M} 的“{label}”（{about}），内容与这次不同。请刷新页面后重新提交，已填的内容不会丢失。",
        key=str(act.key),
        first={"kind": earlier.kind, "about": earlier.about, "request": earlier.request, "by": earlier.by},
        second={"request": act.request, "by": act.by.code},
        key2=act.key,
        happened_at=timezone.localtime(earlier.happened_at),
        label=label,
        about=earlier.about,
    )
