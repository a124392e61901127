"""Lines of campaigns and of what was promised."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("campaign.declared", "专项部署", moves=True)
class CampaignDeclared(Fact):
    """A campaign was declared with its matters and its planned period."""

    name: str
    state: str
    starts_on: str
    ends_on: str


@kind("campaign.started", "专项启动", moves=True)
class CampaignStarted(Fact):
    """Work on a campaign began."""

    state: str


@kind("campaign.closed", "专项收官", moves=True)
class CampaignClosed(Fact):
    """A campaign came to its end."""

    state: str


@kind("target.set", "目标确定")
class TargetSet(Fact):
    """A target was set: so much of an item, for a campaign, by a day."""

    goal: str
    due_on: str


@kind("brief.published", "简报发布")
class BriefPublished(Fact):
    """A brief was published, bound up to a number and a head."""

    from_day: str
    to_day: str
    bound_to: int
    head: str


@kind("supervision.ordered", "督办")
class SupervisionOrdered(Fact):
    """A leader pressed for a case: who must answer and by when."""

    case: str
    due_on: str


@kind("instruction.taken", "接批示", moves=True)
class InstructionTaken(Fact):
    """A leader's instruction (批示) was taken down, with the day by which it is to be answered. Its words are in no line."""

    state: str
    due_on: str


@kind("instruction.split", "分解批示")
class InstructionSplit(Fact):
    """A part of an instruction was given out: as a case, or as a task of a unit (then `case` is empty)."""

    case: str
    unit: str


@kind("instruction.task_done", "批示任务办结")
class InstructionTaskDone(Fact):
    """The unit of a task of an instruction has done it."""

    part: int


@kind("instruction.reported", "批示反馈", moves=True)
class InstructionReported(Fact):
    """What was done about an instruction was written up for the leader."""

    state: str


@kind("instruction.read", "圈阅", moves=True)
class InstructionRead(Fact):
    """The feedback came back from the leader; `again` when there is more to do."""

    state: str
    again: bool


@kind("instruction.struck", "销号", moves=True)
class InstructionStruck(Fact):
    """An instruction is done with and struck off."""

    state: str
    late: bool


@kind("proposal.asked", "划片方案提交计算", moves=True)
class ProposalAsked(Fact):
    """Somebody asked for balanced areas of so many squads."""

    squads: int
    state: str = "waiting"


@kind("proposal.made", "划片方案算出", moves=True)
class ProposalMade(Fact):
    """Areas were found. `deviation` is the greatest of a load from the mean, 0..; `within` whether that is tolerated."""

    segments: int
    deviation: float
    tolerance: float
    within: bool
    state: str = "ready"


@kind("proposal.ended", "划片方案停止计算", moves=True)
class ProposalEnded(Fact):
    """No areas came of it: it was called off, or none could be made."""

    state: str


@kind("proposal.accepted", "划片方案采纳", moves=True)
class ProposalAccepted(Fact):
    """Areas were taken over as duties, whole or in part, from a day."""

    segments: int
    squads: int
    begins_on: str
    state: str = "accepted"
