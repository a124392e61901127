"""Lines of enforcement."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("slip.issued", "违停警告单", sums=True)
class SlipIssued(Fact):
    """A warning slip was put on a vehicle. No plate is in the line: the slip's row has it."""

    slip_kind: str
    situation: str
    repeat: int = 0


@kind("penalty.decided", "处罚决定", sums=True)
class PenaltyDecided(Fact):
    """A penalty was decided. The amount is in the row and never in a score (行政处罚法 第七十四条)."""

    procedure: str
    matter: str


@kind("item.preserved", "证据登记保存", sums=True)
class ItemPreserved(Fact):
    """Things were registered and kept as evidence (行政处罚法 第五十六条); the term ends on `due_on`."""

    category: str
    due_on: str


@kind("item.settled", "证据处理")
class ItemSettled(Fact):
    """Something was decided about things kept as evidence: given back, appraised, sealed or forfeited."""

    outcome: str
    late: bool


@kind("sign.removed", "拆除广告牌", sums=True)
class SignRemoved(Fact):
    """Old, broken or unlawful advertising signs were taken down."""

    sign_kind: str
    reason: str
