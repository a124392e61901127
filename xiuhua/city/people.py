"""What the bureau keeps of a person: employment, certificate with its validity, phone; and who looked at a number."""

from __future__ import annotations

import datetime as dt

from xiuhua.city.access import must
from xiuhua.city.models import Person, Post
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash, seal, unseal
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import roster as kinds


@action(answer=lambda line: Person.objects.get(code=line.about.partition(":")[2]))
def register_person(
    act: Act,
    *,
    person: Person,
    employment: str = "",
    certificate: str = "",
    certificate_from: dt.date | None = None,
    certificate_until: dt.date | None = None,
    phone: str | None = None,
) -> Person:
    """What is kept of a person is put right. A phone of None stays as it is; empty clears it."""
    must(act.by, "administer")
    person = Person.objects.select_for_update().get(pk=person.pk)
    if employment and employment not in Person.Employment.values:
        raise Refused("person.employment", "请选择编制、聘用或协管。", field="employment")
    if certificate_from and certificate_until and certificate_until <= certificate_from:
        raise Refused("person.certificate", "执法证的有效期要晚于发证日期。", field="certificate_until")
    other = Person.objects.filter(certificate=certificate).exclude(pk=person.pk).first() if certificate else None
    if other is not None:
        raise Refused("person.certificate", "执法证号已经是{name}的。", field="certificate", name=other.name)
    told = {
        "employment": employment, "certificate": certificate, "certificate_from": certificate_from,
        "certificate_until": certificate_until,
    }  # fmt: skip
    if phone is not None:
        same = bool(phone) and person.phone_hash == keyed_hash(phone)
        told |= {} if same else {"phone_sealed": seal(phone), "phone_hash": keyed_hash(phone) if phone else ""}
    changed = [name for name, value in told.items() if getattr(person, name) != value]
    if not changed:
        raise Refused("person.same", "没有变化，不用再保存。")
    for name in changed:
        setattr(person, name, told[name])
    person.save(update_fields=changed)
    fields = [name for name in changed if name != "phone_sealed"]
    act.record(kinds.PersonRegistered(fields=fields), about=f"person:{person.code}")
    return person


@action(answer=lambda line: unseal(Person.objects.get(code=line.about.partition(":")[2]).phone_sealed))
def show_phone(act: Act, *, person: Person) -> str:
    """Somebody looks at a full phone number: whoever may, and the line keeps who and when. The number is in no line."""
    day = bureau_day(act.at)
    own = Post.objects.held_on(day).filter(person=person, unit__path__startswith=act.by.unit).exists()
    must(act.by, "see_phone", unit="" if own else "/")
    if not person.phone_sealed:
        raise Refused("phone.none", "没有登记{name}的电话。", name=person.name)
    act.record(kinds.PhoneShown(), about=f"person:{person.code}")
    return unseal(person.phone_sealed)


def expiring(day: dt.date, *, within_days: int = 60) -> list[Person]:
    """Whose certificate ends within so many days, or has ended: those who hold a post, the first to end first."""
    held = Post.objects.held_on(day).values("person")
    found = Person.objects.filter(pk__in=held).exclude(certificate="").filter(certificate_until__isnull=False)
    return list(
        found.filter(certificate_until__lte=day + dt.timedelta(days=within_days)).order_by("certificate_until", "id")
    )
