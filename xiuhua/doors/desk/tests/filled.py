"""A town in which something of everything has happened, all of it by actions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.town import Town, declare_campaigns
from xiuhua.campaigns.actions import set_target
from xiuhua.campaigns.models import Campaign
from xiuhua.cases.counts import record_count
from xiuhua.city.actions import build_facility, register_sites
from xiuhua.city.models import Site
from xiuhua.enforcement.actions import decide_penalty, issue_slip, preserve_item, remove_sign
from xiuhua.enforcement.models import Slip
from xiuhua.rounds.actions import deliver_letter, hold_operation, print_letters

POINT = {"lon_e7": 1184820000, "lat_e7": 366901000}


def slip(town: Town, name: str, plate: str = "鲁V12345", *, minutes: float = 0, segment: str = "S1") -> Slip:
    return issue_slip(
        town.act("p-zhao", name=name, minutes=minutes), plate=plate, situation="pavement",
        segment=town.segments[segment], photos=[town.photo(90)], **POINT,
    )  # fmt: skip


def fill(town: Town) -> None:
    """Cases, slips, a fine, evidence, signs, facilities, an operation, letters and campaigns, on Monday from eight on."""
    people = town.people
    pair = [people["p-chief"], people["p-zhao"]]
    declare_campaigns(town)
    set_target(
        town.act("p-office", minutes=-70), campaign=Campaign.objects.get(code="C-POSTING"), item="posting_pasted",
        quantity=Decimal(100), due_on=dt.date(2020, 5, 3),
    )  # fmt: skip
    first = slip(town, "slip 1", minutes=-60)
    slip(town, "slip 2", minutes=-50)
    slip(town, "slip 3", "鲁VD12345", minutes=-40, segment="S2")
    decide_penalty(town.act("p-chief", name="fine", minutes=-30), slip=first, amount_fen=5000, officers=pair)
    operation = hold_operation(
        town.act("p-chief", name="operation", minutes=-29), name="早市联合整治", ended_at=town.at,
        people={"QZ/Z1/": 6, "traffic_police": 3}, partners=["traffic_police"], segments=["S1"], campaign="C-POSTING",
    )  # fmt: skip
    preserve_item(
        town.act("p-zhao", name="keep", minutes=-20), category="cart", name="蓝色三轮车", quantity=2,
        segment=town.segments["S1"], shelf="A-03", approved_by=people["p-leader"], officers=pair, round=operation.code,
    )  # fmt: skip
    remove_sign(
        town.act("p-zhao", name="sign", minutes=-18), sign_kind="roof", reason="broken", segment=town.segments["S2"],
        quantity=3, round=operation.code,
    )  # fmt: skip
    build_facility(
        town.act("p-office", name="bays", minutes=-16), item="parking_bay", quantity=Decimal(24),
        segment=town.segments["S1"], **POINT,
    )  # fmt: skip
    batch = print_letters(town.act("p-office", name="print", minutes=-14), title="致全体经营业户的一封信", copies=10)
    deliver_letter(
        town.act("p-helper", name="to D1", minutes=-12), batch=batch, shop=town.shops["D1"], outcome="signed"
    )
    deliver_letter(
        town.act("p-helper", name="to D2", minutes=-11), batch=batch, shop=town.shops["D2"], outcome="refused"
    )
    record_count(town.act("p-zhao", name="count", minutes=-10), item="posting_pasted", quantity=40, segment="S1")
    register_sites(
        town.act(minutes=-9),
        sites=[Site(code="P1", name="范公亭市场", type_code="01", segment=town.segments["S1"], **POINT)],
    )
    early = town.at - dt.timedelta(minutes=55)
    town.case("closed", upto="closed", at=early, category="posting", photos=(town.photo(80),))
