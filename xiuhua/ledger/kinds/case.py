"""Lines of the case loop. Each carries the state after it."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("case.reported", "上报", moves=True)
class CaseReported(Fact):
    """Somebody reported a problem and it became a case."""

    state: str
    matter: str
    category: str


@kind("case.accepted", "受理", moves=True)
class CaseAccepted(Fact):
    """The centre took the report on."""

    state: str


@kind("case.refused", "不予受理", moves=True)
class CaseRefused(Fact):
    """The centre did not take the report on; the reason is a code."""

    state: str
    reason: str


@kind("case.filed", "立案", moves=True)
class CaseFiled(Fact):
    """The case was filed under a row of the filing standard, which sets its limit.

    `again` when it had been filed before and came back to be filed anew: a case is counted as filed once. `limit` is
    what this case has, which an `urgency` makes shorter than its row says.
    """

    state: str
    matter: str
    standard: str
    limit: str
    limit_kind: str
    again: bool = False
    urgency: str = ""


@kind("case.deadline_set", "时限")
class CaseDeadlineSet(Fact):
    """The deadline of a stage was set or moved. `due_at` is UTC; empty while the clock is paused."""

    stage: str
    due_at: str
    reason: str
    provisional: bool = False


@kind("case.dispatched", "派遣", moves=True)
class CaseDispatched(Fact):
    """The case went to the unit and person who put it right. `why` lists the codes of the reasons."""

    state: str
    to_unit: str
    to_person: str
    why: list[str]
    turn: int


@kind("case.seen", "已看")
class CaseSeen(Fact):
    """Whoever was sent opened the case for the first time since it went out."""

    turn: int


@kind("case.acknowledged", "接单")
class CaseAcknowledged(Fact):
    """Whoever was sent takes the errand on. `by_phone` when they said so on the phone and the desk wrote it down."""

    person: str
    by_phone: bool
    turn: int


@kind("case.handed_on", "移交案件", moves=True)
class CaseHandedOn(Fact):
    """The case stays with its unit and goes on with another person, because its officer leaves. Its limit runs on."""

    state: str
    to_person: str


@kind("case.merged", "并案", moves=True)
class CaseMerged(Fact):
    """The report tells the same problem as another case and goes on with that one; it counts as no case refused."""

    state: str
    into: str


@kind("case.recalled", "撤回", moves=True)
class CaseRecalled(Fact):
    """Somebody took back what they had just done, within seconds: the case stands as before, the line named does not count.

    `verb` is the step that was taken back, `state` the state that the case has again.
    """

    state: str
    verb: str


@kind("case.suspended", "挂账", moves=True)
class CaseSuspended(Fact):
    """What cannot be put right now waits until a day with its clock standing still; the reason is a code."""

    state: str
    reason: str
    until: str


@kind("case.resumed", "恢复计时", moves=True)
class CaseResumed(Fact):
    """A suspended case goes on: its day came, or somebody took it up before. Its clock goes on with what was left."""

    state: str
    on_its_day: bool


@kind("case.extension_asked", "申请延期")
class CaseExtensionAsked(Fact):
    """The unit asks for more time, in the kind of the case's limit; the reason is a code."""

    amount: str
    limit_kind: str
    reason: str


@kind("case.extension_decided", "延期审批")
class CaseExtensionDecided(Fact):
    """More time was granted or refused. A granted one is followed by the new deadline."""

    granted: bool
    amount: str


@kind("case.shortened", "缩短时限")
class CaseShortened(Fact):
    """A dispatcher gave the case less time than its row has, in the kind of its limit; the reason is a code."""

    limit: str
    limit_kind: str
    reason: str


@kind("case.alarmed", "超时预警")
class CaseAlarmed(Fact):
    """Somebody up the line was told that the limit runs out (level 1), has run out (2), or did so long ago (3)."""

    level: int
    told: list[str]


@kind("case.appealed", "申诉")
class CaseAppealed(Fact):
    """The unit asks that a case which was closed late does not count against it; the reason is a code."""

    reason: str


@kind("case.appeal_decided", "申诉审批")
class CaseAppealDecided(Fact):
    """One of two approvals of an appeal was given or refused. After the second the case is exempt; it stays late."""

    step: int
    granted: bool
    exempt: bool = False


@kind("stage.rule_set", "环节时限")
class StageRuleSet(Fact):
    """From this day on a stage of the loop has this limit; none is no limit."""

    limit: str
    limit_kind: str


@kind("case.returned", "退回", moves=True)
class CaseReturned(Fact):
    """The case came back a step; the reason is a code."""

    state: str
    reason: str


@kind("case.handled", "处置", moves=True)
class CaseHandled(Fact):
    """The problem was put right on the street. What was cleared is counted by a line of its own (`count.recorded`).

    `counted_by` names an earlier count that already tells the same act, so that nothing adds twice. `on_spot` when
    whoever found it put it right there and then (自行处置).
    """

    state: str
    way: str
    counted_by: str = ""
    photos: int = 0
    on_spot: bool = False


@kind("case.rework_ordered", "返工", moves=True)
class CaseReworkOrdered(Fact):
    """The check failed: the case goes back to who handled it."""

    state: str
    reason: str
    turn: int


@kind("case.checked", "核查", moves=True)
class CaseChecked(Fact):
    """Somebody else looked and found it right. `method` is `on_site` or `by_picture`."""

    state: str
    method: str


@kind("case.closed", "结案", moves=True)
class CaseClosed(Fact):
    """The case is right and done. `late` is a fact that no exemption erases."""

    state: str
    late: bool


