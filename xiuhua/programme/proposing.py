"""Acts on proposals of balanced areas: asking, the answer of the search, calling off, taking over as duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid5

from xiuhua.city.access import must
from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty, Segment, Unit
from xiuhua.kit.jobs import ask_job
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.models import Line
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposal_ask import NEW, Ask, check_ask, squads_today

Status = DistrictProposal.Status


def _of(line: Line) -> DistrictProposal:
    return DistrictProposal.objects.get(code=line.about.partition(":")[2])


@action(answer=_of)
def ask_proposal(act: Act, *, ask: Ask) -> DistrictProposal:
    """Somebody asks for balanced areas; the search begins as soon as the worker is free."""
    must(act.by, "propose_districts")
    check_ask(ask, bureau_day(act.at))
    if DistrictProposal.objects.filter(status__in=(Status.WAITING, Status.RUNNING)).exists():
        raise Refused("proposal.busy", "已有一个方案在计算，请等它算完，或先取消。")
    code = act.key.hex[:16]
    act.record(kinds.ProposalAsked(squads=len(ask.squads)), about=f"proposal:{code}")
    ask_job("districts", key=act.key, by=act.by.code, at=act.at, about=code)
    return DistrictProposal.objects.create(
        key=act.key, code=code, asked=ask.told(), by=act.by.code, post=act.by.post, unit=act.by.unit, asked_at=act.at
    )


@action(answer=_of)
def finish_proposal(
    act: Act, *, code: str, assignment: Mapping[str, Sequence[Any]], figures: Mapping[str, Any]
) -> DistrictProposal:
    """The search has an answer: for each segment `[squad, cases, shops]`, and the figures of the whole."""
    proposal = _running(code)
    proposal.assignment, proposal.figures = dict(assignment), dict(figures)
    proposal.status, proposal.made_at = Status.READY, act.at
    proposal.save(update_fields=["assignment", "figures", "status", "made_at"])
    act.record(
        kinds.ProposalMade(
            segments=len(assignment),
            deviation=figures["deviation"],
            tolerance=proposal.asked["tolerance"],
            within=figures["within"],
        ),
        about=f"proposal:{code}",
    )
    return proposal


@action(answer=_of)
def fail_proposal(act: Act, *, code: str, wrong: str) -> DistrictProposal:
    """No areas can be made; `wrong` tells people why."""
    proposal = _running(code)
    proposal.status, proposal.wrong, proposal.made_at = Status.FAILED, wrong[:300], act.at
    proposal.save(update_fields=["status", "wrong", "made_at"])
    act.record(kinds.ProposalEnded(state=Status.FAILED), about=f"proposal:{code}")
    return proposal


@action(answer=_of)
def cancel_proposal(act: Act, *, code: str) -> DistrictProposal:
    """Somebody calls the search off."""
    must(act.by, "propose_districts")
    proposal = _running(code)
    proposal.status, proposal.made_at = Status.CANCELLED, act.at
    proposal.save(update_fields=["status", "made_at"])
    act.record(kinds.ProposalEnded(state=Status.CANCELLED), about=f"proposal:{code}")
    return proposal


def _running(code: str) -> DistrictProposal:
    proposal = DistrictProposal.objects.select_for_update().filter(code=code).first()
    if proposal is None:
        raise Absent("proposal.absent")
    if not proposal.is_running:
        raise Refused("proposal.over", "这个方案已经{status}，不能再改。", status=proposal.get_status_display())
    return proposal


@action(answer=_of)
def accept_proposal(
    act: Act, *, code: str, from_day: dt.date, squads: Sequence[str] = (), segments: Sequence[str] = ()
) -> DistrictProposal:
    """From a day on the proposed squads answer for their segments: all changes, those to chosen squads, or chosen ones.

    Segments are handed over by `assign_duty`, as by hand; officers and leaders of a segment are not touched.
    """
    must(act.by, "propose_districts")
    if from_day < bureau_day(act.at):
        raise Refused("duty.past", "{from_day} 已经过去，请选择今天或以后的日期。", field="from_day", from_day=from_day)
    proposal = DistrictProposal.objects.select_for_update().filter(code=code).first()
    if proposal is None:
        raise Absent("proposal.absent")
    if proposal.status not in (Status.READY, Status.ACCEPTED):
        raise Refused("proposal.not_ready", "方案还没有算出来，不能采纳。")
    goals = _changes(proposal, from_day, set(squads), set(segments))
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=goals, closed_on=None)}
    if goals.keys() - units.keys():
        told = "、".join(sorted(code.replace(NEW, "新中队 ") for code in goals.keys() - units.keys()))
        raise Refused("proposal.new_squad", "{listed}还没有设立，请先在单位里设立，再重新计算方案。", listed=told)
    rows = {
        one.code: one for one in Segment.objects.defer("line").filter(code__in=[c for cs in goals.values() for c in cs])
    }
    act.record(
        kinds.ProposalAccepted(segments=len(rows), squads=len(goals), begins_on=from_day.isoformat()),
        about=f"proposal:{code}",
    )
    for goal, codes in sorted(goals.items()):
        assign_duty(
            Act(by=act.by, at=act.at, key=uuid5(act.key, f"squad:{goal}"), recorded_at=act.recorded_at),
            segments=[rows[one] for one in sorted(codes) if one in rows],
            part=Duty.Part.SQUAD,
            unit=units[goal],
            from_day=from_day,
        )
    proposal.status = Status.ACCEPTED
    proposal.save(update_fields=["status"])
    return proposal


def _changes(proposal: DistrictProposal, day: dt.date, squads: set[str], segments: set[str]) -> dict[str, list[str]]:
    """The segments to hand over by the squad that gets them."""
    today = squads_today(day, proposal.asked["squads"])
    goals: dict[str, list[str]] = {}
    for code, (goal, *_loads) in proposal.assignment.items():
        if today.get(code) != goal and (code in segments or goal in squads or not (squads or segments)):
            goals.setdefault(goal, []).append(code)
    if not goals:
        raise Refused(
            "proposal.nothing", "没有要改的路段：请勾选要采纳的路段或中队，已经一致的不用再改。", field="segments"
        )
    return goals
