"""Tokens of machine clients: the secret is shown once, only its keyed hash is kept, and an end is an end."""

from __future__ import annotations

import pytest

from xiuhua.city.fold import tokens
from xiuhua.city.models import Token
from xiuhua.city.tokens import end_token, holder_of, issue_token, new_secret
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.models import Line


def _issue(town, name="数字城管", **changes):
    secret = new_secret()
    act = town.act(changes.pop("who", "p-admin"), **changes)
    return secret, issue_token(act, name=name, person=town.people["p-office"], hash=keyed_hash(secret))


def test_a_token_acts_for_its_person_and_the_line_names_neither_machine_nor_secret(town):
    secret, token = _issue(town)
    holder = holder_of(secret, town.at)
    assert (holder.code, holder.unit, set(holder.roles)) == ("p-office", "QZ/CG/", {"office"})
    line = Line.objects.of_kind("token.issued").get()
    assert (line.about, line.facts) == (f"token:{token.code}", '{"person":"p-office","state":"open"}')
    assert secret not in token.hash and "数字城管" not in line.facts


def test_an_ended_token_opens_nothing_and_ends_once(town):
    secret, token = _issue(town)
    end_token(town.act("p-admin", minutes=5), token=token)
    assert holder_of(secret, town.at) is None
    with pytest.raises(Refused) as refused:
        end_token(town.act("p-admin", minutes=6), token=token)
    assert refused.value.code == "token.ended"
    assert list(tokens()) == []


def test_a_name_is_free_again_after_its_token_ended(town):
    _secret, token = _issue(town)
    with pytest.raises(Refused) as refused:
        _issue(town, minutes=1)
    assert refused.value.code == "token.name_taken"
    end_token(town.act("p-admin", minutes=5), token=token)
    _issue(town, minutes=6)
    assert list(Token.objects.order_by("id").values_list("name", flat=True)) == ["数字城管", "数字城管"]


def test_only_an_administrator_issues(town):
    with pytest.raises(Refused) as refused:
        _issue(town, who="p-desk")
    assert refused.value.code == "access.role"


def test_rows_that_disagree_with_the_lines_are_named(town):
    _secret, token = _issue(town)
    Token.objects.filter(pk=token.pk).update(ended_at=town.at)
    assert [token.code in sentence for sentence in tokens()] == [True]
