"""Sign-ins: opening one with a password for once, another one-time password, an own password, and the end of one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from axes.utils import reset as unlock  # type: ignore[import-untyped, unused-ignore]
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from xiuhua.city.access import must
from xiuhua.city.models import Account, Person, Role
from xiuhua.city.queries import by_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.models import Line

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody reads as one another on a printed slip."""


MOST_AT_ONCE = 100
BATCH_ROUNDS = 60_000
ACCOUNT_NAME = re.compile(r"[\w.@+-]{4,60}")


@dataclass(frozen=True)
class OneTime:
    """A sign-in with the password that opens it once. It is kept nowhere: a repeated act has none to show."""

    account: Account
    password: str = ""


def one_time_password() -> str:
    """Three groups of four, such as `k7mp-3xwd-q9nb`: 31 signs at 12 places are 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _first_answer(line: Line) -> OneTime:
    return OneTime(Account.objects.get(person__code=line.about.partition(":")[2]))


@action(answer=_first_answer)
def open_account(act: Act, *, person: Person, username: str) -> OneTime:
    """A person gets a sign-in with a password for once, to be handed over on paper."""
    must(act.by, "administer")
    username = username.strip()
    if Account.objects.filter(person=person).exists():
        raise Refused(
            "account.twice", "{person_name}已经有账号了，忘记密码请重设。", field="username", person_name=person.name
        )
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise Refused(
            "account.username", "账号只能用汉字、字母、数字和 @ . + - _，不能有空格。", field="username"
        ) from None
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused("account.taken", "账号“{username}”已经有人用了，请换一个。", field="username", username=username)
    password = one_time_password()
    account = Account.objects.create(
        username=username, person=person, password=make_password(password), must_change=True
    )
    act.record(kinds.AccountOpened(), about=f"person:{person.code}")
    return OneTime(account, password)


@action(answer=lambda line: [])
def open_accounts(act: Act, *, people: Sequence[Person]) -> list[OneTime]:
    """Many people get a sign-in at once, to be printed on one sheet and cut apart. Who has one already is passed over.

    The account is the number of the certificate where it is free, else the person's code. Repeated, there is nothing
    to show: the passwords are kept nowhere.
    """
    must(act.by, "administer")
    chosen = [one for one in people if not Account.objects.filter(person=one).exists()]
    if not chosen:
        raise Refused("account.nobody", "选的人都已经有账号了。")
    if len(chosen) > MOST_AT_ONCE:
        raise Refused("account.many", "一次最多开通 {most} 个账号，请分几次。", most=MOST_AT_ONCE)
    taken = {name.lower() for name in Account.objects.values_list("username", flat=True)}
    opened = []
    for person in chosen:
        wished = person.certificate if ACCOUNT_NAME.fullmatch(person.certificate) else person.code
        username = person.code if wished.lower() in taken else wished
        taken.add(username.lower())
        password = one_time_password()
        account = Account.objects.create(
            username=username, person=person, password=_hashed_once(password), must_change=True
        )
        act.record(kinds.AccountOpened(), about=f"person:{person.code}")
        opened.append(OneTime(account, password))
    return opened


def _hashed_once(password: str) -> str:
    """The hash of a one-time password of a batch: 60,000 rounds, so that a hundred keep nobody waiting.

    It is random and 59 bits long, so stretching it further would gain nothing; signing in with it hashes it in full.
    """
    hasher = PBKDF2PasswordHasher()
    return str(hasher.encode(password, hasher.salt(), iterations=min(BATCH_ROUNDS, hasher.iterations)))


@action(answer=_first_answer)
def reset_account(act: Act, *, account: Account) -> OneTime:
    """Somebody forgot the password, or lost the slip: the account gets another one for once and is open again."""
    must(act.by, "administer")
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.person is None:
        raise Absent("account.person", "这个账号没有对应的人员。")
    password = one_time_password()
    account.password, account.must_change, account.is_active = make_password(password), True, True
    account.save(update_fields=["password", "must_change", "is_active"])
    unlock(username=account.username)  # whoever forgot a password has tried others
    act.record(kinds.AccountReset(), about=f"person:{account.person.code}")
    return OneTime(account, password)


@action(answer=lambda line: Account.objects.get(person__code=line.about.partition(":")[2]))
def close_account(act: Act, *, account: Account) -> Account:
    """A sign-in is switched off: whoever has it open is signed out with the next page."""
    must(act.by, "administer")
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.person is None:
        raise Absent("account.person", "这个账号没有对应的人员。")
    if not account.is_active:
        raise Refused("account.closed", "这个账号已经停用了。")
    others = Account.objects.filter(is_active=True).exclude(pk=account.pk).select_related("person")
    if _administers(account, act) and not any(_administers(one, act) for one in others):
        raise Refused("account.last", "这是最后一个系统管理员账号，停用后没有人能再管理系统。请先给别人开通。")
    account.is_active = False
    account.save(update_fields=["is_active"])
    act.record(kinds.AccountClosed(), about=f"person:{account.person.code}")
    return account


def _administers(account: Account, act: Act) -> bool:
    return Role.ADMINISTRATOR in by_of(account.person, act.at).roles


@action(answer=lambda line: Account.objects.get(person__code=line.about.partition(":")[2]))
def secure_account(act: Act, *, account: Account, hashed: str) -> Account:
    """A person chooses a password of their own. It comes in hashed, so that no request ever tells it."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.person is None or account.person.code != act.by.code:
        raise Refused("access.account", "只能改自己的密码；别人忘了密码，请系统管理员重设。")
    account.password, account.must_change = hashed, False
    account.save(update_fields=["password", "must_change"])
    act.record(kinds.AccountSecured(), about=f"person:{account.person.code}")
    return account
