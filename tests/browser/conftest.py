"""A real Chromium before a running house, for tests marked `browser`.

    @pytest.mark.browser
    def test_the_work_page_opens(page_for, axe):
        page = page_for("zhao")
        page.goto("/street/")
        assert axe(page) == []

The house works inside the test's own transaction, one request after another, so a test reads what the browser did
at once and nothing is left when it ends. Office and browser have the town's clock.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler
from django.urls import get_resolver

from tests.town import Town

CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip
SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => null)))"""
"""What fades in has faded in: half-way its colours are nobody's choice."""
WIDEST_PHONE = 600
PHONE = (
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.141 Mobile Safari/537.36"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests, with a made-up camera; left out where there is none."""
    if not shutil.which(CHROMIUM):
        pytest.skip(f"left out: there is no {CHROMIUM} here (.ci/run installs it)")
    played = pytest.importorskip("playwright.sync_api", reason="left out: playwright is not installed")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # its loop runs in this thread, beside the database
    with played.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class _House(ThreadedWSGIServer):
    """A server whose threads all use the test's connection, which stays open between requests."""

    def _close_connections(self) -> None:
        pass


@pytest.fixture
def served(town: Town, clock: Callable[..., Any]) -> Iterator[str]:
    """The address at which the house answers for the time of a test."""
    turn, answer = threading.Lock(), WSGIHandler()
    get_resolver().check()  # what the first page would otherwise wait for: every door's views are imported

    def one_at_a_time(environ: Any, start_response: Any) -> Any:
        with turn:
            return answer(environ, start_response)

    connection = connections["default"]
    connection.inc_thread_sharing()
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    house = _House(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False,
        connections_override={"default": connection},
    )  # fmt: skip
    house.set_app(one_at_a_time)
    thread = threading.Thread(target=house.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{house.server_port}"
    house.shutdown()
    house.server_close()
    thread.join()
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)
    with turn:  # whatever is still being answered ends before the test's transaction does
        connection.dec_thread_sharing()


@pytest.fixture
def page_for(chromium: Any, served: str, signed_in: Callable[[str], Any], town: Town) -> Iterator[Callable[..., Any]]:
    """`page_for("zhao", width=360)` is a page in which that account is signed in; "" for nobody.

    Further arguments go to Playwright's `new_context`: `geolocation`, `permissions`, `color_scheme` …
    A fault of a script, or something that the page's own security policy forbids, fails the test at its end.
    """
    contexts, faults = [], []

    def told(message: Any) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(username: str = "", *, width: int = 390, height: int = 844, **context: Any) -> Any:
        phone = width <= WIDEST_PHONE
        agent = {"user_agent": PHONE} if phone else {}
        made = chromium.new_context(
            **{
                "base_url": served, "viewport": {"width": width, "height": height}, "locale": "zh-CN",
                "timezone_id": settings.TIME_ZONE, "is_mobile": phone, "has_touch": phone,
            } | agent | context
        )  # fmt: skip
        contexts.append(made)
        made.set_default_timeout(30_000)
        made.clock.set_fixed_time(town.at)
        if username:
            session = signed_in(username).cookies[settings.SESSION_COOKIE_NAME].value
            made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
        page = made.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", told)
        return page

    yield open_page
    for made in contexts:
        made.close()
    assert not faults, faults


@pytest.fixture
def until() -> Callable[[Any, str], None]:
    """`until(page, "document.title === 'x'")` waits for it. Asked from outside: the page's policy forbids `eval`."""

    def wait(page: Any, what: str) -> None:
        for _ in range(300):
            if page.evaluate(what):
                return
            page.wait_for_timeout(100)
        raise AssertionError(f"it never came true: {what}")

    return wait


@pytest.fixture
def shoot(until: Callable[[Any, str], None]) -> Callable[[Any], None]:
    """The shutter of the camera that is open, or about to open."""

    def press(page: Any) -> None:
        page.locator(".xh-camera video").wait_for()
        until(page, "document.querySelector('.xh-camera video').videoWidth > 0")
        page.locator(".xh-camera__shutter").tap()
        page.locator(".xh-shots img").first.wait_for()

    return press


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """`axe(page)` lists what a page does against people with other eyes, ears and hands; empty is good."""
    if not AXE.is_file():
        pytest.skip("left out: axe-core is not in frontend/node_modules (npm ci)")
    source = AXE.read_text(encoding="utf-8")

    def violations(page: Any) -> list[str]:
        page.evaluate(source)
        page.evaluate(SETTLED)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
            for one in found
            for node in one["nodes"]
        ]

    return violations
