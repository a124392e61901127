"""Every room of the first month: closed when it is off, closed to who is not signed in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.town import Town
from xiuhua.city.actions import switch_rooms
from xiuhua.doors.frame.context import MENU

pytestmark = pytest.mark.django_db
ROOMS = ("dispatch", "counts", "posting", "segments", "supervise")
ADMINISTRATION = ("standards", "imports", "people", "settings")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_that_is_off_is_in_no_menu_and_its_page_says_so(town: Town, signed_in, clock, room: str) -> None:
    label = next(str(entry.label) for _group, entries in MENU for entry in entries if entry.room == room)
    desk = signed_in("desk")
    assert desk.get(reverse(f"desk:{room}")).status_code == 200
    switch_rooms(town.act("p-admin"), on=[])
    answer = desk.get(reverse(f"desk:{room}"))
    assert answer.status_code == 404
    assert f"“{label}”还没有启用" in answer.content.decode()
    assert f'href="{reverse(f"desk:{room}")}"' not in answer.content.decode()


@pytest.mark.parametrize("room", [*ROOMS, *ADMINISTRATION, "cases", "search", "new_case"])
def test_nobody_reads_a_room_without_signing_in(town: Town, clock, room: str) -> None:
    address = reverse(f"desk:{room}")
    assert Client().get(address).url == f"{reverse('sign_in')}?next={address}"


@pytest.mark.parametrize("room", [*ROOMS, "cases", "search"])
def test_an_empty_room_says_what_would_fill_it(town: Town, signed_in, clock, room: str) -> None:
    page = signed_in("leader").get(reverse(f"desk:{room}")).content.decode()
    assert "xh-empty" in page or room in ("posting", "segments")
