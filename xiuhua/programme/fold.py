"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from xiuhua.ledger.folding import Fold, last_states
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Brief, DistrictProposal, Instruction, OpeningFigure, Rotation, Supervision, Task


def rows() -> Iterator[str]:
    """Every opening figure, brief and supervision has the line under its key, with its quantity."""
    figures = dict(Line.objects.of_kind("figure.opened").values_list("key", "quantity"))
    kept = dict(OpeningFigure.objects.values_list("key", "quantity"))
    for key in figures.keys() | kept.keys():
        if figures.get(key) != kept.get(key):
            yield f"补录 {key}：表里 {kept.get(key, '没有')}，台账 {figures.get(key, '没有')}。"
    for label, model, kind in (("简报", Brief, "brief.published"), ("督办", Supervision, "supervision.ordered")):
        stray = set(model._default_manager.values_list("key", flat=True)) ^ set(
            Line.objects.of_kind(kind).values_list("key", flat=True)
        )
        yield from (f"{label} {key} 只在表或台账的一边。" for key in sorted(map(str, stray)))


def tasks() -> Iterator[str]:
    """Every task stands or has ended as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("task.").items()}
    rows = {code: "ended" if ended else "open" for code, ended in Task.objects.values_list("code", "ends_on")}
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"任务 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


def proposals() -> Iterator[str]:
    """Every proposal stands as its last line says; one that is being worked on still waits for its line."""
    lines = {about.partition(":")[2]: state for about, state in last_states("proposal.").items()}
    rows = dict(DistrictProposal.objects.values_list("code", "status"))
    for code in sorted(rows.keys() | lines.keys()):
        row = rows.get(code, "没有").replace(DistrictProposal.Status.RUNNING, DistrictProposal.Status.WAITING)
        if row != lines.get(code):
            yield f"划片方案 {code} 在表里是 {row}，台账是 {lines.get(code, '没有')}。"


def rotations() -> Iterator[str]:
    """Every hand-over stands as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("rotation.").items()}
    rows = dict(Rotation.objects.values_list("code", "state"))
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"交接单 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


def instructions() -> Iterator[str]:
    """Every instruction stands as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("instruction.").items()}
    rows = dict(Instruction.objects.values_list("code", "state"))
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"批示 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


FOLDS = (
    Fold("programme", "补录、简报与督办", rows),
    Fold("tasks", "任务", tasks),
    Fold("rotations", "人员交接", rotations),
    Fold("instructions", "批示", instructions),
    Fold("proposals", "划片方案", proposals),
)
