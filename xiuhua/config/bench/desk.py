"""The dispatch desk with many cases: its list against the bare query, and the whole page."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from xiuhua.cases.intake import open_cases
from xiuhua.cases.models import Case
from xiuhua.city.models import Account
from xiuhua.config.bench.ground import BEGIN, DAYS, lay_ground, reports
from xiuhua.config.bench.machine import Measured, milliseconds, parts, spread
from xiuhua.config.cli import say
from xiuhua.doors.desk.worklist import PAGE, Wanted, filtered, ordered, page_of, tab_counts
from xiuhua.ledger.act import Act, By

NOW = BEGIN + dt.timedelta(days=DAYS)
BATCH = 5000
LISTS = {
    "list, to dispatch": Wanted(tab="dispatch"),
    "list, in work": Wanted(tab="work"),
    "list, late": Wanted(tab="late"),
    "list, one category, newest first": Wanted(tab="work", category="parking", order="new"),
    "list, words in the place": Wanted(tab="work", words="横7路"),
}


def run(*, cases: int) -> list[dict[str, Any]]:
    """Milliseconds for the list of each tab, against its query alone; for the counts; for the whole page."""
    by = lay_ground()
    for n, some in enumerate(parts(reports(cases, adopted=True), BATCH)):
        open_cases(Act(by=by, at=NOW, recorded_at=NOW + dt.timedelta(days=3)), reports=some)
        if n % 4 == 3:
            say(f"· 案件 {(n + 1) * BATCH:,} / {cases:,}")
    _let_clocks_run()
    found = []
    for name, wanted in LISTS.items():
        query = ordered(filtered(by, wanted, NOW), wanted)[: PAGE + 1]
        ours = milliseconds(lambda wanted=wanted: page_of(by, wanted, NOW))
        found.append(Measured(name, ours, "its SQL alone", milliseconds(_bare(query)), unit="ms").told())
    found.append(Measured("counts of the tabs", milliseconds(lambda: tab_counts(by, NOW)), unit="ms").told())
    return [*found, *_pages(by)]


def _let_clocks_run() -> None:
    """Deadlines round about now for what is filed or in work, some of them past."""
    dice = random.Random(3)
    rows = list(Case.objects.filter(state__in=("filed", "dispatched", "handled")).only("pk"))
    for row in rows:
        row.due_at = NOW + dt.timedelta(minutes=dice.randrange(-300, 4000))
        row.handler = f"o{dice.randrange(8)}-{dice.randrange(10)}"
    Case.objects.bulk_update(rows, ["due_at", "handler"], batch_size=300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _bare(query: QuerySet[Case]) -> Callable[[], object]:
    statement, parameters = query.query.sql_with_params()

    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    return run


def _pages(by: By) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(Account.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")

    def get(url: str) -> Callable[[], object]:
        def run() -> object:
            page = client.get(url)
            assert page.status_code == 200, page.status_code
            return page

        return run

    number = Case.objects.filter(state="dispatched").order_by("-id").values_list("number", flat=True)[0]
    search, cases, queue = reverse("desk:search"), reverse("desk:cases"), reverse("desk:dispatch")
    pages = {
        "page, dispatch desk": queue,
        "page, in work": f"{queue}?tab=work",
        "page, in work, words": f"{queue}?tab=work&q=横7路",
        "page, one case": reverse("desk:case", args=[number]),
        "page, search, two characters": f"{search}?q=横7",
        "page, search, in every case": f"{search}?q=机动车",
        "page, search, one case in a thousand": f"{search}?q=横7路 123号",
        "page, search, part of a number": f"{search}?q={number[-9:]}",
        "page, all cases": cases,
        "page, all cases, one category": f"{cases}?category=parking&state=closed",
        "page, all cases, words": f"{cases}?q=横7路",
        "map, the whole town": f"{reverse('desk:map_cases')}?box=118.3,36.5,118.6,36.8&z=11",
    }
    found = []
    for name, url in pages.items():
        middle, slow = spread(get(url))
        found.append(Measured(name, slow, unit="ms", note=f"p95 of 40, whole, signed in; p50 {middle:.1f}").told())
        say(f"· {name}: p95 {slow:.1f} ms, p50 {middle:.1f} ms")
    return found
