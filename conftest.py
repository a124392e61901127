"""What every test may ask for: the town, signed-in browsers, a folder of its own for files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axes.handlers import proxy
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client, TransactionTestCase
from django.utils import timezone

from tests import guards
from tests.town import Town, build_town, make_accounts
from xiuhua.city.models import Account


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="Only tests that use the database.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A second run on another database leaves out what never looks at one."""
    if not config.getoption("--only-database"):
        return
    uses = [
        bool({"db", "transactional_db"} & set(item.fixturenames) or item.get_closest_marker("django_db"))
        for item in items
    ]
    config.hook.pytest_deselected(items=[item for item, used in zip(items, uses, strict=True) if not used])
    items[:] = [item for item, used in zip(items, uses, strict=True) if used]


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test lie in the test's own folder, and hashing a password takes no time."""
    settings.XIUHUA_HOME = tmp_path
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


@pytest.fixture(autouse=True, scope="session")
def emptied_afterwards() -> Iterator[None]:
    """Tests that commit empty every table when they are done; the ledger's triggers step aside for that alone."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with guards.down():
            empty(case)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture
def town(db) -> Town:
    """The small town of tests/town.py, on Monday 16 March 2020."""
    return build_town()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, town: Town) -> Callable[..., dt.datetime]:
    """The office's clock stands at the town's time; `clock(minutes=5)` moves it on."""

    def move(**by: float) -> dt.datetime:
        town.at += dt.timedelta(**by)
        monkeypatch.setattr(timezone, "now", lambda: town.at)
        monkeypatch.setattr(proxy, "now", lambda: town.at)
        return town.at

    move()
    return move


@pytest.fixture
def signed_in(town: Town, clock) -> Callable[[str], Client]:
    """`signed_in("desk")` is a browser in which that account is signed in."""
    make_accounts(town)

    def enter(username: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
