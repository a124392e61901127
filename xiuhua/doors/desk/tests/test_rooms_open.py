"""Every room opens, empty and filled, for those who may; switched off or not theirs, it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.town import Town
from xiuhua.city.models import Bureau
from xiuhua.doors.desk.tests.filled import fill

ROOMS = ("overview", "map", "campaigns", "operations", "slips", "signs", "evidence", "facilities", "letters")
MORE = ("repeaters", "unsigned")
FORMS = {
    "new_sign": ("zhao", "helper"), "new_keeping": ("zhao", "helper"), "new_facility": ("office", "helper"),
    "new_operation": ("chief", "zhao"), "new_batch": ("office", "zhao"), "new_campaign": ("office", "zhao"),
    "penalties": ("zhao", "helper"), "hand_over": ("zhao", "desk"),
}  # fmt: skip
SignedIn = Callable[[str], Client]


@pytest.mark.parametrize("room", ROOMS + MORE)
def test_an_empty_room_says_what_would_fill_it(signed_in: SignedIn, room: str) -> None:
    answer = signed_in("desk").get(reverse(f"desk:{room}"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert (
        any(word in page for word in ("还没有", "没有被警告", "没有在保存", "没有未结", "都签收了"))
        or room == "unsigned"
    )


@pytest.mark.parametrize("room", ROOMS + MORE)
def test_a_filled_room_opens_for_everybody_of_the_desk(town: Town, signed_in: SignedIn, room: str) -> None:
    fill(town)
    for who in ("desk", "leader", "office", "chief", "helper"):
        assert signed_in(who).get(reverse(f"desk:{room}")).status_code == 200


@pytest.mark.parametrize("room", ROOMS + MORE)
def test_the_browsers_tab_says_which_room_it_is(signed_in: SignedIn, room: str) -> None:
    title = signed_in("desk").get(reverse(f"desk:{room}")).content.decode().split("<title>")[1].split("</title>")[0]
    assert len(title.partition(" · ")[0].strip()) >= 2


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_that_is_off_says_who_switches_it_on(signed_in: SignedIn, room: str) -> None:
    bureau = Bureau.objects.get()
    bureau.rooms = [one for one in bureau.rooms if one != room]
    bureau.save()
    answer = signed_in("desk").get(reverse(f"desk:{room}"))
    assert answer.status_code == 404 and "孙立" in answer.content.decode()


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_comes_in_without_signing_in(town: Town, client: Client, room: str) -> None:
    answer = client.get(reverse(f"desk:{room}"))
    assert answer.status_code == 302 and "sign-in" in answer["Location"]


@pytest.mark.parametrize(("page", "who", "not_who"), [(page, *pair) for page, pair in FORMS.items()])
def test_forms_open_for_whose_task_they_are(signed_in: SignedIn, page: str, who: str, not_who: str) -> None:
    where = reverse(f"desk:{page}")
    assert signed_in(who).get(where).status_code == 200
    answer = signed_in(not_who).get(where)
    assert answer.status_code == 403 and "可以做的岗位" in answer.content.decode()


@pytest.mark.parametrize("room", ("slips", "signs", "evidence", "facilities", "operations", "letters", "unsigned"))
def test_a_register_goes_along_as_a_sheet(town: Town, signed_in: SignedIn, room: str) -> None:
    fill(town)
    answer = signed_in("office").get(reverse(f"desk:{room}"), {"format": "xlsx"})
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and answer.content[:2] == b"PK"


@pytest.mark.parametrize(
    "query",
    [
        "from=tomorrow&to=2020-99-99&page=abc",
        "page=999999",
        "road=%E6%B2%A1%E6%9C%89&who=%00",
        "from=0001-01-01",
        "vehicle=zz",
    ],
)
@pytest.mark.parametrize("room", ("slips", "signs", "evidence", "facilities", "operations", "unsigned"))
def test_an_address_that_asks_nonsense_still_opens(town: Town, signed_in: SignedIn, room: str, query: str) -> None:
    fill(town)
    assert signed_in("desk").get(f"{reverse(f'desk:{room}')}?{query}").status_code == 200
