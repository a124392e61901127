"""Machines that call the door, each with a token of its person."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from xiuhua.city.tokens import issue_token, new_secret
from xiuhua.kit.seals import keyed_hash


class Machine:
    """A client that speaks JSON and shows a token."""

    def __init__(self, secret: str = "") -> None:
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=headers, enforce_csrf_checks=True)

    def get(self, where: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{where}", query)

    def post(self, where: str, told: Any = None, *, raw: bytes | None = None, kind: str = "application/json") -> Any:
        body = raw if raw is not None else json.dumps(told).encode()
        return self.client.post(f"/api/v1{where}", body, content_type=kind)


@pytest.fixture
def machine(town, clock) -> Callable[[str], Machine]:
    """`machine("p-desk")` acts for that person; `machine("")` shows no token."""

    def make(person: str) -> Machine:
        if not person:
            return Machine()
        secret = new_secret()
        act = town.act("p-admin")
        issue_token(act, name=f"{person}-{uuid4()}", person=town.people[person], hash=keyed_hash(secret))
        return Machine(secret)

    return make
