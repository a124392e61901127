"""Building the demo city: founded, then two months of work by the same actions as real work, then the day of today."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from xiuhua.cases.models import Case
from xiuhua.city.models import Shop
from xiuhua.city.queries import bureau
from xiuhua.config.demo.build_cases import plan_cases
from xiuhua.config.demo.build_cast import Cast
from xiuhua.config.demo.build_city import found_city, founding_key
from xiuhua.config.demo.build_counts import Counts
from xiuhua.config.demo.build_letters import plan_letters
from xiuhua.config.demo.build_office import plan_briefs, plan_campaigns, plan_operations, plan_postings
from xiuhua.config.demo.build_parking import plan_parking
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.demo.build_stage import Stage
from xiuhua.config.demo.build_street import plan_counts, plan_evidence, plan_facilities, plan_signs
from xiuhua.config.demo.build_times import FIRST, LAST
from xiuhua.config.demo.build_today import build_today, is_fresh
from xiuhua.config.progress import Progress
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.binder import Head, bind
from xiuhua.ledger.chain import ZERO
from xiuhua.ledger.models import Line, Link

Say = Callable[[str], None]
POOL = 8
"""Drawn scenes of each kind that the cases of the stage share."""
SEED, SCALE = 7, 1.0


@dataclass(frozen=True)
class Built:
    """The demonstration as it stands: its bureau, its stage and the head that binds it, and what is open now."""

    bureau: str
    lines: int
    open_cases: int
    first: dt.date
    last: dt.date
    stage: Head


def build_demo(*, seed: int | None, scale: float | None, at: dt.datetime, say: Say) -> Built:
    """Build what is missing: the city and its stage when there is no bureau, today when the last one is old."""
    counts = Counts().scaled(SCALE if scale is None else scale)
    own = SEED if seed is None else seed
    there = _there_already(own if seed is not None else None, counts if scale is not None else None)
    if not (there and is_fresh(at)):
        share = (Shop.objects.count() if there else counts.shops) / Counts().shops
        with Studio(own, each=max(2, round(POOL * min(share * 4, 1)))) as studio:
            studio.begin()
            if not there:
                build_stage(seed=own, counts=counts, studio=studio, say=say)
            say("今天：昨天和今天到现在的工作")
            build_today(seed=own, at=at, studio=studio, share=min(1.0, 0.2 + share))
        bind()
    found = bureau()
    return Built(
        bureau=found.name if found else "", lines=Line.objects.count(), open_cases=Case.objects.open().count(),
        first=FIRST, last=LAST, stage=stage_head(LAST),
    )  # fmt: skip


def _there_already(seed: int | None, counts: Counts | None) -> bool:
    """Whether the demonstration stands; refused when something else does, or one of another seed or scale."""
    found = bureau()
    if found is None:
        if Line.objects.exists():
            raise Refused("demo.database", "这个数据库里已经有数据，但不是演示；请把 XIUHUA_HOME 指到另一个文件夹。")
        return False
    _only_a_demonstration()
    same_seed = seed is None or Line.objects.filter(key=founding_key(seed)).exists()
    if not same_seed or (counts is not None and Shop.objects.count() != counts.shops):
        raise Refused(
            "demo.other",
            "这里的演示是用别的种子或比例建的。要换掉它请加 --reset；要两个都留着，请把 XIUHUA_HOME 指到另一个文件夹。",
        )
    return True


def _only_a_demonstration() -> None:
    found = bureau()
    if found is not None and not found.demonstration:
        raise Refused(
            "demo.database",
            "这个数据库是“{found_name}”的，不是演示，不会动它；看演示请把 XIUHUA_HOME 指到另一个文件夹。",
            found_name=found.name,
        )


def clear_demo(*, say: Say) -> None:
    """Remove the demonstration: its database and its files, never those of a bureau at work."""
    _only_a_demonstration()
    if connection.vendor != "sqlite":
        raise Refused("demo.reset", "PostgreSQL 上请新建一个空数据库给新的演示，旧的由数据库管理员删除。")
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    connections.close_all()
    for path in (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))):
        path.unlink(missing_ok=True)
    shutil.rmtree(Path(settings.XIUHUA_HOME) / "files", ignore_errors=True)
    say("旧的演示已清除")
    call_command("migrate", interactive=False, verbosity=0)


def build_stage(*, seed: int, counts: Counts, studio: Studio, say: Say) -> None:
    """The city and its two months of work: the same lines for the same seed and scale, the same head under one secret."""
    say(f"建城：8 个中队，{counts.shops:,} 家商户")
    found_city(seed, shops=counts.shops)
    stage = Stage(Cast(seed, "stage"), counts, studio, load_calendar())
    plan_work(stage)
    days = (stage.last - stage.first).days + 1
    say(f"从 {stage.first} 到 {stage.last}：{len(stage.agenda):,} 件事，一件一件地做")
    progress = Progress("天", days)
    stage.agenda.run(after_day=lambda day: progress.to(min((day - stage.first).days + 1, days), f"{day}"))
    bind()


def plan_work(stage: Stage) -> None:
    """Put all work of the stage on its agenda; operations first, because other work falls into them."""
    plan_campaigns(stage)
    plan_operations(stage)
    plan_postings(stage)
    plan_letters(stage)
    plan_facilities(stage)
    plan_parking(stage)
    plan_signs(stage)
    plan_evidence(stage)
    plan_counts(stage, by_cases=plan_cases(stage))
    plan_briefs(stage)


def stage_head(last: dt.date) -> Head:
    """The link of the last line of the stage: everything up to it was done by the same seed in the same way."""
    lines = Line.objects.filter(day__lte=last).values("id")
    link = Link.objects.filter(line_id__in=lines).order_by("-seq").first()
    return Head(link.seq, link.hash) if link else Head(0, ZERO)
