"""What this room does in the background."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xiuhua.city.access import must
from xiuhua.city.jobs import act_of_job, asker
from xiuhua.kit.jobs import Pulse, work
from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.batches import batch_of, import_batch, match_columns, sentences, undo_batch
from xiuhua.ledger.act import Act
from xiuhua.programme.proposals import end_search, search
from xiuhua.programme.proposing import accept_proposal
from xiuhua.programme.tables import sheet_of


def _ended(job: Job, refused: Refused) -> None:
    assert job.ended_at is not None
    end_search(job.about, job.ended_at, refused)


@work("districts", _("划片方案"), failed=_ended)
def districts(job: Job, pulse: Pulse) -> dict[str, Any]:
    """Search for the areas of a proposal, which has a page, a progress and a cancel of its own."""
    search(job.about, now=pulse.now)
    return {"proposal": job.about}


@work("batch", _("导入表格"))
def batch(job: Job, pulse: Pulse) -> dict[str, Any]:
    """One step of the wizard with a large sheet: looking it through, importing it, or taking it back."""
    at, step = pulse.now(), job.ask["step"]
    found = batch_of(job.about)
    sheet = sheet_of(found.sheet_code)
    by = asker(job, at)
    must(by, sheet.verb)
    act = Act(by=by, at=at, key=UUID(int=0))
    if step == "match":
        found = match_columns(
            found, sheet, at=at, which=job.ask["which"], head_row=job.ask["head_row"], matched=job.ask["matched"],
            pulse=pulse,
        )  # fmt: skip
    elif step == "import":
        found = import_batch(
            found, sheet, act=act, told=job.ask["told"], all_or_nothing=job.ask["all_or_nothing"], pulse=pulse
        )
    else:
        pulse.told(0, found.brought_in, stage="undo")
        found = undo_batch(found, sheet, act=act)
    return {"sentences": [str(one) for one in sentences(found, sheet)], "bad": found.wrong}


@work("accept_districts", _("采纳划片方案"))
def accept_districts(job: Job, pulse: Pulse) -> dict[str, Any]:
    """The changes of a proposal become duties, in one transaction."""
    pulse.told(0, job.ask["total"], stage="write")
    accept_proposal(
        act_of_job(job, pulse), code=job.about, from_day=dt.date.fromisoformat(job.ask["from_day"]), squads=job.ask["squads"],
        segments=job.ask["segments"],
    )  # fmt: skip
    return {"sentences": [gettext("已采纳，%(day)s 起由新的责任中队负责。") % {"day": job.ask["from_day"]}]}
