"""Tokens of machine clients: another system signs in with one and acts for a person, within that person's posts."""

from __future__ import annotations

import datetime as dt
import secrets

from xiuhua.city.access import must
from xiuhua.city.models import Person, Token
from xiuhua.city.queries import by_of
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.act import Act, By, action
from xiuhua.ledger.kinds.city import TokenEnded, TokenIssued
from xiuhua.ledger.models import Line


def new_secret() -> str:
    """A secret of 256 random bits, shown once and kept nowhere."""
    return f"xh_{secrets.token_urlsafe(32)}"


def _token_of(line: Line) -> Token:
    return Token.objects.get(code=line.about.partition(":")[2])


@action(answer=_token_of)
def issue_token(act: Act, *, name: str, person: Person, hash: str) -> Token:
    """A machine gets a token in the name of a person; `hash` is the keyed hash of the secret that was shown once."""
    must(act.by, "administer")
    if not name.strip() or len(name) > 60:
        raise Refused("token.name", "请写令牌的名称，60 字以内，例如对接的系统名。", field="name")
    if Token.objects.filter(name=name.strip(), ended_at=None).exists():
        raise Refused(
            "token.name_taken",
            "“{name}”已有一个在用的令牌，请先停用它，或换一个名称。",
            field="name",
            name=name.strip(),
        )
    token = Token.objects.create(code=act.key.hex[:16], name=name.strip(), person=person, hash=hash, made_at=act.at)
    act.record(TokenIssued(person=person.code), about=f"token:{token.code}")
    return token


@action(answer=_token_of)
def end_token(act: Act, *, token: Token) -> Token:
    """From now on the token opens nothing."""
    must(act.by, "administer")
    token = Token.objects.select_for_update().select_related("person").get(pk=token.pk)
    if token.ended_at is not None:
        raise Refused("token.ended", "令牌“{token_name}”已经停用了。", token_name=token.name)
    token.ended_at = act.at
    token.save(update_fields=["ended_at"])
    act.record(TokenEnded(person=token.person.code), about=f"token:{token.code}")
    return token


def holder_of(secret: str, at: dt.datetime) -> By | None:
    """Who acts when a machine shows this secret; nobody when no token in use has it."""
    token = Token.objects.filter(hash=keyed_hash(secret), ended_at=None).select_related("person").first()
    return by_of(token.person, at) if token else None
