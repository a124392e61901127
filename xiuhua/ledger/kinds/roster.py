"""Lines of rosters, leave, postings and presence. Who is ill, and where somebody stood, is in no line."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("posting.set", "今日派班")
class PostingSet(Fact):
    """A unit's posting of a day was set: how many are due, present and away, and under which plan."""

    on: str
    due: int
    present: int
    leave: int = 0
    lent: int = 0
    rest: int = 0
    plan: str = ""


@kind("weather.declared", "天气预案")
class WeatherDeclared(Fact):
    """The centre declared what the weather is for a day: which posting plan counts, and whether outdoor rounds are excused."""

    on: str
    weather: str
    excuses: bool


@kind("fixed_post.opened", "设定点岗", moves=True)
class FixedPostOpened(Fact):
    """A place is manned at fixed hours from now on."""

    thing: str
    hours: str
    weekdays: str
    needs: int
    state: str = "open"


@kind("fixed_post.closed", "撤定点岗", moves=True)
class FixedPostClosed(Fact):
    """A fixed post is no longer manned."""

    state: str = "closed"


@kind("shift.named", "班次设定")
class ShiftNamed(Fact):
    """A kind of shift has these hours from now on; a rest has none."""

    hours: str


@kind("pattern.set", "排班规律")
class PatternSet(Fact):
    """A squad's cycle of shifts was set."""

    cycle: list[str]
    people: int


@kind("roster.set", "排班")
class RosterSet(Fact):
    """Cells of a squad's roster were set: how many, for how many people, between which days (both inclusive)."""

    from_day: str
    to_day: str
    cells: int
    people: int


@kind("leave.asked", "请假申请", moves=True)
class LeaveAsked(Fact):
    """Somebody asked for leave on the days `[from_day, to_day)`. What sort of leave it is, is personal and in no line."""

    person: str
    from_day: str
    to_day: str
    state: str = "asked"


@kind("leave.decided", "请假审批", moves=True)
class LeaveDecided(Fact):
    """A leader approved a leave or not, or the person took the request back."""

    person: str
    state: str


@kind("substitution.begun", "代班")
class SubstitutionBegun(Fact):
    """Somebody stands in for a person on the days `[from_day, to_day)`."""

    person: str
    substitute: str
    from_day: str
    to_day: str


@kind("substitution.ended", "代班结束")
class SubstitutionEnded(Fact):
    """Nobody stands in any more, from this day on."""

    person: str
    substitute: str
    on: str


@kind("swap.asked", "换班申请", moves=True)
class SwapAsked(Fact):
    """Two persons of a squad want to change shifts."""

    person: str
    day: str
    other: str
    other_day: str
    state: str = "asked"


@kind("swap.decided", "换班审批", moves=True)
class SwapDecided(Fact):
    """The squad leader approved a change of shifts or not, or it was taken back."""

    state: str


@kind("attendance.told", "签到")
class AttendanceTold(Fact):
    """Somebody checked in or out on the spot. `near` is yes, no, or empty where the post is not known; minutes late."""

    turn: str
    shift: str
    late_min: int
    near: str


@kind("roll.called", "点名")
class RollCalled(Fact):
    """A squad leader called the roll."""

    due: int
    here: int
    late: int
    leave: int
    missing: int


@kind("phone.shown", "查看电话")
class PhoneShown(Fact):
    """Somebody looked at a person's full phone number. The number is in no line."""


@kind("person.registered", "人员登记")
class PersonRegistered(Fact):
    """What the bureau keeps of a person was written or put right: which fields, not what stands in them."""

    fields: list[str]
    batch: str = ""


@kind("rotation.drawn", "拟交接单", moves=True)
class RotationDrawn(Fact):
    """Somebody leaves a post on a day: what they hold was collected, so many items."""

    person: str
    post: str
    on: str
    items: int
    state: str = "drawn"


@kind("rotation.settled", "定接收人", moves=True)
class RotationSettled(Fact):
    """Who takes over which items was settled: how many have a holder now."""

    items: int
    held: int
    state: str = "drawn"


@kind("rotation.signed", "交接签字", moves=True)
class RotationSigned(Fact):
    """Somebody signed the hand-over: with the own sign-in, or in ink on the printed paper."""

    person: str
    ink: bool
    state: str


@kind("rotation.done", "交接完成", moves=True)
class RotationDone(Fact):
    """The hand-over is done: cases and duties have their new holders, the post ends on the day."""

    state: str = "done"


@kind("rotation.dropped", "作废交接单", moves=True)
class RotationDropped(Fact):
    """The hand-over was not wanted after all; nothing moved."""

    state: str = "dropped"


@kind("channel.added", "添加通知方式")
class ChannelAdded(Fact):
    """Notices reach a person by this way from now on. The address is in no line."""

    way: str


@kind("channel.ended", "删除通知方式")
class ChannelEnded(Fact):
    """Notices no longer reach a person by this way."""

    way: str
