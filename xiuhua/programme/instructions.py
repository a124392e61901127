"""批示: taken down from the paper, split into cases and tasks, answered on one page, read by the leader, struck off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from xiuhua.cases.models import Case
from xiuhua.city.access import may, must
from xiuhua.city.models import Unit
from xiuhua.kit.models import StoredFile
from xiuhua.kit.numbering import take_many
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, By, action, bureau_day
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Instruction, InstructionPart

State = Instruction.State
LONGEST = 2000
LONGEST_FEEDBACK = 500
LINES, ACROSS = 20, 30
"""What fits on one page of an official paper beside its head: so many lines of so many characters."""


def _of(line: Line) -> Instruction:
    return Instruction.objects.get(code=line.about.partition(":")[2])


def _locked(instruction: Instruction) -> Instruction:
    return Instruction.objects.select_for_update().get(pk=instruction.pk)


def _record(act: Act, instruction: Instruction, fact: object, *, for_unit: str = "") -> None:
    act.record(fact, about=f"instruction:{instruction.code}", for_unit=for_unit)  # type: ignore[arg-type]


@action(answer=lambda line: Instruction.objects.get(code=line.key.hex))
def take_instruction(
    act: Act, *, leader: str, given_on: dt.date, words: str, due_on: dt.date, scan: str = ""
) -> Instruction:
    """An instruction is taken down as the paper says: who, when, which words, by when; with its scan or screenshot."""
    must(act.by, "take_instruction")
    leader, words = " ".join(leader.split()), words.strip()
    if not leader or len(leader) > 40:
        raise Refused("instruction.leader", "请写是哪位领导批的，40 字以内。", field="leader")
    if not words or len(words) > LONGEST:
        raise Refused("instruction.words", "请照抄批示的话，{most} 字以内。", field="words", most=LONGEST)
    if given_on > bureau_day(act.at):
        raise Refused("instruction.given", "批示日期还没有到，请核对。", field="given_on")
    if due_on < given_on:
        raise Refused("instruction.due", "办理期限不能早于批示日期。", field="due_on")
    if scan and not StoredFile.objects.filter(digest=scan).exists():
        raise Refused("instruction.scan", "扫描件没有传完整，请重新选择。", field="scan")
    series = f"P{bureau_day(act.at):%Y}"
    number = f"{series}-{take_many({f'instruction:{series}': 1})[f'instruction:{series}']:03d}"
    made = Instruction.objects.create(
        code=act.key.hex, number=number, leader=leader, given_on=given_on, words=words, due_on=due_on, scan=scan,
        taken_by=act.by.code, taken_at=act.at,
    )  # fmt: skip
    _record(act, made, kinds.InstructionTaken(state=made.state, due_on=due_on.isoformat()))
    return made


@action(answer=_of)
def split_instruction(
    act: Act, *, instruction: Instruction, case: str = "", unit: Unit | None = None, words: str = ""
) -> Instruction:
    """A part is given out: a case by its number, or a task of a unit in words."""
    must(act.by, "take_instruction")
    instruction = _locked(instruction)
    _still(instruction, State.OPEN)
    case, words = case.strip(), words.strip()
    if case:
        if not Case.objects.filter(number=case).exists():
            raise Refused("instruction.case", "没有编号是 {case} 的案件，请核对。", field="case", case=case[:24])
        if instruction.parts.filter(case=case).exists():
            raise Refused("instruction.twice", "这件案件已经在这份批示下了。", field="case")
        InstructionPart.objects.create(instruction=instruction, case=case)
    else:
        if unit is None or not words or len(words) > 200:
            raise Refused("instruction.task", "请选承办单位，并写明要做什么（200 字以内）。", field="words")
        InstructionPart.objects.create(instruction=instruction, unit=unit, words=words)
    _record(act, instruction, kinds.InstructionSplit(case=case, unit=unit.path if unit and not case else ""))
    return instruction


@action(answer=_of)
def finish_task(act: Act, *, part: InstructionPart, words: str) -> Instruction:
    """The unit of a task, or the desk for it, tells what was done."""
    instruction = _locked(part.instruction)
    part = InstructionPart.objects.select_for_update(of=("self",)).select_related("unit").get(pk=part.pk)
    if part.unit is None:
        raise Refused("instruction.not_task", "案件按案件流程办，不用在这里办结。")
    if not may_finish(act.by, part):
        raise Refused("access.role", "这项任务由{unit}或登记批示的人办结。", unit=part.unit.name)
    if part.done_at is not None:
        raise Refused("instruction.task_done", "这项任务已经办结了。")
    if not words.strip() or len(words) > 300:
        raise Refused("instruction.done_words", "请写办理情况，300 字以内。", field="words")
    part.done_at, part.done_words = act.at, words.strip()
    part.save(update_fields=["done_at", "done_words"])
    _record(act, instruction, kinds.InstructionTaskDone(part=part.pk), for_unit=part.unit.path)
    return instruction


def may_finish(by: By, part: InstructionPart) -> bool:
    """Whether somebody works for the unit of a task, or keeps the instructions."""
    own = part.unit is not None and bool(by.unit) and by.unit.startswith(part.unit.path)
    return own or may(by, "take_instruction")


@action(answer=_of)
def report_back(act: Act, *, instruction: Instruction, feedback: str) -> Instruction:
    """What was done is written up, short enough for one page, once every part is done."""
    must(act.by, "take_instruction")
    instruction = _locked(instruction)
    _still(instruction, State.OPEN)
    feedback = feedback.strip()
    if not feedback or len(feedback) > LONGEST_FEEDBACK or _lines(feedback) > LINES:
        raise Refused(
            "instruction.feedback", "请写办理情况，{most} 字、{lines} 行以内，一页纸印得下。", field="feedback",
            most=LONGEST_FEEDBACK, lines=LINES,
        )  # fmt: skip
    waiting = [str(one.words) for one in parts_of(instruction) if not one.done]
    if waiting:
        raise Refused("instruction.waiting", "还有 {n} 项没有办结：{first}。", n=len(waiting), first=waiting[0])
    instruction.feedback, instruction.state, instruction.reported_at = feedback, State.REPORTED, act.at
    instruction.save(update_fields=["feedback", "state", "reported_at"])
    _record(act, instruction, kinds.InstructionReported(state=instruction.state))
    return instruction


@action(answer=_of)
def read_back(act: Act, *, instruction: Instruction, words: str = "", again: bool = False) -> Instruction:
    """圈阅: the feedback came back from the leader, with words or without; `again` when there is more to do."""
    must(act.by, "take_instruction")
    instruction = _locked(instruction)
    _still(instruction, State.REPORTED)
    if again and not words.strip():
        raise Refused("instruction.again", "请写领导的新要求。", field="words")
    instruction.state = State.OPEN if again else State.READ
    instruction.read_words = words.strip()[:LONGEST]
    instruction.save(update_fields=["state", "read_words"])
    _record(act, instruction, kinds.InstructionRead(state=instruction.state, again=again))
    return instruction


@action(answer=_of)
def strike_off(act: Act, *, instruction: Instruction) -> Instruction:
    """销号, once the leader has read the feedback. Late is when that was after its day."""
    must(act.by, "strike_instruction")
    instruction = _locked(instruction)
    _still(instruction, State.READ)
    instruction.state, instruction.struck_at = State.STRUCK, act.at
    instruction.save(update_fields=["state", "struck_at"])
    late = instruction.reported_at is not None and bureau_day(instruction.reported_at) > instruction.due_on
    _record(act, instruction, kinds.InstructionStruck(state=instruction.state, late=late))
    return instruction


def _lines(text: str) -> int:
    """Lines of an official paper: each paragraph begins two characters in."""
    return sum(-(-(len(one.strip()) + 2) // ACROSS) for one in text.splitlines() if one.strip())


def _still(instruction: Instruction, state: State) -> None:
    if instruction.state != state:
        raise Refused(
            "instruction.state", "这份批示现在是“{state}”，不能做这一步。", state=instruction.get_state_display()
        )


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class Part:
    """A part as pages and papers show it."""

    part: InstructionPart
    case: Case | None
    words: str
    who: str
    done: bool
    told: str


def parts_of(instruction: Instruction) -> list[Part]:
    """The parts with how far each is; a case is done when it is closed or refused."""
    parts = list(instruction.parts.select_related("unit"))
    cases = {case.number: case for case in Case.objects.filter(number__in=[one.case for one in parts if one.case])}
    units = dict(Unit.objects.filter(path__in={case.for_unit for case in cases.values()}).values_list("path", "name"))
    found = []
    for one in parts:
        case = cases.get(one.case)
        if case is not None:
            found.append(
                Part(
                    one,
                    case,
                    f"{case.number} {case.title}",
                    units.get(case.for_unit, ""),
                    not case.is_open,
                    case.state_label,
                )
            )
        else:
            name = one.unit.name if one.unit else ""
            found.append(Part(one, None, one.words, name, one.done_at is not None, one.done_words))
    return found


def open_instructions() -> Sequence[Instruction]:
    """Those that are not struck off, the first due first."""
    return list(Instruction.objects.exclude(state=State.STRUCK).order_by("due_on", "id"))


def instruction_of(code: str) -> Instruction:
    """The instruction of a code."""
    found = Instruction.objects.filter(code=code).first()
    if found is None:
        raise Absent("instruction.absent", "没有这份批示。")
    return found


def feedback_words(instruction: Instruction) -> str:
    """What the feedback can begin with: each part and what came of it."""
    told = [
        f"{n}．{one.words}：{one.told or ('已办结' if one.done else '正在办理')}"
        for n, one in enumerate(parts_of(instruction), start=1)
    ]
    return "\n".join([f"接到{instruction.leader}批示后，我局立即组织办理，现将情况报告如下：", *told])[
        :LONGEST_FEEDBACK
    ]


def of_case(number: str) -> list[Instruction]:
    """The instructions that a case belongs to."""
    return list(Instruction.objects.filter(Q(parts__case=number)).distinct())
