"""花名册: the list of staff as offices keep it. Same-named people are told apart by certificate, phone and unit; where
that does not tell, the row asks and nobody is guessed."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.city.access import must
from xiuhua.city.models import Account, Duty, Person, Post, Role, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash, masked, seal
from xiuhua.kit.sheets import Column, Row, Sheet
from xiuhua.kit.sheets.told import read_day
from xiuhua.ledger.act import Act, action, bureau_day, record_all
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.kinds import roster as roster_kinds
from xiuhua.ledger.models import Line

COLUMNS = (
    Column("name", "姓名", ("人员姓名", "名字"), needed=True, width=10),
    Column("unit", "单位", ("所在单位", "部门", "所在部门", "中队", "科室"), needed=True, width=16),
    Column("post", "岗位", ("职务", "岗位职务", "职位", "现任职务"), needed=True, width=14),
    Column("employment", "编制类别", ("编制", "身份", "人员类别", "人员性质", "用工性质", "编制/协管"), width=10),
    Column("phone", "手机号", ("电话", "联系电话", "手机", "手机号码", "联系方式"), width=14),
    Column("certificate", "执法证号", ("证件号", "执法证件号", "行政执法证号", "执法证编号"), width=16),
    Column("until", "执法证有效期至", ("有效期", "有效期至", "证件有效期"), width=14),
    Column("code", "人员编码", ("编码", "工号"), width=12),
)
NEW = ("新人", "新增", "不是", "另一人")
ROLES = (
    # the first that is found in the post's words; the order matters
    (("派遣",), Role.DISPATCHER), (("受理", "坐席"), Role.ACCEPTOR), (("法制",), Role.LEGAL),
    (("中队长", "小队长", "分队长", "队长", "指导员"), Role.SQUAD_LEADER), (("协管", "辅助", "辅管"), Role.ASSISTANT),
    (("队员", "执法员", "执法人员", "城管员"), Role.OFFICER),
    (("局长", "书记", "总工", "党组", "主任科员", "调研员"), Role.LEADER),
    (("科长", "科员", "主任", "干事", "办事员", "会计", "文书"), Role.OFFICE),
)  # fmt: skip
EMPLOYED = (
    (("协管", "辅助", "公益"), Person.Employment.ASSISTANT),
    (("聘", "合同", "劳务", "派遣", "编外", "临时"), Person.Employment.CONTRACT),
    (("编", "公务员", "事业", "参公", "行政"), Person.Employment.STAFF),
)
PHONE = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}")


@dataclass
class Staff:
    """A row as it will be entered: the person when known already, and what is filled in for them."""

    name: str
    unit: Unit
    role: str
    title: str
    person: Person | None = None
    employment: str = ""
    phone: str = ""
    certificate: str = ""
    until: dt.date | None = None
    has_post: bool = False
    fields: list[str] = field(default_factory=list)


def check(rows: Sequence[Row], told: Mapping[str, str]) -> None:
    """Mark what is wrong on its cell; every row that means one person gets its meaning."""
    day = dt.date.fromisoformat(told["day"])
    units = list(Unit.objects.filter(closed_on=None))
    known: dict[str, list[Person]] = {}
    for person in Person.objects.filter(name__in={row["name"].strip() for row in rows}).order_by("id"):
        known.setdefault(person.name, []).append(person)
    certified = {one.certificate: one for one in Person.objects.exclude(certificate="").order_by("-id")}
    posts: dict[int, list[Post]] = {}
    for post in (
        Post.objects.held_on(day)
        .filter(person__in=[one for some in known.values() for one in some])
        .select_related("unit")
    ):
        posts.setdefault(post.person_id, []).append(post)
    for row in rows:
        staff = _read(row, units, day)
        if staff is None:
            continue
        _whose(row, staff, known.get(staff.name, []), certified, posts)
        _fill(row, staff, posts)
        row.value = staff
    _twice(rows)


def _read(row: Row, units: Sequence[Unit], day: dt.date) -> Staff | None:
    name = "".join(row["name"].split())
    if not name or len(name) > 40:
        row.wrong("name", _("没有写姓名") if not name else _("姓名超过 40 个字"))
    elif not re.search(r"[\u3400-\u9fffA-Za-z]", name):
        row.wrong("name", _("“%(name)s”不像姓名") % {"name": name})
    unit = _unit(row, units)
    employment = _employment(row)
    role = _role(row, unit, employment)
    phone, certificate = _phone(row), "".join(unicodedata.normalize("NFKC", row["certificate"]).split())[:40]
    until = _until(row, day)
    if unit is None or not role or not row.good:
        return None
    title = " ".join(row["post"].split())[:40]
    return Staff(name, unit, role, title, employment=employment, phone=phone, certificate=certificate, until=until)


def _unit(row: Row, units: Sequence[Unit]) -> Unit | None:
    text = "".join(row["unit"].split())
    found = [one for one in units if text in (one.name, one.code)] or [
        one for one in units if text and one.name.endswith(text)
    ]
    if len(found) == 1:
        return found[0]
    if not text:
        row.wrong("unit", _("没有写单位"))
    elif found:
        row.wrong(
            "unit",
            _("“%(text)s”对得上几个单位：%(names)s") % {"text": text, "names": "、".join(one.name for one in found)},
        )
    else:
        row.wrong("unit", _("没有“%(text)s”这个单位，请先在单位里设立") % {"text": text})
    return None


def _role(row: Row, unit: Unit | None, employment: str) -> str:
    text = "".join(row["post"].split())
    role = next((role for words, role in ROLES if any(word in text for word in words)), None)
    squad = unit is not None and unit.kind in (Unit.Kind.SQUAD, Unit.Kind.TEAM)
    if role is None:
        row.wrong(
            "post",
            _("看不出“%(text)s”是哪种岗位；可以写：%(known)s")
            % {"text": text, "known": "、".join(map(str, Role.labels[:8]))},
        )
        return ""
    if squad and role not in (Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT):
        row.doubt("post", _("中队里的“%(text)s”按队员登记") % {"text": text})
        role = Role.OFFICER
    if role == Role.OFFICER and employment == Person.Employment.ASSISTANT:
        row.note("post", _("身份是协管，按协管员登记：可以巡查劝导，不能执法"))
        role = Role.ASSISTANT
    if text.startswith("副"):
        row.doubt("post", _("“%(text)s”按%(role)s登记，权限相同") % {"text": text, "role": Role(role).label})
    return str(role)


def _employment(row: Row) -> str:
    text = "".join(row["employment"].split())
    found = next((value for words, value in EMPLOYED if any(word in text for word in words)), "")
    if text and not found:
        row.doubt("employment", _("看不出“%(text)s”是编制、聘用还是协管，先不填") % {"text": text})
    return str(found)


def _phone(row: Row) -> str:
    text = re.sub(r"[\s\-—()（）+]", "", unicodedata.normalize("NFKC", row["phone"]))
    text = text.removesuffix(".0")
    text = text[2:] if len(text) == 13 and text.startswith("861") else text
    if text and not PHONE.fullmatch(text):
        row.wrong("phone", _("手机号 %(text)s 位数不对") % {"text": masked(text[:20])})
    return text


def _until(row: Row, day: dt.date) -> dt.date | None:
    words = row["until"].strip()
    if not words or words in ("长期", "—", "-", "/"):
        return None
    read = read_day(words, year=day.year)
    if read is None or read.on is None:
        row.doubt("until", _("有效期“%(text)s”看不出日期，先不填") % {"text": words[:20]})
        return None
    if read.on < day:
        row.doubt("until", _("执法证 %(day)s 已经过期") % {"day": read.on})
    return read.on


def _told(person: Person, posts: Mapping[int, Sequence[Post]]) -> str:
    held = "、".join(post.unit.name for post in posts.get(person.pk, ()))
    parts = [held or _("没有岗位"), person.masked_phone, person.certificate, _("编码 %(code)s") % {"code": person.code}]
    return f"{person.name}（{'，'.join(part for part in parts if part)}）"


def _whose(
    row: Row, staff: Staff, same: Sequence[Person], certified: Mapping[str, Person], posts: Mapping[int, Sequence[Post]]
) -> None:
    """Which person the row means: by code, by certificate, by phone, by name and unit; else it is asked."""
    code = "".join(row["code"].split())
    if code and code not in NEW:
        staff.person = next((one for one in same if one.code == code), None)
        if staff.person is None:
            row.wrong("code", _("没有编码是 %(code)s 的%(name)s") % {"code": code, "name": staff.name})
        return
    owner = certified.get(staff.certificate) if staff.certificate else None
    if owner is not None and (owner.name != staff.name or code in NEW):
        row.wrong("certificate", _("执法证号已经是%(name)s的") % {"name": owner.name})
        return
    if code in NEW:
        return
    hashed = keyed_hash(staff.phone) if staff.phone else ""
    sure = [one for one in same if one == owner or (hashed and one.phone_hash == hashed)]
    here = [
        one for one in same
        if any(post.unit_id == staff.unit.pk for post in posts.get(one.pk, ())) and not _contradicts(one, staff, hashed)
    ]  # fmt: skip
    found = sure or here
    if len(found) == 1:
        staff.person = found[0]
    elif same:
        told = "；".join(_told(one, posts) for one in same)
        row.wrong(
            "code", _("已有同名的人：%(told)s。是同一人请在“人员编码”列写他的编码，另一个人写“新人”。") % {"told": told}
        )


def _contradicts(person: Person, staff: Staff, hashed: str) -> bool:
    other_phone = bool(hashed and person.phone_hash and person.phone_hash != hashed)
    return other_phone or bool(staff.certificate and person.certificate and person.certificate != staff.certificate)


def _fill(row: Row, staff: Staff, posts: Mapping[int, Sequence[Post]]) -> None:
    """What is filled in for a known person: only what is not known yet. Posts are never moved by a list."""
    one = staff.person
    if one is None:
        staff.fields = [name for name in ("employment", "phone", "certificate", "until") if getattr(staff, name)]
        return
    hashed = keyed_hash(staff.phone) if staff.phone else ""
    kept = {
        "employment": one.employment,
        "phone": one.phone_hash,
        "certificate": one.certificate,
        "until": one.certificate_until,
    }
    told = {"employment": staff.employment, "phone": hashed, "certificate": staff.certificate, "until": staff.until}
    staff.fields = [name for name, value in told.items() if value and not kept[name]]
    for name, value in told.items():
        if value and kept[name] and kept[name] != value:
            row.doubt(name, _("和登记的不同，没有改；要改请到这个人的页面"))
    held = posts.get(one.pk, ())
    staff.has_post = bool(held)
    if any(post.unit_id == staff.unit.pk and post.role == staff.role for post in held):
        row.note("name", _("已登记：%(told)s") % {"told": _told(one, posts)})
    elif held:
        row.doubt(
            "unit",
            _("现在在%(units)s，表里不同：岗位没有改，调动请办人员交接")
            % {"units": "、".join(post.unit.name for post in held)},
        )


def _twice(rows: Sequence[Row]) -> None:
    """The same certificate, phone or person twice in one sheet; the same name twice with nothing to tell them apart."""
    for column in ("certificate", "phone"):
        counted = Counter(getattr(row.value, column) for row in rows if row.value)
        for row in rows:
            if row.value and getattr(row.value, column) and counted[getattr(row.value, column)] > 1:
                row.wrong(column, _("这个号码在表里出现了两次"))
    people = Counter(row.value.person.pk for row in rows if row.value and row.value.person)
    bare = Counter(row.value.name for row in rows if row.value and not (row.value.phone or row.value.certificate))
    for row in rows:
        staff = row.value
        if staff and staff.person and people[staff.person.pk] > 1:
            row.wrong("name", _("同一个人在表里出现了两次"))
        elif staff and not staff.person and not (staff.phone or staff.certificate) and bare[staff.name] > 1:
            row.wrong("name", _("表里有两个“%(name)s”，分不清：请补手机号或执法证号") % {"name": staff.name})


@action(answer=lambda line: None)
def bring_in_staff(act: Act, *, batch: str, rows: Sequence[Staff], told: Mapping[str, str]) -> None:
    """The people of a list come in: new ones with their post, known ones with what was missing."""
    must(act.by, "administer")
    lines: list[Line] = []
    for row in rows:
        person = row.person
        if person is None:
            person = Person.objects.create(code=secrets.token_hex(4), name=row.name, batch=batch)
        if row.fields:
            _write(person, row)
            lines.append(
                act.line(roster_kinds.PersonRegistered(fields=row.fields, batch=batch), about=f"person:{person.code}")
            )
        if not row.has_post:
            lines.append(_begin(act, person, row, batch))
    if not lines:
        raise Refused("staff.same", "表里的人都已经登记过，没有可以补的内容。")
    record_all(lines)


def _write(person: Person, row: Staff) -> None:
    if "employment" in row.fields:
        person.employment = row.employment
    if "phone" in row.fields:
        person.phone_sealed, person.phone_hash = seal(row.phone), keyed_hash(row.phone)
    if "certificate" in row.fields:
        person.certificate = row.certificate
    if "until" in row.fields:
        person.certificate_until = row.until
    person.save()


def _begin(act: Act, person: Person, row: Staff, batch: str) -> Line:
    number = Post.objects.filter(person=person).count() + 1
    post = Post.objects.create(
        code=f"{person.code}-{number}", person=person, unit=row.unit, role=row.role, title=row.title, batch=batch,
        begins_on=bureau_day(act.at),
    )  # fmt: skip
    fact = kinds.PostBegun(post=post.code, role=row.role, unit=row.unit.path)
    return act.line(fact, about=f"person:{person.code}", for_unit=row.unit.path)


CLEARED: dict[str, dict[str, Any]] = {
    "employment": {"employment": ""}, "phone": {"phone_sealed": "", "phone_hash": ""}, "certificate": {"certificate": ""},
    "until": {"certificate_until": None},
}  # fmt: skip


@action(answer=lambda line: None)
def take_back_staff(act: Act, *, batch: str) -> None:
    """The list is taken back: its posts end, what it filled in is empty again. Refused when somebody has worked since."""
    must(act.by, "administer")
    posts = list(Post.objects.filter(batch=batch).select_related("person", "unit"))
    people = [post.person_id for post in posts]
    used = Account.objects.filter(person__batch=batch).select_related("person").first()
    if used is not None and used.person is not None:
        raise Refused("staff.account", "{name}已经开通了账号，这一批不能撤回；请逐个结束岗位。", name=used.person.name)
    duty = Duty.objects.filter(person__in=people, person__batch=batch).select_related("person").first()
    if duty is not None and duty.person is not None:
        raise Refused("staff.duty", "{name}已经有了包靠责任，请先解除，再撤回这一批。", name=duty.person.name)
    lines = [
        act.line(kinds.PostEnded(post=post.code), about=f"post:{post.code}", for_unit=post.unit.path) for post in posts
    ]
    for line in Line.objects.of_kind(roster_kinds.PersonRegistered.kind).filter(facts__contains=f'"batch":"{batch}"'):
        code = line.about.partition(":")[2]
        for name in _fields_of(line):
            Person.objects.filter(code=code).update(**CLEARED[name])
        lines.append(act.line(roster_kinds.PersonRegistered(fields=[], batch=""), about=line.about))
    Post.objects.filter(batch=batch).delete()
    Person.objects.filter(batch=batch).delete()
    record_all(lines)


def _fields_of(line: Line) -> list[str]:
    fact = read_facts(line.kind, line.facts)
    return list(fact.fields) if isinstance(fact, roster_kinds.PersonRegistered) else []


STAFF = Sheet(
    code="staff", label="花名册", columns=COLUMNS, check=check, bring_in=bring_in_staff, take_back=take_back_staff,
    about="人员、岗位、手机号、执法证号；同名的人会问清楚，账号导入后再批量开通", after="desk:people",
)  # fmt: skip