@kind("case.force_closed", "强制结案", moves=True)
class CaseForceClosed(Fact):
    """A leader closed a case that was not checked, for a reason (a code). It is counted apart from what was closed."""

    state: str
    reason: str
    late: bool


@kind("case.handed_over", "移交", moves=True)
class CaseHandedOver(Fact):
    """The case was handed to enforcement, the police or a department, and waits for their receipt with its clock paused."""

    state: str
    sort: str
    to_unit: str
    reason: str


@kind("case.transferred", "移交办结", moves=True)
class CaseTransferred(Fact):
    """Whoever the case was handed to took it on, with a receipt of theirs: it is done here."""

    state: str
    sort: str


@kind("case.handover_rejected", "移交被退", moves=True)
class CaseHandoverRejected(Fact):
    """Whoever the case was handed to did not take it on: it goes on here, with what was left of its limit."""

    state: str
    sort: str


@kind("check.rule_set", "核查规则")
class CheckRuleSet(Fact):
    """So many in a hundred cases of a category and source are checked on the spot; empty is every one; -1 is no rule."""

    category: str
    source: str
    share: int


@kind("case.reopened", "重新打开", moves=True)
class CaseReopened(Fact):
    """A closed or refused case was taken up again under the same number."""

    state: str
    reason: str


@kind("case.adopted", "接续", moves=True)
class CaseAdopted(Fact):
    """The state of a case that another system kept was taken over as it stood there."""

    state: str
    state_there: str


@kind("case.rated", "评价")
class CaseRated(Fact):
    """The reporter said whether they are content: 3 content, 2 so-so, 1 not; why not is a code."""

    score: int
    reason: str = ""


@kind("photo.released", "照片公开")
class PhotoReleased(Fact):
    """Somebody looked at photos of a case, named by digest, and lets the public see them from now on."""

    photos: list[str]


@kind("photo.withdrawn", "照片撤回")
class PhotoWithdrawn(Fact):
    """Photos that were public are so no longer."""

    photos: list[str]


@kind("chat.taken", "收群报")
class ChatTaken(Fact):
    """What was copied from a chat group was taken in: so many photos, so many drafts."""

    photos: int
    drafts: int


@kind("chat.confirmed", "登记群报")
class ChatConfirmed(Fact):
    """A batch from a chat group became so many cases, each with a line of its own."""

    cases: int


@kind("chat.dropped", "丢弃群报")
class ChatDropped(Fact):
    """A batch from a chat group was thrown away before it became cases."""


@kind("chat.replied", "回群")
class ChatReplied(Fact):
    """A chat group was answered for so many cases of a batch, each with a line of its own."""

    cases: int


@kind("case.replied", "回复")
class CaseReplied(Fact):
    """Whoever told us of the case was answered; `late` when that was after the moment by which they were owed it."""

    late: bool


@kind("order.taken", "接热线工单")
class OrderTaken(Fact):
    """An order of the hotline was taken in beside its case, with its moments (UTC; empty where it named none)."""

    sign_due: str
    contact_due: str
    reply_due: str


@kind("order.signed", "签收工单")
class OrderSigned(Fact):
    """The order was signed for on the hotline's platform; `late` when that was after its moment."""

    late: bool


@kind("order.contacted", "首次联系")
class OrderContacted(Fact):
    """The caller was contacted for the first time; `late` when that was after its moment."""

    late: bool


@kind("order.asked", "申请退单或延期")
class OrderAsked(Fact):
    """We asked the hotline to take an order back (`return`) or for more time (`extend`); the reason is a code."""

    sort: str
    reason: str
    until: str = ""


@kind("order.settled", "退单或延期答复")
class OrderSettled(Fact):
    """The hotline granted or refused what we asked."""

    sort: str
    granted: bool


@kind("order.given_again", "重办工单")
class OrderGivenAgain(Fact):
    """The hotline gave an order back to be dealt with again, for the so-manieth time."""

    again: int


@kind("order.reply_drafted", "拟回复")
class OrderReplyDrafted(Fact):
    """A reply to the caller was drafted; its words are in no line."""

    length: int


@kind("order.reply_decided", "审批回复")
class OrderReplyDecided(Fact):
    """Somebody up the line approved the drafted reply, or gave it back."""

    approved: bool


@kind("orders.imported", "导入热线工单")
class OrdersImported(Fact):
    """A file of the hotline's orders came in; each became a case with a line of its own."""

    orders: int
    batch: str


@kind("orders.taken_back", "撤回工单导入")
class OrdersTakenBack(Fact):
    """A file of orders was taken back before anybody began with one of them."""

    orders: int
    batch: str


@kind("filter.saved", "存筛选")
class FilterSaved(Fact):
    """Somebody keeps the filters of a list under a name; `shared` with everybody of the desk."""

    page: str
    shared: bool


@kind("filter.dropped", "删筛选")
class FilterDropped(Fact):
    """Somebody no longer keeps the filters of a list."""

    page: str


@kind("caller.seen", "查看来电人电话")
class CallerSeen(Fact):
    """Who deals with the case looked at the caller's phone number."""


@kind("source.rule_set", "来源规则")
class SourceRuleSet(Fact):
    """From this day on a source has numbers with this prefix and is owed a reply within the limit; empty is neither."""

    prefix: str
    limit: str
    limit_kind: str


@kind("count.recorded", "快报", sums=True)
class CountRecorded(Fact):
    """So many of an item were dealt with on the street, told in seconds; `case` when it was done for a case."""

    photo: str = ""
    case: str = ""
