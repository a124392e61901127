"""Bringing in a case file: read whole columns, open the partner units it names, write in batches, tell what happened."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from xiuhua.cases.case_files import CaseFile, read_case_file, read_mapping, write_rejects
from xiuhua.cases.intake import open_cases
from xiuhua.city.actions import import_key, open_unit
from xiuhua.city.models import Bureau, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By

BATCH = 5000


@dataclass
class Imported:
    """What became of every row of a file: opened, known already, or rejected with a reason."""

    rows: int
    opened: int = 0
    again: int = 0
    reasons: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0
    rejects: Path | None = None

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "rows": self.rows,
            "opened": self.opened,
            "again": self.again,
            "rejected": len(self.reasons),
            "reasons": dict(Counter(self.reasons.values()).most_common(20)),
            "rejects": str(self.rejects) if self.rejects else "",
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds) if self.seconds else 0,
        }


def import_cases(
    file: Path, *, mapping: str, by: By, at: dt.datetime, progress: Callable[[str], None], rejects: Path | None = None
) -> Imported:
    """All good rows become cases; every other row comes back with its reason. The same file again changes nothing."""
    began = time.perf_counter()
    bureau = Bureau.objects.first()
    if bureau is None:
        raise Refused("city.bureau", "还没有建局，请先运行 xiuhua init。")
    read = read_case_file(file, read_mapping(mapping), zone=settings.TIME_ZONE, unit_path=f"{bureau.code}/")
    _open_partners(read, by=by, at=at)
    done = Imported(rows=read.frame.height, reasons=dict(read.unreadable))
    for begin in range(0, len(read.reports), BATCH):
        verdicts = open_cases(Act(by=by, at=at, recorded_at=at), reports=read.reports[begin : begin + BATCH])
        done.opened += len(verdicts.opened)
        done.again += len(verdicts.again)
        done.reasons |= {read.rows[begin + one.row]: one.message for one in verdicts.rejected}
        if len(read.reports) > BATCH:
            told = min(begin + BATCH, len(read.reports))
            progress(f"第 {told:,} / {len(read.reports):,} 行 · 新立 {done.opened:,} · 退回 {len(done.reasons):,}")
    if done.reasons:
        done.rejects = rejects or file.with_name(f"{file.name.partition('.')[0]}.原因.csv")
        write_rejects(read, done.reasons, done.rejects)
    done.seconds = time.perf_counter() - began
    return done


def _open_partners(read: CaseFile, *, by: By, at: dt.datetime) -> None:
    """Bodies that the file names and the bureau does not know yet become partner units."""
    top = Unit.objects.get(parent=None)
    known = set(Unit.objects.filter(code__in=read.units).values_list("code", flat=True))
    for code, name in sorted(read.units.items()):
        if code not in known:
            act = Act(by=by, at=at, key=import_key("unit", code))
            open_unit(act, code=code, name=name[:60], kind=Unit.Kind.PARTNER, parent=top)
