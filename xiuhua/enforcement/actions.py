"""Every write of enforcement. The program computes and blocks; it never decides to punish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from xiuhua.campaigns.queries import campaign_for
from xiuhua.city.access import must
from xiuhua.city.models import Person, Role, Segment
from xiuhua.city.queries import by_of
from xiuhua.enforcement.law import parameter
from xiuhua.enforcement.models import Keeping, Penalty, SignRemoval, Slip
from xiuhua.enforcement.plates import PLATE, plate_of
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.numbering import next_number
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash, seal
from xiuhua.kit.worktime import add_working_days
from xiuhua.ledger.act import Act, Place, action, bureau_day
from xiuhua.ledger.kinds import enforcement as kinds

__all__ = [
    "PLATE", "REPEAT_DAYS", "decide_penalty", "issue_slip", "preserve_item", "remove_sign", "settle_item",
]  # fmt: skip

REPEAT_DAYS = 30
SIGN_KINDS = {
    "board": "立式广告牌",
    "wall": "墙体广告牌",
    "roof": "楼顶广告牌",
    "shop": "门头牌匾",
    "pole": "灯杆广告牌",
}
KEEPING_CATEGORIES = {"cart": "经营车辆", "board": "广告灯箱", "stall": "摊架桌椅", "umbrella": "遮阳伞", "grill": "烧烤炉具", "goods": "货品"}  # fmt: skip


def _place(segment: Segment, lon_e7: int | None = None, lat_e7: int | None = None) -> Place:
    return Place(segment.grid, segment.code, lon_e7, lat_e7)


@action(answer=lambda line: Slip.objects.get(number=line.about))
def issue_slip(
    act: Act,
    *,
    plate: str,
    situation: str,
    segment: Segment,
    kind: str = Slip.Kind.WARNING,
    photos: Sequence[str] = (),
    lon_e7: int | None = None,
    lat_e7: int | None = None,
    round: str = "",
) -> Slip:
    """A parking warning was put on a vehicle. How often the plate was warned in 30 days is told, not decided on."""
    must(act.by, "issue_slip")
    plate = plate_of(plate)
    if kind not in Slip.Kind.values:
        raise Refused("slip.kind", "请选择单据种类。", field="kind")
    if situation not in Slip.Situation.values:
        raise Refused("slip.situation", "请选择违停情形。", field="situation")
    day = bureau_day(act.at)
    hashed = keyed_hash(plate)
    since = act.at - dt.timedelta(days=REPEAT_DAYS)
    repeat = Slip.objects.standing().filter(plate_hash=hashed, at__gt=since, at__lte=act.at).count()
    slip = Slip.objects.create(
        number=next_number(f"slip:{day:%Y%m%d}", prefix="JG", day=day),
        kind=kind,
        situation=situation,
        plate_sealed=seal(plate),
        plate_hash=hashed,
        segment=segment.code,
        lon_e7=lon_e7,
        lat_e7=lat_e7,
        by=act.by.code,
        at=act.at,
        photos=list(photos),
    )
    act.record(
        kinds.SlipIssued(slip_kind=kind, situation=situation, repeat=repeat),
        about=slip.number,
        item="parking_warning",
        quantity=1,
        place=_place(segment, lon_e7, lat_e7),
        campaign=campaign_for(day=day, item="parking_warning", segment=segment.code),
        round=round,
    )
    return slip


@action(answer=lambda line: Penalty.objects.get(number=line.about))
def decide_penalty(
    act: Act, *, slip: Slip, amount_fen: int, officers: Sequence[Person], procedure: str = Penalty.Procedure.SIMPLE
) -> Penalty:
    """A vehicle's owner is fined for unlawful parking, by two certified officers, within the law's bounds.

    Bounds: 道路交通安全法 第九十三条 (20–200 yuan). Two officers, one fine for one act: 行政处罚法, by the law of the day.
    """
    must(act.by, "decide_penalty")
    day = bureau_day(act.at)
    if procedure not in Penalty.Procedure.values:
        raise Refused("penalty.procedure", "请选择简易程序或普通程序。", field="procedure")
    _two_certified(officers, act.at)
    if act.at < slip.at:
        raise Refused("penalty.time", "处罚不能早于开单时间 {at}。", field="at", at=_moment(slip.at))
    if not Slip.objects.standing().filter(pk=slip.pk).exists():
        raise Refused("penalty.voided", "警告单 {number} 已经作废，不能据此处罚。", number=slip.number)
    once = parameter("fines_per_act", day)
    if Penalty.objects.filter(slip=slip).exists():
        raise Refused(
            "penalty.twice", "这一次违停已经处罚过：同一行为不得两次罚款（{article}）。", article=once.article
        )
    least, most = parameter("parking_fine_min", day), parameter("parking_fine_max", day)
    if not least.value * 100 <= amount_fen <= most.value * 100:
        raise Refused(
            "penalty.amount",
            "罚款 {amount_fen:.2f} 元不在 {least_value:.0f}—{most_value:.0f} 元之间（{article}）。",
            field="amount",
            amount_fen=amount_fen / 100,
            least_value=least.value,
            most_value=most.value,
            article=most.article,
        )
    penalty = Penalty.objects.create(
        number=next_number(f"penalty:{day:%Y}", prefix="罚", day=day),
        slip=slip,
        procedure=procedure,
        matter="09009",
        amount_fen=amount_fen,
        officers=[officer.code for officer in officers],
        decided_at=act.at,
    )
    segment = Segment.objects.get(code=slip.segment)
    act.record(
        kinds.PenaltyDecided(procedure=procedure, matter="09009"),
        about=penalty.number,
        item="vehicle_fined",
        quantity=1,
        place=_place(segment, slip.lon_e7, slip.lat_e7),
        campaign=campaign_for(day=day, item="vehicle_fined", segment=slip.segment),
    )
    return penalty


@action(answer=lambda line: Keeping.objects.get(number=line.about))
def preserve_item(
    act: Act,
    *,
    category: str,
    name: str,
    quantity: int,
    segment: Segment,
    shelf: str,
    approved_by: Person,
    officers: Sequence[Person],
    round: str = "",
    campaign: str = "",
) -> Keeping:
    """Things are registered and kept because the evidence could be lost. The head approves; seven days to decide.

    行政处罚法 第五十六条 (七日 are working days by 第八十五条; under the law before 2021-07-15, calendar days).
    """
    must(act.by, "preserve_item")
    if category not in KEEPING_CATEGORIES:
        raise Refused("keeping.category", "请选择物品类别。", field="category")
    if not name.strip():
        raise Refused("keeping.name", "请写清物品名称和特征，清单要能对上实物。", field="name")
    if not shelf.strip():
        raise Refused("keeping.shelf", "请写存放位置，例如 A-03。", field="shelf")
    if not 0 < quantity <= 1000:
        raise Refused("keeping.quantity", "数量要在 1 到 1000 之间；更多的请分次登记。", field="quantity")
    if Role.LEADER not in by_of(approved_by, act.at).roles:
        raise Refused("keeping.approval", "先行登记保存要经行政机关负责人批准，请选局领导。", field="approved_by")
    _two_certified(officers, act.at)
    day = bureau_day(act.at)
    keeping = Keeping.objects.create(
        number=next_number(f"keeping:{day:%Y%m%d}", prefix="BC", day=day),
        category=category,
        name=name.strip(),
        quantity=quantity,
        segment=segment.code,
        shelf=shelf.strip(),
        approved_by=approved_by.code,
        officers=[officer.code for officer in officers],
        kept_at=act.at,
        due_on=_decide_by(day),
    )
    act.record(
        kinds.ItemPreserved(category=category, due_on=keeping.due_on.isoformat()),
        about=keeping.number,
        item="evidence",
        quantity=quantity,
        place=_place(segment),
        campaign=campaign or campaign_for(day=day, item="evidence", segment=segment.code),
        round=round,
    )
    return keeping


@action(answer=lambda line: Keeping.objects.get(number=line.about))
def settle_item(act: Act, *, keeping: Keeping, outcome: str) -> Keeping:
    """Something was decided about things kept as evidence, and they left the shelf. That it was late stays a fact."""
    must(act.by, "preserve_item")
    if outcome not in Keeping.Outcome.values:
        raise Refused("keeping.outcome", "请选择处理决定。", field="outcome")
    if act.at < keeping.kept_at:
        raise Refused("keeping.time", "处理不能早于登记时间 {kept_at}。", field="at", kept_at=_moment(keeping.kept_at))
    waiting = Keeping.objects.filter(pk=keeping.pk, settled_at=None)
    if not waiting.update(settled_at=act.at, outcome=outcome):
        keeping.refresh_from_db()
        raise Refused(
            "keeping.settled",
            "{number} 已经处理过：{outcome}。",
            number=keeping.number,
            outcome=keeping.get_outcome_display(),
        )
    keeping.refresh_from_db()
    segment = Segment.objects.filter(code=keeping.segment).first()
    act.record(
        kinds.ItemSettled(outcome=outcome, late=bureau_day(act.at) > keeping.due_on),
        about=keeping.number,
        place=_place(segment) if segment else None,
    )
    return keeping


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _decide_by(day: dt.date) -> dt.date:
    row = parameter("preservation", day)
    if row.unit == "work_days":
        return add_working_days(day, int(row.value), calendar=load_calendar())
    return day + dt.timedelta(days=int(row.value))


def _two_certified(officers: Sequence[Person], at: dt.datetime) -> None:
    law = parameter("least_officers", bureau_day(at))
    if len({officer.code for officer in officers}) < law.value:
        raise Refused(
            "law.two_officers",
            "执法人员不得少于两人，且不能是同一人（{article}）。",
            field="officers",
            article=law.article,
        )
    for officer in officers:
        roles = by_of(officer, at).roles
        if not officer.certificate or not roles & {Role.OFFICER, Role.SQUAD_LEADER}:
            raise Refused(
                "law.certificate",
                "{officer_name} 没有执法证件，不能作为承办人。",
                field="officers",
                officer_name=officer.name,
            )


@action(answer=lambda line: SignRemoval.objects.get(key=line.key))
def remove_sign(
    act: Act, *, sign_kind: str, reason: str, segment: Segment, quantity: int = 1, round: str = ""
) -> SignRemoval:
    """Old, broken or unlawful advertising signs were taken down."""
    must(act.by, "remove_sign")
    if sign_kind not in SIGN_KINDS:
        raise Refused(
            "sign.kind", "请选择广告牌种类：{listed}。", field="sign_kind", listed="、".join(SIGN_KINDS.values())
        )
    if reason not in SignRemoval.Reason.values:
        raise Refused("sign.reason", "请选择拆除原因：陈旧、破损或违规设置。", field="reason")
    if not 0 < quantity <= 500:
        raise Refused("sign.quantity", "数量要在 1 到 500 之间。", field="quantity")
    removal = SignRemoval.objects.create(
        key=act.key,
        sign_kind=sign_kind,
        reason=reason,
        quantity=quantity,
        segment=segment.code,
        by=act.by.code,
        at=act.at,
    )
    act.record(
        kinds.SignRemoved(sign_kind=sign_kind, reason=reason),
        about=f"sign:{act.key.hex[:16]}",
        item="sign",
        quantity=quantity,
        place=_place(segment),
        campaign=campaign_for(day=bureau_day(act.at), item="sign", segment=segment.code),
        round=round,
    )
    return removal
