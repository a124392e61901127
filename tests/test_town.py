"""The town itself: what all other tests stand on."""

from __future__ import annotations

import pytest

from tests.town import Town, declare_campaigns
from xiuhua.config.folds import compare
from xiuhua.ledger.binder import bind
from xiuhua.ledger.verify import verify_chain

pytestmark = pytest.mark.django_db


def test_the_towns_rows_are_what_its_lines_say(town: Town) -> None:
    declare_campaigns(town)
    assert compare() == []
    head = bind()
    assert verify_chain(expected_head=head.hash).ok


@pytest.mark.parametrize("state", ["reported", "accepted", "filed", "dispatched", "handled", "checked", "closed"])
def test_a_case_can_be_brought_to_every_state_of_the_loop(town: Town, state: str) -> None:
    case = town.case(upto=state)
    assert case.state == state
    assert compare() == []
