"""Evidence kept: what lies on which shelf, until when something must be decided, and what was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Role
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.forms import (
    ENFORCERS,
    KeyedForm,
    PersonField,
    SegmentField,
    choice_field,
    done,
    moment_field,
    number_field,
    text_field,
    worded,
)
from xiuhua.doors.desk.operation_form import operation_choices
from xiuhua.doors.desk.registers import (
    Asked,
    Choice,
    Figure,
    item_figure,
    line_keys,
    naming,
    paged,
    register_context,
    sheet,
    voided_among,
)
from xiuhua.enforcement.actions import KEEPING_CATEGORIES, preserve_item, settle_item
from xiuhua.enforcement.law import parameter
from xiuhua.enforcement.models import Keeping
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By, bureau_day

OPEN, LATE, DONE, ALL = "open", "late", "done", "all"
STATES = {
    OPEN: gettext_lazy("在保存"), LATE: gettext_lazy("超期未处理"), DONE: gettext_lazy("已处理"), ALL: gettext_lazy("全部"),
}  # fmt: skip
CHOICES = (
    Choice("state", gettext_lazy("状态"), STATES, every=STATES[OPEN]),
    Choice("category", gettext_lazy("类别"), worded(KEEPING_CATEGORIES)),
)
SOON_DAYS = 2


class KeepForm(KeyedForm):
    """Things registered and kept as evidence."""

    category = choice_field(gettext_lazy("物品类别"), worded(KEEPING_CATEGORIES).items())
    name = text_field(
        gettext_lazy("名称、规格和特征"),
        most=60,
        help_text=gettext_lazy("清单要能对上实物，例如：蓝色人力三轮车，左轮变形。"),
    )
    quantity = number_field(gettext_lazy("数量（件）"), initial=1)
    segment = SegmentField(label=gettext_lazy("路段"), help_text=gettext_lazy("输入路名，再从列表里选一段。"))
    shelf = text_field(gettext_lazy("存放位置"), most=40, help_text=gettext_lazy("库区和货位，例如 A-03。"))
    approved_by = PersonField(label=gettext_lazy("批准的负责人"))
    first = PersonField(label=gettext_lazy("承办人一"))
    second = PersonField(label=gettext_lazy("承办人二"))
    at = moment_field(gettext_lazy("登记时间"))
    round = choice_field(
        gettext_lazy("属于哪次集中行动（可不选）"), (), blank=gettext_lazy("不属于集中行动"), required=False
    )
    answers = {"officers": "second"}

    def __init__(self, request: HttpRequest, by: By, **kwargs: Any) -> None:
        super().__init__(request, initial={"first": by.code}, **kwargs)
        day = timezone.localdate()
        self.fields["approved_by"].offer(Role.LEADER, day=day)  # type: ignore[attr-defined]
        for name in ("first", "second"):
            self.fields[name].offer(*ENFORCERS, day=day, certified=True)  # type: ignore[attr-defined]
        self.fields["round"].choices = operation_choices()  # type: ignore[attr-defined]


class SettleForm(KeyedForm):
    """What was decided about things kept."""

    outcome = choice_field(gettext_lazy("处理决定"), Keeping.Outcome.choices)
    at = moment_field(gettext_lazy("处理时间"))


@require_safe
@never_cache
@desk_page(room="evidence")
def evidence(request: HttpRequest, by: By) -> HttpResponse:
    """What is kept, the nearest deadline first."""
    at = timezone.now()
    asked, day = Asked(request.GET, CHOICES), bureau_day(at)
    state = asked.chosen("state") or OPEN
    every = asked.within(Keeping.objects.all(), at="kept_at", by="")
    if asked.chosen("category"):
        every = every.filter(category=asked.chosen("category"))
    rows = in_state(every, state, day).order_by(F("settled_at").desc(nulls_first=True), "due_on", "id")
    if asked.wants_sheet:
        return sheet(_("证据保存"), asked, at, headers=headers(), rows=rows, told=lambda found: told_rows(found, day))
    pages = paged(rows, asked)
    return render(request, "desk/rooms/evidence.html", register_context(request, asked, pages, at) | {
        "heading": _("证据保存"),
        "rows": shown(pages.rows, day),
        "figures": figures_of(by, asked, every, day),
        "may_add": may(by, "preserve_item"),
    })  # fmt: skip


def in_state(rows: QuerySet[Any], state: str, day: dt.date) -> QuerySet[Any]:
    if state == DONE:
        return rows.exclude(settled_at=None)
    if state == ALL:
        return rows
    waiting = rows.filter(settled_at=None, pk__in=Keeping.objects.standing().values("pk"))
    return waiting.filter(due_on__lt=day) if state == LATE else waiting


def figures_of(by: By, asked: Asked, every: QuerySet[Any], day: dt.date) -> list[Figure]:
    """What was kept, from lines; how many papers wait and are late, each opening its list; voided ones do neither."""
    waiting, late = in_state(every, OPEN, day).count(), in_state(every, LATE, day).count()
    return [
        item_figure(by, asked, "evidence", _("累计登记保存"), _("件"), facts=("category",)),
        Figure(_("在保存"), waiting, _("单"), f"?{asked.query(state=OPEN)}"),
        Figure(_("超期未处理"), late, _("单"), f"?{asked.query(state=LATE)}", late=bool(late)),
    ]


def shown(rows: Any, day: dt.date) -> list[dict[str, Any]]:
    words = naming((one.segment for one in rows), (code for one in rows for code in (*one.officers, one.approved_by)))
    numbers = [one.number for one in rows]
    voided, keys = voided_among(numbers), line_keys("item.preserved", numbers)
    return [
        {
            "keeping": one,
            "category": _(KEEPING_CATEGORIES.get(one.category, one.category)),
            "segment": words.segments.get(one.segment, one.segment),
            "officers": "、".join(words.people.get(code, code) for code in one.officers),
            "approved_by": words.people.get(one.approved_by, one.approved_by),
            "left": one.days_left(day),
            "left_words": left_words(one.days_left(day)),
            "soon": 0 <= one.days_left(day) <= SOON_DAYS,
            "voided": one.number in voided,
            "line": keys.get(one.number, ""),
        }
        for one in rows
    ]


def left_words(days: int) -> str:
    """How long is left, or by how much it is late: 剩 3 天, 今天到期, 超期 2 天."""
    if days < 0:
        return _("超期 %(n)d 天") % {"n": -days}
    return _("今天到期") if days == 0 else _("剩 %(n)d 天") % {"n": days}


def headers() -> list[tuple[str, int]]:
    return [
        (_("编号"), 20), (_("登记时间"), 17), (_("类别"), 12), (_("名称、规格和特征"), 30), (_("数量（件）"), 10),
        (_("路段"), 30), (_("存放位置"), 12), (_("承办人"), 16), (_("批准人"), 10), (_("处理期限"), 12), (_("处理"), 16),
        (_("作废"), 8),
    ]  # fmt: skip


def told_rows(rows: Any, day: dt.date) -> Any:
    for row in shown(rows, day):
        one: Keeping = row["keeping"]
        yield (
            one.number, one.kept_at, row["category"], one.name, one.quantity, row["segment"], one.shelf,
            row["officers"], row["approved_by"], one.due_on,
            one.get_outcome_display() if one.outcome else row["left_words"], _("已作废") if row["voided"] else "",
        )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="evidence", verb="preserve_item")
def new_keeping(request: HttpRequest, by: By) -> HttpResponse:
    """The form of a keeping: approved by the head, kept by two officers."""
    form = KeepForm(request, by)
    status = 200
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        made = done(form, lambda: preserve_item(
            form.act(by, request.user.person), category=given["category"], name=given["name"],
            quantity=given["quantity"], segment=given["segment"], shelf=given["shelf"],
            approved_by=given["approved_by"], officers=[given["first"], given["second"]], round=given["round"],
        ))  # fmt: skip
        if made is not None:
            told = {"number": made.number, "due": made.due_on.isoformat()}
            messages.success(request, _("已登记 %(number)s，%(due)s 前要作出处理决定") % told)
            return redirect("desk:keeping", number=made.number)
        status = form.status
    law = parameter("preservation", timezone.localdate())
    return render(request, "desk/rooms/form.html", {
        "form": form, "heading": _("登记保存"), "button": _("登记保存这些物品"), "back": reverse("desk:evidence"),
        "back_label": _("证据保存"), "room": "evidence",
        "lead": _("处理期限按登记当天的法律自动算出，现行依据：%(article)s。") % {"article": law.article},
    }, status=status)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="evidence")
def keeping(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """One keeping with its deadline and its law, and the form of what was decided."""
    found = Keeping.objects.filter(number=number).first()
    if found is None:
        raise Absent("keeping.absent")
    form = SettleForm(request)
    status = 200
    if request.method == "POST":
        settled = done(form, lambda: settle_item(
            form.act(by, request.user.person), keeping=found, outcome=form.cleaned_data["outcome"],
        ))  # fmt: skip
        if settled is not None:
            messages.success(request, _("已登记：%(outcome)s") % {"outcome": settled.get_outcome_display()})
            return redirect("desk:keeping", number=number)
        status = form.status
        found.refresh_from_db()
    at = timezone.now()
    (row,) = shown([found], bureau_day(at))
    keys = line_keys("item.settled", [number])
    return render(request, "desk/rooms/keeping.html", row | {
        "form": form,
        "at": at,
        "law": parameter("preservation", bureau_day(found.kept_at)),
        "may_settle": may(by, "preserve_item") and not found.outcome and not row["voided"],
        "settled_line": keys.get(number, ""),
        "room": "evidence",
    }, status=status)  # fmt: skip
