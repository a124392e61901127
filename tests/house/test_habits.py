"""Habits that imports cannot show: doors do not write, actions leave lines, nobody but the edge looks at the clock."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator

import pytest

from tests.house.source import BELOW_DOORS, ROOMS, called, calls, modules, writes
from xiuhua.ledger.dictionary import KINDS

NOT_ACTIONS = {
    "xiuhua.cases.bulk.step_cases": "takes a step, an action, with each of many cases",
    "xiuhua.cases.orders.keep_order": "the order of a new case, inside the act that takes it in",
    "xiuhua.cases.clocks.record_deadline": "the second line of a step that moves the clock",
    "xiuhua.cases.counts.count_for_case": "the second line of handling a case",
    "xiuhua.cases.counts.named_count": "looks for the count that a handling names",
    "xiuhua.cases.stepping.step": "what all steps of a case begin with",
    "xiuhua.cases.stepping.not_the_fixer": "a rule that two steps share",
    "xiuhua.cases.stepping.keep_photos": "the photos of a step",
    "xiuhua.cases.acknowledging.tell_errand": "the notices of a step that sends somebody",
    "xiuhua.cases.recalled.remember": "keeps how a case stood before a step",
    "xiuhua.cases.stepping.record": "what all steps of a case end with",
    "xiuhua.city.duty_wants.set_wants": "what putting a table of duties in force comes down to",
    "xiuhua.city.official_tables.undo_draft": "finds the draft of a batch and calls the action `withdraw_table`",
    "xiuhua.city.segment_duties.enact": "how the action `enact_table` makes this table hold",
    "xiuhua.city.squad_duties.enact": "how the action `enact_table` makes this table hold",
    "xiuhua.programme.task_table.enact": "how the action `enact_table` makes this table hold",
    "xiuhua.rounds.checklist_table.enact": "how the action `enact_table` makes this table hold",
    "xiuhua.city.duty_moves.hand_on": "the duties of a segment that is divided, joined or put back",
    "xiuhua.city.importing.import_roads": "reads the file and calls the action `register_network`",
    "xiuhua.city.place_import.import_places": "reads the file and calls the action `register_places`",
}
"""Functions that take an act and are no action, each with the reason: they run inside one."""

WRITERS = {
    "xiuhua.cases.standards.seed_standards": "rows that come with the program",
    "xiuhua.enforcement.law.seed_law": "rows that come with the program",
    "xiuhua.city.place_register.seed_site_types": "rows that come with the program",
    "xiuhua.cases.presence.look": "who has a case open, forgotten after a minute: looking is no act",
    "xiuhua.cases.replying.owe": "what new cases are promised, inside the intake",
    "xiuhua.city.notices.write_notices": "notices of an act, written inside it",
    "xiuhua.city.notices.drop_notices": "notices of an act that is taken back, inside the taking back",
    "xiuhua.city.notices.send_notices": "marks what left the house; the act it tells of has its line",
    "xiuhua.city.stamps.lay_stamps": "makes the triggers that note when a register changed, after every migration",
    "xiuhua.cases.word_index.lay_word_index": "makes the index of words and its triggers, after every migration",
    "xiuhua.city.stamps.stamps": "reads, by a statement of its own",
    "xiuhua.campaigns.queries.campaigns_begun": "reads, by a statement of its own",
}
"""Public functions of rooms that write and are no action, each with the reason."""

CLOCKS = {
    "xiuhua/ledger/act.py": "refuses what has not happened yet by the office's clock",
    "xiuhua/cases/intake.py": "says when a batch was recorded",
    "xiuhua/kit/files.py": "a file that is kept outside an act",
}
"""The only files below the doors that look at the clock."""


# ---------------------------------------------------------------- doors


@pytest.mark.parametrize("module", modules("doors"), ids=lambda module: module.name)
def test_doors_never_write_to_the_database_themselves(module) -> None:
    assert writes(module.tree) == []


def test_what_counts_as_writing() -> None:
    def found(text: str) -> int:
        return len(writes(ast.parse(text)))

    for text in ("row.save()", "row.save(update_fields=['a'])", "Case.objects.create(a=1)", "rows.update(state='x')",
                 "rows.delete()", "Case.objects.bulk_create(rows)", "cursor.execute('DELETE FROM x')",
                 "cursor.execute(sql)", "Case.objects.get_or_create(a=1)"):  # fmt: skip
        assert found(text) == 1, text
    for text in ("context.update({'a': 1})", "image.save(page, 'JPEG')", "cursor.execute('SELECT 1')", "hash.update(raw)",
                 "open_case(act, report=report)"):  # fmt: skip
        assert found(text) == 0, text


# ---------------------------------------------------------------- actions


def _takes_an_act(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return bool(arguments) and arguments[0].arg == "act"


def _public_functions_with_an_act() -> Iterator[tuple[str, object]]:
    for module in modules("ledger", *ROOMS):
        for function in module.functions():
            if _takes_an_act(function) and not function.name.startswith("_"):
                yield (
                    f"{module.dotted}.{function.name}",
                    getattr(importlib.import_module(module.dotted), function.name),
                )


def test_every_public_function_that_takes_an_act_is_an_action_or_is_listed_with_the_reason() -> None:
    plain = {name for name, function in _public_functions_with_an_act() if not getattr(function, "is_action", False)}
    assert plain == set(NOT_ACTIONS)


def test_every_action_takes_what_it_is_told_by_name_and_says_what_it_means() -> None:
    for name, function in _public_functions_with_an_act():
        if name in NOT_ACTIONS:
            continue
        told = list(inspect.signature(function).parameters.values())
        assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in told[1:]), name
        assert inspect.getdoc(function), f"{name} says nothing of what it means on the street"


@pytest.mark.parametrize("module", modules(*ROOMS), ids=lambda module: module.name)
def test_in_a_room_only_actions_write(module) -> None:
    for function in module.functions():
        name = f"{module.dotted}.{function.name}"
        is_action = any("action" in ast.unparse(one) for one in function.decorator_list)
        inside = function.name.startswith("_") or name in NOT_ACTIONS or name in WRITERS
        marked = getattr(getattr(importlib.import_module(module.dotted), function.name), "is_action", False)
        if not (is_action or inside or marked):
            assert writes(function) == [], name


def _recording() -> set[str]:
    """Full names of functions that write a line, themselves or by a function that they call."""
    bodies: dict[str, set[str]] = {}
    for module in modules("ledger", *ROOMS):
        names = {one.name: f"{module.dotted}.{one.name}" for one in module.functions()}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom):
                names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        for function in module.functions():
            bodies[f"{module.dotted}.{function.name}"] = {_meant(call, names) for call in calls(function)}
    known = {"act.record", "xiuhua.ledger.act.record_all"}
    while more := {name for name, called_ones in bodies.items() if name not in known and called_ones & known}:
        known |= more
    return known


def _meant(call: ast.Call, names: dict[str, str]) -> str:
    """The full name of what is called: through an import, beside it, or `act.record` itself."""
    text = ast.unparse(call.func)
    first, _dot, rest = text.partition(".")
    return f"{names[first]}{'.' if rest else ''}{rest}" if first in names else text


def test_every_action_records_a_line_or_calls_what_does() -> None:
    recording = _recording()
    actions = [name for name, function in _public_functions_with_an_act() if getattr(function, "is_action", False)]
    assert len(actions) > 30
    assert [name for name in actions if name not in recording] == []


def test_the_demonstration_acts_and_never_writes_lines_or_rows_itself() -> None:
    for module in modules("config/demo"):
        for call in calls(module.tree):
            assert called(call) not in {"record", "record_all", "Line", "Link"}, f"{module.name}:{call.lineno}"
        # Sign-ins with a password that everybody may know are the demonstration's alone.
        assert [one for one in writes(module.tree) if "Account.objects.create" not in one] == [], module.name


# ---------------------------------------------------------------- lines and rows


def _told_in_folds() -> set[str]:
    """Every text in a fold: kinds and beginnings of kinds that it looks at."""
    folds = [module for module in modules(*ROOMS) if module.name.endswith("/fold.py")]
    return {
        node.value
        for module in folds
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_kind_that_moves_something_has_a_fold_that_knows_it() -> None:
    told = _told_in_folds()
    moving = [name for name, cls in KINDS.items() if cls.moves]
    assert [name for name in moving if name not in told and f"{name.partition('.')[0]}." not in told] == []


def test_every_kind_that_counts_something_has_a_fold_that_adds_it_up() -> None:
    told = _told_in_folds()
    assert [name for name, cls in KINDS.items() if cls.sums and name not in told] == []


# ---------------------------------------------------------------- the clock


def test_below_the_doors_time_is_told_and_nobody_looks_at_the_clock() -> None:
    looks = {"timezone.now", "datetime.now", "dt.datetime.now", "datetime.utcnow", "dt.date.today", "date.today",
             "time.time", "dt.datetime.today", "timezone.localtime", "timezone.localdate"}  # fmt: skip
    found = set()
    for module in modules(*BELOW_DOORS):
        for call in calls(module.tree):
            text = ast.unparse(call.func)
            # `localtime(moment)` shows a moment; without one it is the clock.
            if text in looks and not (text.startswith("timezone.local") and call.args):
                found.add(module.name)
    assert found == set(CLOCKS)
