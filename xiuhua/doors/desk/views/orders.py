"""12345 工单: what the hotline wants by when, and each step that was done on its platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases import flow, orders
from xiuhua.cases.models import Case, HotlineOrder, OrderAsk
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk.entry import act_of, desk_page, whole_number
from xiuhua.doors.desk.reach import case_of, visible_cases
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

PAGE = 50
TABS: dict[str, tuple[Promise, Q]] = {
    "sign": (gettext_lazy("待签收"), Q(signed_at=None)),
    "contact": (gettext_lazy("待首次联系"), Q(contacted_at=None) & ~Q(signed_at=None)),
    "draft": (gettext_lazy("待拟回复"), Q(draft_state="", case__state__in=("handled", "checked", "closed", "refused"))),
    "approve": (gettext_lazy("待审批回复"), Q(draft_state=HotlineOrder.Draft.DRAFTED)),
    "send": (gettext_lazy("待回复"), Q(draft_state=HotlineOrder.Draft.APPROVED)),
    "ask": (gettext_lazy("退单、延期"), Q(asks__outcome=OrderAsk.Outcome.WAITING)),
    "all": (gettext_lazy("全部未回复"), Q()),
}


def _waiting(by: By) -> QuerySet[HotlineOrder]:
    """Orders that are not answered yet, among the cases that somebody may see."""
    return HotlineOrder.objects.filter(
        case__in=visible_cases(by), case__reply__replied_at=None, case__reply__due_at__isnull=False
    )


@require_safe
@never_cache
@desk_page(room="dispatch")
def order_list(request: HttpRequest, by: By) -> HttpResponse:
    """The orders by what is due with them next, the least time left first."""
    at = timezone.now()
    every = _waiting(by)
    counts = {name: every.filter(which).count() for name, (_label, which) in TABS.items()}
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else next((name for name in TABS if counts[name]), "all")
    page = max(whole_number(request.GET.get("page"), without=1, most=2000), 1)
    due = {"sign": "sign_due_at", "contact": "contact_due_at"}.get(tab, "case__reply__due_at")
    found = every.filter(TABS[tab][1]).select_related("case__reply").order_by(due, "pk")
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    units = unit_names()
    people = person_names({one.case.handler for one in rows} - {""})
    return render(request, "desk/orders.html", {
        "room": "dispatch", "at": at, "tab": tab, "page": page, "more": len(rows) > PAGE,
        "tabs": [(name, label, counts[name]) for name, (label, _which) in TABS.items()],
        "rows": [
            {"order": one, "case": one.case, "due": _next_due(one, tab),
             "who": people.get(one.case.handler) or units.get(one.case.for_unit, "")}
            for one in rows[:PAGE]
        ],
    })  # fmt: skip


def _next_due(order: HotlineOrder, tab: str) -> dt.datetime | None:
    if tab == "sign":
        return order.sign_due_at
    return order.contact_due_at if tab == "contact" else order.case.reply.due_at


@require_POST
@desk_page(room="dispatch")
def order_step(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Something was done with the order of a case."""
    found = case_of(by, number)
    verb = request.POST.get("verb", "")
    if verb not in DOES:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    messages.success(request, DOES[verb](request, by, found))
    return redirect(f"{reverse('desk:case', args=[number])}#order")


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")[:500]


def _until(request: HttpRequest, name: str) -> dt.datetime | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        return timezone.make_aware(dt.datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        raise Refused("order.until", _("时间读不出来，请写成 2020-05-06 17:30。"), field=name) from None


def _take(request: HttpRequest, by: By, case: Case) -> str:
    terms = orders.Terms(
        case.reported_at, _until(request, "sign_due"), _until(request, "contact_due"), _until(request, "reply_due")
    )
    orders.take_order(act_of(request, by), case=case, terms=terms)
    return _("已记下工单的时限。")


def _sign(request: HttpRequest, by: By, case: Case) -> str:
    orders.sign_order(act_of(request, by), case=case)
    return _("已签收。")


def _contact(request: HttpRequest, by: By, case: Case) -> str:
    orders.contact_caller(act_of(request, by), case=case, words=_words(request))
    return _("已记下首次联系。")


def _ask(request: HttpRequest, by: By, case: Case) -> str:
    sort = request.POST.get("sort", "")
    orders.ask_hotline(
        act_of(request, by), case=case, sort=sort, reason=request.POST.get("reason", ""), until=_until(request, "until"),
        words=_words(request),
    )  # fmt: skip
    return _("已登记，等 12345 答复。")


def _settle(granted: bool) -> Callable[[HttpRequest, By, Case], str]:
    def run(request: HttpRequest, by: By, case: Case) -> str:
        orders.settle_ask(act_of(request, by), case=case, granted=granted, words=_words(request))
        return _("已登记：同意。") if granted else _("已登记：不同意。")

    return run


def _again(request: HttpRequest, by: By, case: Case) -> str:
    orders.give_again(act_of(request, by), case=case, reply_due=_until(request, "reply_due"), words=_words(request))
    return _("已登记重办。")


def _draft(request: HttpRequest, by: By, case: Case) -> str:
    orders.draft_reply(act_of(request, by), case=case, text=request.POST.get("text", ""))
    return _("已拟好，等审批。")


def _decide(approve: bool) -> Callable[[HttpRequest, By, Case], str]:
    def run(request: HttpRequest, by: By, case: Case) -> str:
        orders.decide_reply(act_of(request, by), case=case, approve=approve, words=_words(request))
        return _("已批准，可以回复了。") if approve else _("已退回重拟。")

    return run


DOES: dict[str, Callable[[HttpRequest, By, Case], str]] = {
    "take": _take, "sign": _sign, "contact": _contact, "ask": _ask, "granted": _settle(True), "refused": _settle(False),
    "again": _again, "draft": _draft, "approve": _decide(True), "give_back": _decide(False),
}  # fmt: skip


@require_POST
@never_cache
@desk_page(room="dispatch")
def caller(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The caller's phone, for who has the case, on this one answer alone."""
    found = orders.see_caller(act_of(request, by), case=case_of(by, number))
    return render(request, "desk/caller.html", {"room": "dispatch", "case": found, "phone": orders.caller_phone(found)})


def order_panel(case: Case, by: By, at: dt.datetime) -> dict[str, Any]:
    """What the page of a case shows of its order."""
    if case.source != "hotline":
        return {}
    order = HotlineOrder.objects.filter(case=case).select_related("case").first()
    if order is None:
        return {"may_take_order": orders.may_act(by, "accept_case", case) and case.is_open}
    asks = list(order.asks.all())
    names = person_names({order.draft_by, order.approved_by} - {""})
    return {
        "order": order,
        "asks": [(one, flow.REASONS[f"order_{one.sort}"].get(one.reason, one.reason)) for one in asks],
        "waiting_ask": next((one for one in asks if one.outcome == OrderAsk.Outcome.WAITING), None),
        "ask_reasons": [(sort, label, flow.REASONS[f"order_{sort}"]) for sort, label in OrderAsk.Sort.choices],
        "same_caller": orders.same_caller(order),
        "draft_words": order.draft or orders.draft_words(case, at),
        "draft_name": names.get(order.draft_by, ""),
        "approved_name": names.get(order.approved_by, ""),
        "may_order": orders.may_act(by, "accept_case", case),
        "may_draft": orders.may_act(by, "draft_reply", case),
        "may_approve": orders.may_act(by, "approve_reply", case) and order.draft_by != by.code,
        "may_see_caller": orders.may_see_caller(by, case),
    }
