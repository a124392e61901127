"""Lines of the bureau's official tables: drafted, put in force, replaced, withdrawn; and of what they set."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("table.drafted", "责任表起草", moves=True)
class TableDrafted(Fact):
    """A version of an official table was drawn up. It changes nothing yet."""

    table: str
    rows: int
    state: str = "draft"


@kind("table.redrafted", "责任表草稿修改", moves=True)
class TableRedrafted(Fact):
    """A row of a draft was changed, or its number or date."""

    table: str
    rows: int
    state: str = "draft"


@kind("table.enacted", "责任表生效", moves=True)
class TableEnacted(Fact):
    """A version was put in force from a day; `begun` and `ended` count what it changed against the day before."""

    table: str
    from_day: str
    rows: int
    begun: int
    ended: int
    state: str = "in_force"


@kind("table.replaced", "责任表被替代", moves=True)
class TableReplaced(Fact):
    """A version gave way to a newer one."""

    table: str
    until_day: str
    state: str = "replaced"


@kind("table.withdrawn", "责任表撤回", moves=True)
class TableWithdrawn(Fact):
    """A draft was withdrawn; it never was in force."""

    table: str
    state: str = "withdrawn"


@kind("table.amended", "责任表改行")
class TableAmended(Fact):
    """One row of what is in force was changed from a day on; `begun` and `ended` count what changed."""

    table: str
    from_day: str
    begun: int
    ended: int


@kind("duty.confirmed", "责任确认")
class DutyConfirmed(Fact):
    """Somebody confirmed that the one who was put first provisionally is the primary person or unit."""

    thing: str
    role: str
    person: str


@kind("task.begun", "任务明确", moves=True)
class TaskBegun(Fact):
    """A task stands in force from a day on: who leads it, which offices and squads answer, by when."""

    number: str
    leader: str
    offices: list[str]
    squads: list[str]
    due_on: str
    from_day: str
    version: str
    state: str = "open"


@kind("task.ended", "任务调整", moves=True)
class TaskEnded(Fact):
    """A task no longer stands as it did from a day on: it was written anew, or fell away."""

    until_day: str
    state: str = "ended"


@kind("checklist.set", "标准条件生效", moves=True)
class ChecklistSet(Fact):
    """The conditions of a type of site stand in force from a day on."""

    type_code: str
    items: int
    key_items: int
    from_day: str
    version: str
    state: str = "in_force"


@kind("checklist.ended", "标准条件调整", moves=True)
class ChecklistEnded(Fact):
    """The conditions of a type of site gave way to others from a day on."""

    type_code: str
    until_day: str
    state: str = "ended"
