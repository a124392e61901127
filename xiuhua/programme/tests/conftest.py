"""The spring of programme/tests/spring.py, done once for a file of tests; what a test adds is taken back after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as house
from django.db import transaction

from tests.town import build_town
from xiuhua.programme.tests.spring import AFTER, Spring, spring_of


@pytest.fixture(scope="module")
def spring_once(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Spring]:
    """The work of the spring in one transaction that is undone when the file is through."""
    before, house.XIUHUA_HOME = house.XIUHUA_HOME, tmp_path_factory.mktemp("spring")
    with django_db_blocker.unblock(), transaction.atomic():
        yield spring_of(build_town())
        transaction.set_rollback(True)
    house.XIUHUA_HOME = before


@pytest.fixture
def spring(spring_once: Spring, db: Any) -> Spring:
    """The spring on the morning of 4 May, with its own numbers for acts so that tests do not meddle."""
    return replace(spring_once, town=replace(spring_once.town, at=AFTER))
