"""The map with many open cases: what a view answers, in milliseconds and bytes, against counting the same rows."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from xiuhua.cases.intake import open_cases
from xiuhua.cases.models import Case
from xiuhua.cases.on_map import View, inside, view_of
from xiuhua.city.models import Account
from xiuhua.config.bench.ground import BEGIN, DAYS, SOUTH, STEP, STREETS, WEST, lay_ground, reports
from xiuhua.config.bench.machine import Measured, milliseconds, parts, spread
from xiuhua.config.cli import say
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.ledger.act import Act, By

NOW = BEGIN + dt.timedelta(days=DAYS)
BATCH = 5000
ZOOMS = (8, 11, 13, 15, 17)
SCREEN = (1000, 800)
"""Pixels of the map's box on a desk."""


def run(*, cases: int) -> list[dict[str, Any]]:
    """Views from the whole county to one street, the heat, and a drawn area, all of open cases."""
    by = lay_ground()
    for n, some in enumerate(parts(reports(cases), BATCH)):
        open_cases(Act(by=by, at=NOW, recorded_at=NOW + dt.timedelta(days=3)), reports=some)
        if n % 4 == 3:
            say(f"· 案件 {(n + 1) * BATCH:,} / {cases:,}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    client = Client()
    client.force_login(Account.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")
    found = [_view(client, by, zoom, fine=False) for zoom in ZOOMS]
    found.append(_view(client, by, ZOOMS[1], fine=True))
    found.append(_whole(client))
    found.append(_area(client))
    return found


def _box(zoom: int) -> str:
    """What a screen shows at a zoom, round the middle of the town."""
    east, north = WEST + STEP * STREETS / 2, SOUTH + STEP * STREETS / 2
    wide, high = (360 * pixels / (512 << zoom) / 2 for pixels in SCREEN)
    return ",".join(f"{part:.7f}" for part in (east - wide, north - high, east + wide, north + high))


def _get(client: Client, url: str) -> Callable[[], bytes]:
    def run() -> bytes:
        page = client.get(url)
        assert page.status_code == 200, page.status_code
        return page.content

    return run


def _view(client: Client, by: By, zoom: int, *, fine: bool) -> dict[str, Any]:
    box = _box(zoom)
    view = view_of(box, zoom)
    assert view is not None
    get = _get(client, f"{reverse('desk:map_cases')}?box={box}&z={zoom}{'&fine=1' if fine else ''}")
    middle, slow = spread(get)
    name = f"heat, zoom {zoom}" if fine else f"view, zoom {zoom}"
    note = f"{inside(Case.objects, view).count():,} cases; {_bytes(get())}; p95 of 40, p50 {middle:.1f}"
    return Measured(name, slow, "bare count of the view", milliseconds(_counting(by, view)), "ms", note).told()


def _counting(by: By, view: View) -> Callable[[], object]:
    cases = inside(visible_cases(by).open(), view)
    return lambda: cases.count()


def _whole(client: Client) -> dict[str, Any]:
    """The same cases as one file of pins, which a map without views would fetch."""
    get = _get(client, reverse("desk:map_cases"))
    middle, slow = spread(get, times=5)
    return Measured("every pin in one answer", slow, unit="ms", note=f"{_bytes(get())}; p50 {middle:.1f}").told()


def _area(client: Client) -> dict[str, Any]:
    """A triangle over a third of the town: the page with its count by category and its list."""
    east, north = WEST + STEP * STREETS, SOUTH + STEP * STREETS
    get = _get(client, f"{reverse('desk:map')}?area={WEST},{SOUTH};{east},{SOUTH};{east},{north}")
    middle, slow = spread(get)
    return Measured("drawn area, half the town, page", slow, unit="ms", note=f"p95 of 40, p50 {middle:.1f}").told()


def _bytes(content: bytes) -> str:
    return f"{len(content):,} bytes, {len(gzip.compress(content, 6)):,} gzipped"
