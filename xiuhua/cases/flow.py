"""The loop of a case as one table: which step leads from where to where. `docs/case-loop.md` is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from xiuhua.kit.refusals import Refused
from xiuhua.ledger.dictionary import Fact
from xiuhua.ledger.kinds import case as kinds

STATES: dict[str, str] = {
    "reported": "待受理",
    "accepted": "待立案",
    "filed": "待派遣",
    "dispatched": "处置中",
    "handled": "待核查",
    "checked": "待结案",
    "closed": "已结案",
    "refused": "不予受理",
}
OPEN = ("reported", "accepted", "filed", "dispatched", "handled", "checked")
ON_THE_CLOCK = ("filed", "dispatched")
"""States in which the limit runs: once handled, a case is not late for waiting for its check."""
STAGES: dict[str, tuple[str, str]] = {
    "reported": ("accept", "受理"),
    "accepted": ("file", "立案"),
    "filed": ("dispatch", "派遣"),
    "dispatched": ("handle", "处置"),
    "handled": ("check", "核查"),
    "checked": ("close", "结案"),
}
"""What is due while a case stands in a state: the stage, and how people call it."""
STITCHES = ("上报", "受理", "立案", "派遣", "处置", "核查", "结案")
DONE_STITCHES = {
    "reported": 1, "accepted": 2, "filed": 3, "dispatched": 4, "handled": 5, "checked": 6, "closed": 7, "refused": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Move:
    """One step: what it is called, from which states it starts, where it ends, and what it needs.

    `own_unit`: people of the street take it only with cases of their own unit. `with_report`: it is taken together with
    something else (the report, a receipt), so nobody finds a case waiting for it.
    """

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str
    kind: type[Fact]
    may: str
    reason: bool = False
    own_unit: bool = False
    with_report: bool = False


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        Move("accept", "受理", ("reported",), "accepted", kinds.CaseAccepted, "accept_case"),
        Move("refuse", "不予受理", ("reported", "accepted"), "refused", kinds.CaseRefused, "refuse_case", True),
        Move("merge", "并案", ("reported", "accepted"), "refused", kinds.CaseMerged, "refuse_case"),
        Move("file", "立案", ("accepted",), "filed", kinds.CaseFiled, "file_case"),
        Move("unfile", "退回受理", ("filed",), "accepted", kinds.CaseReturned, "dispatch_case", True, True),
        Move("dispatch", "派遣", ("filed",), "dispatched", kinds.CaseDispatched, "dispatch_case"),
        Move("return", "退回派遣", ("dispatched",), "filed", kinds.CaseReturned, "return_case", True, True),
        Move("handle", "处置", ("dispatched",), "handled", kinds.CaseHandled, "handle_case", own_unit=True),
        Move("spot", "自行处置", ("reported",), "handled", kinds.CaseHandled, "handle_case", with_report=True),
        Move("rework", "返工", ("handled",), "dispatched", kinds.CaseReworkOrdered, "check_case", True),
        Move("check", "核查通过", ("handled",), "checked", kinds.CaseChecked, "check_case"),
        Move("close", "结案", ("checked",), "closed", kinds.CaseClosed, "close_case"),
        Move(
            "force_close",
            "强制结案",
            ("filed", "dispatched", "handled"),
            "closed",
            kinds.CaseForceClosed,
            "force_close_case",
            True,
        ),
        Move(
            "transfer",
            "移交办结",
            ("filed", "dispatched"),
            "closed",
            kinds.CaseTransferred,
            "hand_over_case",
            with_report=True,
        ),
        Move("reopen", "重新打开", ("closed", "refused"), "accepted", kinds.CaseReopened, "reopen_case", True),
    )
}

REASONS: dict[str, dict[str, str]] = {
    "refuse": {
        "not_ours": "不属于本局职责",
        "not_found": "现场未发现",
        "no_place": "位置不清，无法核实",
        "permitted": "在允许的地点和时段内",
        "repeated": "与已有案件重复",
        "withdrawn": "来源方已收回",
    },
    "unfile": {"wrong_matter": "类别或标准选错", "not_ours": "不属于本局职责"},
    "return": {
        "not_ours": "不是本单位责任",
        "wrong_place": "位置有误",
        "cannot_reach": "暂时无法处置",
        "wrong_person": "派错人员",
    },
    "rework": {
        "not_done": "问题仍在",
        "half_done": "只处理了一部分",
        "photo_unclear": "照片看不清",
        "wrong_place": "照片不是原地点",
    },
    "reopen": {
        "came_back": "问题反复",
        "not_content": "反映人不满意",
        "closed_wrongly": "结案有误",
        "refused_wrongly": "不受理有误",
    },
    "suspend": {
        "dig": "等道路或管线施工",
        "weather": "天气原因",
        "owner": "等权属单位或当事人",
        "money": "等经费或物资",
        "season": "要到季节才能处置",
    },
    "extend": {
        "hard": "情况复杂，时限内办不完",
        "others": "要别的单位配合",
        "weather": "天气原因",
        "owner": "当事人联系不上",
    },
    "force_close": {
        "cannot": "客观上无法处置",
        "long_ago": "历史遗留，另案解决",
        "rebuilt": "现场已改建或拆除",
        "ordered": "上级要求",
    },
    "hand_over": {
        "offence": "要立案查处",
        "crime": "涉嫌犯罪或妨害治安",
        "not_ours": "属于其他部门职责",
        "together": "要其他部门处理后再办",
    },
    "shorten": {
        "safety": "影响安全",
        "promised": "已答应来源方更早办结",
        "event": "保障重要活动",
        "ordered": "领导要求",
    },
    "appeal": {
        "weather": "天气原因",
        "wrongly_sent": "派遣有误",
        "others": "要别的单位先处理",
        "owner": "当事人不配合",
        "system": "系统或设备故障",
    },
    "order_return": {
        "not_ours": "不属于本局职责",
        "not_here": "不在本辖区",
        "repeated": "与已有工单重复",
        "no_place": "地点不清，联系不上来电人",
    },
    "order_extend": {
        "hard": "情况复杂，时限内办不完",
        "others": "要别的单位配合",
        "weather": "天气原因",
        "procedure": "正在走法定程序",
    },
    "rate": {
        "not_solved": "问题还在",
        "came_back": "好了又犯",
        "slow": "处理太慢",
        "attitude": "态度不好",
        "other": "其他",
    },
}
STILL_THERE = ("not_solved", "came_back")
"""Why a reporter is not content when there is still something to put right: the case is taken up again."""


def move(verb: str, state: str) -> Move:
    """The step of that name from that state; refused with what can be done from there instead."""
    found = MOVES[verb]
    if state not in found.sources:
        options = "、".join(one.label for one in moves_from(state)) or "没有下一步"
        raise Refused(
            "case.flow",
            "案件现在是“{states}”，不能{found_label}；可以做的是：{options}。页面可能已过时，请刷新后再试。",
            state=state,
            verb=verb,
            states=STATES[state],
            found_label=found.label,
            options=options,
        )
    return found


def moves_from(state: str) -> list[Move]:
    """The steps that may follow a state, for a case that stands in it."""
    return [one for one in MOVES.values() if state in one.sources and not one.with_report]


def reason_words(verb: str, reason: str) -> str:
    """The words of a reason's code; refused when the step needs one and it is not in the list."""
    known = REASONS[verb]
    if reason not in known:
        raise Refused("case.reason", "请选择原因：{listed}。", field="reason", listed="、".join(known.values()))
    return known[reason]


def drawn() -> str:
    """The table as a Mermaid drawing."""
    rows = ["stateDiagram-v2", "    [*] --> reported: 上报"]
    rows += [f"    {state}: {label}" for state, label in STATES.items()]
    rows += [f"    {source} --> {one.target}: {one.label}" for one in MOVES.values() for source in one.sources]
    rows += ["    closed --> [*]"]
    return "\n".join(rows)
