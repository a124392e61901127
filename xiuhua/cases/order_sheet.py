"""The export of the hotline's platform as a table of the import wizard: each row becomes a case with its order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.cases.actions import refuse_case
from xiuhua.cases.chat import category_of
from xiuhua.cases.intake import Report, open_cases
from xiuhua.cases.models import Case, Category, HotlineOrder, Reply, Source
from xiuhua.cases.orders import Terms, keep_order
from xiuhua.cases.reports import LONGEST, LONGEST_PLACE, check_reports
from xiuhua.city.access import must
from xiuhua.city.places import places
from xiuhua.city.resolving import resolve_phrases
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Column, Row, Sheet
from xiuhua.ledger.act import Act, action, day_starts
from xiuhua.ledger.kinds import case as kinds

MOMENT = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D*(?:(\d{1,2})[:：时](\d{1,2})?(?:[:：分]\d{0,2})?)?.*")
SURE = 0.5
MOMENTS = ("called", "sign_due", "contact_due", "reply_due")


@dataclass(frozen=True)
class OrderRow:
    """A row of the export: what becomes a report, and the order's clocks."""

    number: str
    category: str
    place: str
    description: str
    contact: str
    terms: Terms
    segment: str = ""
    lon: float | None = None
    lat: float | None = None


def read_moment(text: str) -> dt.datetime | None:
    """A day and time as such exports write them: 2020-05-06 17:30:00, 2020/5/6 17:30, 2020年5月6日 17时30分."""
    found = MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, tzinfo=timezone.get_current_timezone())
    except ValueError:
        return None


def check(rows: Sequence[Row], told: Mapping[str, str]) -> None:
    """Mark what is wrong on its cell; orders that we have are told and left out of the import."""
    tomorrow = day_starts(dt.date.fromisoformat(told["day"]) + dt.timedelta(days=1))
    noon = tomorrow - dt.timedelta(hours=12)
    numbers = [_number(row) for row in rows]
    known = dict(
        Case.objects.filter(source=Source.HOTLINE, outside_number__in=numbers).values_list("outside_number", "number")
    )
    places_found = resolve_phrases([_place(row) for row in rows], noon)
    seen: dict[str, int] = {}
    for row, number, where in zip(rows, numbers, places_found, strict=True):
        if not number:
            row.wrong("number", _("没有写工单号"))
        elif number in known:
            row.wrong("number", _("这张工单已经有了：%(case)s，不再导入") % {"case": known[number]})
        elif number in seen:
            row.wrong("number", _("和第 %(n)d 行是同一张工单") % {"n": seen[number]})
        seen.setdefault(number, row.number)
        moments = {name: _moment(row, name) for name in MOMENTS}
        called = moments["called"]
        if called is None:
            row.wrong("called", _("来电时间没有写，或读不出来"))
        elif called >= tomorrow:
            row.wrong("called", _("来电时间 %(at)s 还没有到") % {"at": row["called"]})
        category = category_of(f"{row['kind']} {row['content']}")
        if not category:
            row.doubt("content", _("看不出是哪类问题，先按“其他问题”登记"))
        best = where.candidates[0] if where.candidates and where.candidates[0].certainty >= SURE else None
        if best is None:
            row.note("place", _("地点没有认出，受理时再定位"))
        if row.good and called is not None:
            row.value = OrderRow(
                number, category or Category.OTHER, _place(row), row["content"].strip()[:LONGEST], row["phone"].strip()[:60],
                Terms(called, moments["sign_due"], moments["contact_due"], moments["reply_due"]),
                segment=best.segment if best else "", lon=best.lon if best else None, lat=best.lat if best else None,
            )  # fmt: skip


def _number(row: Row) -> str:
    return "".join(row["number"].split())[:40]


def _place(row: Row) -> str:
    return (row["place"].strip() or row["content"].strip())[:LONGEST_PLACE]


