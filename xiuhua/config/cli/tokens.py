"""`xiuhua token`: tokens with which other systems sign in at the API."""

from __future__ import annotations

from typing import Any

import click

from xiuhua.config.cli import answer, must_be_there, start
from xiuhua.config.cli.imports import now, operator
from xiuhua.kit.refusals import Absent, Refused


@click.command()
@click.argument("name", required=False, default="")
@click.option(
    "--person", default="", help="Code of the person in whose name the machine acts; its posts say what it may."
)
@click.option("--end", is_flag=True, help="End the token of this name: from now on it opens nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def token(name: str, person: str, end: bool, as_json: bool) -> None:
    """Issue a token to another system, end one, or list them all.

    The secret is printed once and kept nowhere: only a keyed hash of it stays. The other system sends it as
    `Authorization: Bearer xh_…`. What it may do follows from the posts of the person that it acts for, as they are then.

    \b
    xiuhua token 数字城管 --person a3f09c1e    issue
    xiuhua token 数字城管 --end                end
    xiuhua token                               list
    """
    start()
    must_be_there()
    if not name:
        told = listed()
        lines = [f"{one['name']}  {one['person']}  {one['made']}  {one['ended'] or '在用'}" for one in told]
        answer(told, as_json=as_json, text="\n".join(lines) or "还没有签发过令牌。")
    elif end:
        answer(ended(name), as_json=as_json, text=f"令牌“{name}”已停用。")
    else:
        told = issued(name, person)
        text = f"令牌“{name}”，以{told['acts_for']}的名义行事。密文只显示这一次，请现在保存：\n{told['secret']}"
        answer(told, as_json=as_json, text=text)


def issued(name: str, person: str) -> dict[str, Any]:
    """A new token and its secret."""
    from xiuhua.city.models import Person
    from xiuhua.city.tokens import issue_token, new_secret
    from xiuhua.kit.seals import keyed_hash
    from xiuhua.ledger.act import Act

    if not person:
        raise Refused("token.person", "请用 --person 写明以谁的名义行事（人员编码，在“人员权限”里能查到）。")
    found = Person.objects.filter(code=person).first()
    if found is None:
        raise Absent("token.person", "没有编码为 {person} 的人员，请在“人员权限”里核对。", person=person)
    secret = new_secret()
    made = issue_token(Act(by=operator(), at=now()), name=name, person=found, hash=keyed_hash(secret))
    return {"name": made.name, "code": made.code, "person": person, "acts_for": found.name, "secret": secret}


def ended(name: str) -> dict[str, Any]:
    """The token in use under a name, ended."""
    from xiuhua.city.models import Token
    from xiuhua.city.tokens import end_token
    from xiuhua.ledger.act import Act

    found = Token.objects.filter(name=name, ended_at=None).first()
    if found is None:
        raise Absent("token.absent", "没有在用的令牌叫“{name}”，请用 xiuhua token 查看全部。", name=name)
    done = end_token(Act(by=operator(), at=now()), token=found)
    return {"name": done.name, "code": done.code, "ended": done.ended_at}


def listed() -> list[dict[str, Any]]:
    """Every token ever issued, without secrets."""
    from django.utils.timezone import localtime

    from xiuhua.city.models import Token

    return [
        {
            "name": one.name,
            "code": one.code,
            "person": one.person.code,
            "made": f"{localtime(one.made_at):%Y-%m-%d %H:%M}",
            "ended": f"{localtime(one.ended_at):%Y-%m-%d %H:%M} 停用" if one.ended_at else "",
        }
        for one in Token.objects.select_related("person").order_by("id")
    ]
