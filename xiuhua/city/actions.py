"""Every write of the city: one function each, one transaction, its lines."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from django.conf import settings

from xiuhua.city.access import must
from xiuhua.city.models import Bureau, Duty, Facility, Grid, Person, Post, Role, Segment, Shop, Site, Unit
from xiuhua.city.place_sorts import BUILT, check_grid
from xiuhua.city.queries import BEGINNING, ROOMS
from xiuhua.kit.calendar import forget
from xiuhua.kit.models import CalendarDay
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.seals import keyed_hash, seal
from xiuhua.ledger.act import Act, Place, action, bureau_day, record_all
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import city as kinds


@action(answer=lambda line: Bureau.objects.get(code=line.about))
def found_bureau(
    act: Act,
    *,
    code: str,
    name: str,
    division: str = "",
    boundary: Sequence[Sequence[Sequence[float]]] = (),
    attribution: str = "",
    rooms: Sequence[str] = BEGINNING,
    shifts: Sequence[Sequence[str]] = (("08:00", "12:00"), ("14:00", "18:00")),
    demonstration: bool = False,
) -> Bureau:
    """A bureau begins: its name, its place in the tree, its work hours and the six rooms of the first month."""
    if Bureau.objects.exists():
        raise Refused("city.bureau", "这个数据库里已经有一个局了；一个局一个数据库。", name=name)
    if not name.strip():
        raise Refused("city.bureau_name", "请写局的名称。", field="name")
    found = Bureau.objects.create(
        code=code,
        name=name.strip(),
        division=division,
        boundary=[[list(point) for point in ring] for ring in boundary],
        attribution=attribution,
        rooms=list(rooms),
        shifts=[list(pair) for pair in shifts],
        demonstration=demonstration,
    )
    Unit.objects.create(code=code, name=found.name, kind=Unit.Kind.BUREAU, path=f"{code}/")
    act.record(
        kinds.BureauFounded(name=found.name, time_zone=settings.TIME_ZONE, division=division),
        about=code,
        for_unit=f"{code}/",
    )
    act.record(
        kinds.UnitNamed(name=found.name, kind_of_unit=Unit.Kind.BUREAU, path=f"{code}/"),
        about=f"unit:{code}",
        for_unit=f"{code}/",
    )
    return found


@action(answer=lambda line: Unit.objects.get(code=line.about.partition(":")[2]))
def open_unit(act: Act, *, code: str, name: str, kind: str, parent: Unit) -> Unit:
    """A unit is set up under another: an office, a squad, a team, a partner body."""
    if Unit.objects.filter(code=code).exists():
        raise Refused("city.unit_code", "单位编码 {code} 已经用过，编码不重复使用。", field="code", code=code)
    if not code.isalnum():
        raise Refused("city.unit_code", "单位编码 {code!r} 只能用字母和数字。", field="code", code=code)
    unit = Unit.objects.create(code=code, name=name, kind=kind, parent=parent, path=f"{parent.path}{code}/")
    act.record(kinds.UnitNamed(name=name, kind_of_unit=kind, path=unit.path), about=f"unit:{code}", for_unit=unit.path)
    return unit


@action(answer=lambda line: Person.objects.get(code=line.about.partition(":")[2]))
def begin_post(
    act: Act,
    *,
    unit: Unit,
    role: str,
    name: str = "",
    person: Person | None = None,
    title: str = "",
    phone: str = "",
    certificate: str = "",
    code: str = "",
) -> Person:
    """A person takes up a post; a new person gets a random code that is never reused."""
    if role not in Role.values:
        raise Refused("city.role", "没有“{role}”这个岗位。", field="role", role=role)
    if person is None:
        if not name.strip():
            raise Refused("city.person_name", "请写姓名。", field="name")
        code = code or secrets.token_hex(4)
        person = Person.objects.create(
            code=code,
            name=name.strip(),
            phone_sealed=seal(phone),
            phone_hash=keyed_hash(phone) if phone else "",
            certificate=certificate,
        )
    number = Post.objects.filter(person=person).count() + 1
    post = Post.objects.create(
        code=f"{person.code}-{number}",
        person=person,
        unit=unit,
        role=role,
        title=title,
        begins_on=bureau_day(act.at),
    )
    act.record(
        kinds.PostBegun(post=post.code, role=role, unit=unit.path), about=f"person:{person.code}", for_unit=unit.path
    )
    return person


@action(answer=lambda line: None)
def register_segments(act: Act, *, segments: Sequence[Segment]) -> None:
    """Segments come into the register from a sheet or a drawing."""
    _refuse_known(Segment, segments, "路段")
    strange = next((one for one in segments if one.cls not in Segment.Cls.values), None)
    if strange is not None:
        known = "、".join(str(label) for label in Segment.Cls.labels)
        raise Refused(
            "city.segment_class",
            "路段 {strange_code} 的等级“{cls}”不认识，可用：{known}。",
            strange_code=strange.code,
            cls=strange.cls,
            known=known,
        )
    Segment.objects.bulk_create(segments, batch_size=1000)
    record_all(
        [
            act.line(
                kinds.SegmentRegistered(road=one.road, length_m=float(one.length_m), cls=one.cls, network=one.network),
                about=f"segment:{one.code}",
                place=Place(grid=one.grid, segment=one.code),
            )
            for one in segments
        ]
    )


@action(answer=lambda line: None)
def register_shops(act: Act, *, shops: Sequence[Shop]) -> None:
    """Shops come into the register from a sheet."""
    _refuse_known(Shop, shops, "商户")
    Shop.objects.bulk_create(shops, batch_size=1000)
    record_all(
        [
            act.line(
                kinds.ShopRegistered(trade=one.trade),
                about=f"shop:{one.code}",
                place=Place(segment=one.segment.code if one.segment else "", lon_e7=one.lon_e7, lat_e7=one.lat_e7),
            )
            for one in shops
        ]
    )


@action(answer=lambda line: None)
def register_sites(act: Act, *, sites: Sequence[Site]) -> None:
    """Sites to be inspected come into the register from a sheet."""
    _refuse_known(Site, sites, "点位")
    Site.objects.bulk_create(sites, batch_size=1000)
    record_all(
        [
            act.line(
                kinds.SiteRegistered(type_code=one.type_code),
                about=f"site:{one.code}",
                place=Place(segment=one.segment.code if one.segment else "", lon_e7=one.lon_e7, lat_e7=one.lat_e7),
            )
            for one in sites
        ]
    )


def _refuse_known(
    model: type[Segment] | type[Shop] | type[Site], rows: Sequence[Segment | Shop | Site], word: str
) -> None:
    codes = [row.code for row in rows]
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise Refused("city.code_twice", "{word}编码 {at} 在表里出现了两次，请改成不同的编码。", at=twice, word=word)
    known = model._default_manager.filter(code__in=codes).values_list("code", flat=True).first()
    if known:
        raise Refused("city.code_known", "{word}编码 {at} 已经登记过。", at=known, word=word)


@action(answer=lambda line: None)
def draw_grids(act: Act, *, grids: Sequence[Grid]) -> None:
    """Unit grids are drawn; a grid may name the squad that answers for it."""
    for grid in grids:
        check_grid(grid)
    Grid.objects.bulk_create(grids)
    for grid in grids:
        act.record(
            kinds.DutyBegun(thing=f"grid:{grid.code}", role=Duty.Part.SQUAD, person="", primary=True),
            about=f"duty:grid:{grid.code}",
            for_unit=grid.squad.path if grid.squad else "",
            place=Place(grid=grid.code),
        )


@action(answer=lambda line: Duty.objects.get(code=line.about.partition(":")[2]))
def begin_duty(
    act: Act, *, thing: str, part: str, unit: Unit | None = None, person: Person | None = None, primary: bool = True
) -> Duty:
    """From this day on, this unit or person answers for this thing."""
    if part not in Duty.Part.values:
        raise Refused("city.duty_part", "没有“{part}”这种责任。", field="part", part=part)
    code = act.key.hex[:24]
    duty = Duty.objects.create(
        code=code, thing=thing, part=part, unit=unit, person=person, primary=primary, begins_on=bureau_day(act.at)
    )
    act.record(
        kinds.DutyBegun(thing=thing, role=part, person=person.code if person else "", primary=primary),
        about=f"duty:{code}",
        for_unit=unit.path if unit else "",
        place=Place(segment=thing.partition(":")[2]) if thing.startswith("segment:") else None,
    )
    return duty


@action(answer=lambda line: Duty.objects.get(code=line.about.partition(":")[2]))
def end_duty(act: Act, *, duty: Duty) -> Duty:
    """From this day on, they no longer answer for it."""
    if duty.ends_on is not None:
        raise Refused("city.duty_ended", "这项责任已于 {ends_on} 解除。", ends_on=duty.ends_on)
    duty.ends_on = max(bureau_day(act.at), duty.begins_on)
    duty.save(update_fields=["ends_on"])
    act.record(
        kinds.DutyEnded(thing=duty.thing, role=duty.part, person=duty.person.code if duty.person else ""),
        about=f"duty:{duty.code}",
        for_unit=duty.unit.path if duty.unit else "",
    )
    return duty


@action(answer=lambda line: Facility.objects.get(code=line.about.partition(":")[2]))
def build_facility(
    act: Act,
    *,
    item: str,
    quantity: Decimal,
    segment: Segment,
    lon_e7: int | None = None,
    lat_e7: int | None = None,
    note: str = "",
    campaign: str = "",
) -> Facility:
    """Bays were drawn, a line painted, a board or sign put up. The quantity is in the item's unit (个, 米, 块).

    `campaign` is the code of the one that it counts toward, as `campaigns.queries.campaign_for` names it.
    """
    must(act.by, "build_facility")
    if item not in BUILT:
        names = "、".join(ITEMS[code].label for code in BUILT)
        raise Refused("city.facility_item", "便民设施只登记：{names}。", field="item", names=names)
    if quantity <= 0:
        raise Refused("city.facility_quantity", "数量要大于 0。", field="quantity")
    facility = Facility.objects.create(
        code=f"F{act.key.hex[:16]}",
        item=item,
        quantity=quantity,
        segment=segment,
        lon_e7=lon_e7,
        lat_e7=lat_e7,
        built_on=bureau_day(act.at),
        note=note,
    )
    act.record(
        kinds.FacilityBuilt(facility=facility.code),
        about=f"facility:{facility.code}",
        item=item,
        quantity=quantity,
        place=Place(grid=segment.grid, segment=segment.code, lon_e7=lon_e7, lat_e7=lat_e7),
        campaign=campaign,
    )
    return facility


@action(answer=lambda line: Bureau.objects.get(code=line.about))
def switch_rooms(act: Act, *, on: Sequence[str]) -> Bureau:
    """The bureau switches rooms on and off: what is off vanishes from the menus and its pages say so."""
    must(act.by, "administer")
    unknown = set(on) - set(ROOMS)
    if unknown:
        raise Refused("city.room", "没有这些功能：{listed}。", field="rooms", listed="、".join(sorted(unknown)))
    found = Bureau.objects.select_for_update().first()
    if found is None:
        raise Absent("city.bureau", "还没有建局，请先运行 xiuhua init。")
    before = set(found.rooms)
    found.rooms = [room for room in ROOMS if room in set(on)]
    found.save(update_fields=["rooms"])
    act.record(kinds.RoomsSwitched(on=sorted(set(on) - before), off=sorted(before - set(on))), about=found.code)
    return found


@action(answer=lambda line: Bureau.objects.get(code=line.about))
def set_patience(act: Act, *, minutes: int) -> Bureau:
    """After so many minutes, 1 to 120, a case that whoever was sent has not looked at rises at the desk."""
    must(act.by, "administer")
    if not 1 <= minutes <= 120:
        raise Refused("city.patience", "请写 1 到 120 分钟。", field="minutes")
    found = Bureau.objects.select_for_update().first()
    if found is None:
        raise Absent("city.bureau", "还没有建局，请先运行 xiuhua init。")
    found.patience = minutes
    found.save(update_fields=["patience"])
    act.record(kinds.PatienceSet(minutes=minutes), about=found.code)
    return found


@action(answer=lambda line: CalendarDay.objects.get(date=line.about.partition(":")[2]))
def set_calendar_day(
    act: Act, *, on: dt.date, workday: bool, name: str, source: str, provisional: bool = False
) -> CalendarDay:
    """A day is declared a working day or a day off, by the notice named as source."""
    must(act.by, "administer")
    day, _made = CalendarDay.objects.update_or_create(
        date=on, defaults={"workday": workday, "name": name, "source": source, "provisional": provisional}
    )
    act.record(
        kinds.CalendarSet(on=on.isoformat(), workday=workday, provisional=provisional), about=f"day:{on.isoformat()}"
    )
    forget()
    return day


def import_key(source: str, row: str | int = "") -> UUID:
    """The key of an imported row: the same source and row give the same key, so importing twice changes nothing."""
    return uuid5(uuid5(NAMESPACE, source), str(row))


NAMESPACE = UUID("6f1d2a3e-58c5-4ea0-9d4c-7a1b9c3e2f10")