def _moment(row: Row, name: str) -> dt.datetime | None:
    text = row[name].strip()
    found = read_moment(text) if text else None
    if text and found is None and name != "called":
        row.doubt(name, _("“%(text)s”读不出时间，按默认时限算") % {"text": text[:30]})
    return found


@action(answer=lambda line: None)
def bring_in_orders(act: Act, *, batch: str, rows: Sequence[OrderRow], told: Mapping[str, str]) -> None:
    """Each row becomes a case of the hotline with its order; all of them or none."""
    must(act.by, "accept_case")
    reports = [_report(one, batch) for one in rows]
    wrong = check_reports(reports, now=act.recorded_at or act.at, shapes=places())
    if wrong:
        raise Refused("order.row", "工单 {number}：{why}", number=rows[wrong[0].row].number, why=wrong[0].message)
    act.record(kinds.OrdersImported(orders=len(rows), batch=batch), about=f"batch:{batch}", source=Source.HOTLINE)
    inner = Act(by=act.by, at=act.at, key=uuid5(act.key, "cases"), recorded_at=act.recorded_at)
    opened = open_cases(inner, reports=reports).opened
    for one, case in zip(rows, opened, strict=True):
        keep_order(act, case, one.terms, contact=one.contact, batch=batch)


def _report(one: OrderRow, batch: str) -> Report:
    return Report(
        key=uuid5(UUID(int=0), f"order:{batch}:{one.number}"), category=one.category, source=Source.HOTLINE,
        at=one.terms.called_at, place=one.place, description=one.description, lon=one.lon, lat=one.lat, segment=one.segment,
        contact=one.contact, outside_number=one.number,
    )  # fmt: skip


@action(answer=lambda line: None)
def take_back_orders(act: Act, *, batch: str) -> None:
    """The batch is taken back while nobody has begun with any of its cases: they are refused, their numbers free again."""
    must(act.by, "accept_case")
    cases = list(Case.objects.filter(order__batch=batch).order_by("id"))
    begun = [case.number for case in cases if case.state != "reported"]
    if begun:
        raise Refused(
            "order.begun", "有 {n} 件已经开始办理（{first} 等），不能整批撤回。", n=len(begun), first=begun[0],
        )  # fmt: skip
    act.record(kinds.OrdersTakenBack(orders=len(cases), batch=batch), about=f"batch:{batch}", source=Source.HOTLINE)
    for case in cases:
        inner = Act(
            by=act.by, at=max(act.at, case.moved_at), key=uuid5(act.key, case.number), recorded_at=act.recorded_at
        )
        refuse_case(inner, case=case, reason="withdrawn")
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(outside_number="")
    Reply.objects.filter(case__in=cases).update(due_at=None)
    HotlineOrder.objects.filter(case__in=cases).delete()


ORDERS = Sheet(
    code="orders",
    label="12345 工单",
    about="12345 平台导出的工单表，一行一张；已经有的工单不会重复登记。",
    verb="accept_case",
    columns=(
        Column("number", "工单编号", ("工单号", "受理编号", "流水号", "案件编号", "诉求编号"), needed=True, width=18),
        Column("called", "来电时间", ("受理时间", "诉求时间", "登记时间", "创建时间"), needed=True, width=16),
        Column("content", "工单内容", ("诉求内容", "反映内容", "内容描述", "问题描述", "内容"), needed=True, width=40),
        Column("place", "地址", ("事发地址", "诉求地址", "发生地点", "地点", "位置"), width=24),
        Column("kind", "诉求类型", ("问题类型", "内容分类", "类别", "诉求分类"), width=12),
        Column("phone", "联系电话", ("来电号码", "主叫号码", "联系方式", "电话"), width=14),
        Column("sign_due", "签收时限", ("签收截止时间", "签收期限"), width=16),
        Column("contact_due", "联系时限", ("首次联系时限", "联系截止时间"), width=16),
        Column("reply_due", "回复时限", ("办结时限", "办理期限", "截止时间", "到期时间", "处理时限"), width=16),
    ),
    check=check,
    bring_in=bring_in_orders,
    take_back=take_back_orders,
    after="desk:orders",
)
