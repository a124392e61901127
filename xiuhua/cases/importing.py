"""Bringing in a case file: read whole columns, open the partner units it names, write in batches, tell what happened."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from xiuhua.cases.case_files import CaseFile, Reason, read_case_file, write_rejects
from xiuhua.cases.intake import Rejection, Report, open_cases
from xiuhua.cases.mappings import read_mapping
from xiuhua.city.actions import import_key, open_unit
from xiuhua.city.models import Unit
from xiuhua.kit.jobs import Pulse
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By

BATCH = 5000


@dataclass
class Imported:
    """What became of every row of a file: opened, known already, or rejected with a reason."""

    rows: int
    opened: int = 0
    again: int = 0
    reasons: dict[int, Reason] = field(default_factory=dict)
    seconds: float = 0.0
    rejects: Path | None = None

    def told(self) -> dict[str, Any]:
        """The same for machines; reasons by rule, the most frequent first, each with one of its sentences."""
        by_rule: dict[str, dict[str, Any]] = {}
        for reason in self.reasons.values():
            rule = by_rule.setdefault(reason.code, {"rule": reason.code, "rows": 0, "example": reason.message})
            rule["rows"] += 1
        return {
            "rows": self.rows,
            "opened": self.opened,
            "again": self.again,
            "rejected": len(self.reasons),
            "reasons": sorted(by_rule.values(), key=lambda rule: (-rule["rows"], rule["rule"])),
            "rejects": str(self.rejects) if self.rejects else "",
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds) if self.seconds else 0,
        }

    def sentences(self, filename: str) -> Iterator[str]:
        """The same for people: how many rows became what, and why others came back."""
        told = self.told()
        yield (
            f"{filename}：{told['rows']:,} 行，新立 {told['opened']:,} 件，已有 {told['again']:,} 件，"
            f"退回 {told['rejected']:,} 行，{told['seconds']:.1f} 秒（每秒 {told['rows_per_second']:,} 行）。"
        )
        yield from (f"退回 {rule['rows']:,} 行，例如：{rule['example']}" for rule in told["reasons"])
        if told["rejects"]:
            yield f"退回的行和原因在 {told['rejects']}"


def import_cases(
    file: Path, *, mapping: str, by: By, at: dt.datetime, progress: Callable[[str], None], rejects: Path | None = None,
    pulse: Pulse | None = None,
) -> Imported:  # fmt: skip
    """All good rows become cases; every other row comes back with its reason. The same file again changes nothing."""
    began = time.perf_counter()
    top = Unit.objects.filter(parent=None).first()
    if top is None:
        raise Refused("city.bureau", "还没有建局，请先运行 xiuhua init。")
    read = read_case_file(file, read_mapping(mapping), zone=settings.TIME_ZONE)
    reports = read.reports(_partners(read, top, by=by, at=at), top=top.path)
    done = Imported(rows=read.table.height, reasons=dict(read.unreadable))
    for begin in range(0, len(reports), BATCH):
        some = reports[begin : begin + BATCH]
        verdicts = open_cases(Act(by=by, at=at, recorded_at=at), reports=[report for _, report in some])
        done.opened += len(verdicts.opened)
        done.again += len(verdicts.again)
        done.reasons |= {some[one.row][0]: _reason(one, some[one.row][1]) for one in verdicts.rejected}
        if len(reports) > BATCH:
            told = begin + len(some)
            if pulse:
                pulse.told(told, len(reports), bad=len(done.reasons), stage="check")
            progress(f"第 {told:,} / {len(reports):,} 行 · 新立 {done.opened:,} · 退回 {len(done.reasons):,}")
    if done.reasons:
        done.rejects = rejects or _beside(file)
        write_rejects(read, done.reasons, done.rejects)
    done.seconds = time.perf_counter() - began
    return done


def _reason(rejection: Rejection, report: Report) -> Reason:
    """Why a row was rejected, in the words of a file instead of a form."""
    if rejection.code == "act.key_reused":
        told = f"编号 {report.outside_number} 以前导入过，这次的内容不一样；原来的案件没有改动。"
        return Reason("import.changed", told)
    return Reason(rejection.code, rejection.message)


def _beside(file: Path) -> Path:
    """Where rejected rows go: beside the file, or here when that folder is not for writing."""
    name, folder = f"{file.name.partition('.')[0]}.原因.csv", file.resolve().parent
    writable = os.access(folder, os.W_OK) and folder.stat().st_mode & 0o222
    return folder / name if writable else Path(name).resolve()


def _partners(read: CaseFile, top: Unit, *, by: By, at: dt.datetime) -> dict[str, str]:
    """Where each body that the file names stands in the tree; one that is not known yet becomes a partner unit."""
    paths: dict[str, str] = {}
    by_code = dict(Unit.objects.values_list("code", "path"))
    by_name = dict(Unit.objects.values_list("name", "path"))
    for code, name in sorted(read.units().items()):
        known = by_name.get(name) or by_code.get(code)
        if known is None:
            act = Act(by=by, at=at, key=import_key("unit", code))
            short = name if len(name) <= 60 else f"{name[:59]}…"
            known = open_unit(act, code=code, name=short, kind=Unit.Kind.PARTNER, parent=top).path
        paths[code] = known
    return paths
