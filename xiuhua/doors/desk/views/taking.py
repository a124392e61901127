"""Taking lines of the ledger along: a CSV, and a line that says who took how many, for the bureau or beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.city.access import must
from xiuhua.city.models import Person
from xiuhua.doors.desk import exports, ledger_list
from xiuhua.doors.desk.counted import asked_of
from xiuhua.doors.desk.entry import desk_page
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import Act, By, bureau_day
from xiuhua.ledger.exporting import note_list, other_codes
from xiuhua.measures.figures import BY_CODE, counted_lines
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.periods import Period


@require_POST
@desk_page(room="ledger", verb="see_ledger")
def ledger(request: HttpRequest, by: By) -> HttpResponseBase:
    """The lines of the ledger page, with its filters in the address."""
    lines = ledger_list.lines_of(ledger_list.wanted_of(request.GET))
    last = lines.first()
    lines = lines.filter(pk__lte=last.pk) if last else lines  # the line about taking them is not among them
    return _taken(request, by, _("台账"), ledger_list.for_sheet(lines), lines.count())


@require_POST
@desk_page(verb="see_ledger")
def figure(request: HttpRequest, by: By, code: str) -> HttpResponseBase:
    """The lines that a figure of a brief counted."""
    if code not in BY_CODE:
        raise Absent("figure.absent", _("没有这个统计数。"))
    today = bureau_day(timezone.now())
    scope = asked_of(request.GET, otherwise=Period(today.replace(day=1), today)).scope()
    ids = [row["id"] for row in counted_lines(scope, BY_CODE[code].items)]
    return _taken(request, by, prose.label_of(BY_CODE[code]), ledger_list.sheet_of(ids), len(ids))


def _taken(request: HttpRequest, by: By, title: str, rows: Iterator[tuple[Any, ...]], count: int) -> HttpResponseBase:
    """Every press is a sheet that leaves, so each has a key and a line of its own."""
    beyond = request.POST.get("for") == "beyond"
    if beyond:
        must(by, "publish_brief")
    note_list(Act(by=by, at=timezone.now()), listed="lines_beyond" if beyond else "lines", rows=count)
    return exports.comma_separated(title, headers=ledger_list.HEADERS, rows=_put_under_others(rows) if beyond else rows)


def _put_under_others(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows with other codes of persons: who acted, the post, the thing and the facts may hold one."""
    other = other_codes(Person.objects.values_list("code", flat=True))
    persons = [
        [label for label, _width in ledger_list.HEADERS].index(one)
        for one in ("对象", "经办人代码", "岗位代码", "事实")
    ]
    for row in rows:
        cells = list(row)
        for column in persons:
            cells[column] = other(str(cells[column]))
        yield tuple(cells)
