"""What this room does in the background: large files of places and roads come in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from xiuhua.city.access import must
from xiuhua.city.importing import import_roads
from xiuhua.city.models import Person
from xiuhua.city.place_import import import_places
from xiuhua.city.queries import by_of
from xiuhua.kit.files import original_of
from xiuhua.kit.jobs import Pulse, work
from xiuhua.kit.models import Job
from xiuhua.ledger.act import Act, By


def asker(job: Job, at: dt.datetime) -> By:
    """Who asked for a job, with the posts held when it is done."""
    return by_of(Person.objects.get(code=job.by), at)


def act_of_job(job: Job, pulse: Pulse) -> Act:
    """The act of a job: its key is the job's, so that work begun again after it was done changes nothing."""
    at = pulse.now()
    return Act(by=asker(job, at), at=at, key=job.key)


@work("import_places", _("导入地点"))
def bring_in_places(job: Job, pulse: Pulse) -> dict[str, Any]:
    """A file of places, everything or nothing."""
    pulse.told(0, 0, stage="whole")
    act = act_of_job(job, pulse)
    must(act.by, "keep_places")
    raw, _type = original_of(job.ask["file"])
    done = import_places(act, sort=job.about, raw=raw, filename=job.name, system=job.ask["system"])
    return {"sentences": list(done.sentences())}


@work("import_roads", _("导入路网"))
def bring_in_roads(job: Job, pulse: Pulse) -> dict[str, Any]:
    """A file of roads, everything or nothing."""
    pulse.told(0, 0, stage="whole")
    act = act_of_job(job, pulse)
    must(act.by, "administer")
    raw, _type = original_of(job.ask["file"])
    done = import_roads(act, raw=raw, filename=job.name, name=job.about, system=job.ask["system"])
    return {"sentences": list(done.sentences())}
