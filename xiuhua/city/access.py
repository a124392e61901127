"""Who may do what. One table, one predicate: doors ask, actions refuse."""

from __future__ import annotations

from xiuhua.city.models import Role
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

_DESK = frozenset({Role.DISPATCHER, Role.ACCEPTOR, Role.ADMINISTRATOR})
STREET = frozenset({Role.OFFICER, Role.ASSISTANT, Role.SQUAD_LEADER})
_INSIDE = _DESK | STREET | {Role.LEADER, Role.OFFICE, Role.LEGAL}
_ALL = _INSIDE | {Role.INSPECTOR, Role.MACHINE}

VERBS: dict[str, frozenset[str]] = {
    "see_desk": _INSIDE | {Role.INSPECTOR},
    "see_ledger": _INSIDE,
    "report_case": _ALL,
    "accept_case": _DESK,
    "refuse_case": _DESK,
    "reply_case": _DESK | {Role.OFFICE, Role.LEADER},
    "draft_reply": _DESK | STREET | {Role.OFFICE},
    "approve_reply": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.LEADER}),
    "file_case": _DESK,
    "dispatch_case": _DESK | {Role.SQUAD_LEADER},
    "suspend_case": _DESK,
    "ask_extension": STREET,
    "decide_extension": _DESK | {Role.LEADER},
    "appeal_case": STREET,
    "decide_appeal": _DESK | {Role.LEADER},
    "return_case": _DESK | STREET,
    "handle_case": STREET,
    "check_case": _DESK | STREET | {Role.INSPECTOR, Role.OFFICE},
    "close_case": _DESK,
    "force_close_case": frozenset({Role.LEADER}),
    "hand_over_case": _DESK | {Role.SQUAD_LEADER},
    "reopen_case": _DESK | {Role.LEADER},
    "release_photos": _DESK,
    "adopt_case": frozenset({Role.MACHINE, Role.ADMINISTRATOR}),
    "record_count": STREET,
    "see_plates": _DESK | {Role.OFFICER, Role.SQUAD_LEADER, Role.LEGAL, Role.LEADER},
    "issue_slip": frozenset({Role.OFFICER, Role.SQUAD_LEADER, Role.ASSISTANT}),
    "decide_penalty": frozenset({Role.LEADER, Role.LEGAL, Role.SQUAD_LEADER, Role.OFFICER}),
    "preserve_item": frozenset({Role.OFFICER, Role.SQUAD_LEADER}),
    "remove_sign": frozenset({Role.OFFICER, Role.SQUAD_LEADER}),
    "hold_operation": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.LEADER}),
    "print_letters": frozenset({Role.OFFICE, Role.LEADER}),
    "deliver_letter": STREET,
    "build_facility": frozenset({Role.OFFICE, Role.SQUAD_LEADER, Role.OFFICER, Role.ADMINISTRATOR}),
    "run_campaign": frozenset({Role.LEADER, Role.OFFICE, Role.ADMINISTRATOR}),
    "open_figure": frozenset({Role.LEADER, Role.OFFICE, Role.ADMINISTRATOR}),
    "void_line": frozenset({Role.LEADER, Role.OFFICE, Role.ADMINISTRATOR}),
    "publish_brief": frozenset({Role.LEADER, Role.OFFICE, Role.ADMINISTRATOR, Role.DISPATCHER}),
    "take_instruction": _DESK | {Role.LEADER, Role.OFFICE},
    "strike_instruction": frozenset({Role.LEADER, Role.OFFICE}),
    "supervise": frozenset({Role.LEADER, Role.DISPATCHER, Role.ADMINISTRATOR}),
    "keep_places": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "set_duties": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR, Role.SQUAD_LEADER}),
    "propose_districts": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "set_posting": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.DISPATCHER, Role.ADMINISTRATOR}),
    "set_roster": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.ADMINISTRATOR}),
    "ask_leave": _INSIDE,
    "decide_leave": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "check_in": STREET,
    "check_clearing": STREET | {Role.DISPATCHER, Role.OFFICE, Role.ADMINISTRATOR},
    "call_roll": frozenset({Role.SQUAD_LEADER}),
    "declare_weather": frozenset({Role.DISPATCHER, Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "see_phone": _DESK | {Role.LEADER, Role.OFFICE, Role.SQUAD_LEADER},
    "rotate": frozenset({Role.SQUAD_LEADER, Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "set_tables": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "set_tasks": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "set_checklists": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "import_table": _DESK | {Role.OFFICE, Role.LEADER},
    "set_standards": frozenset({Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}),
    "administer": frozenset({Role.ADMINISTRATOR}),
}


def may(by: By, verb: str, *, unit: str = "") -> bool:
    """Whether somebody may do something; a squad leader only within the own unit when `unit` is given."""
    allowed = by.roles & VERBS[verb]
    if not allowed:
        return False
    if unit and allowed <= {Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT}:
        return unit.startswith(by.unit)
    return True


def must(by: By, verb: str, *, unit: str = "") -> None:
    """Refuse unless they may, and say whose task it is."""
    if may(by, verb, unit=unit):
        return
    who = "、".join(str(Role(role).label) for role in sorted(VERBS[verb]))
    raise Refused("access.role", "您现在的岗位不能做这一步；可以做的岗位：{who}。", verb=verb, who=who)
