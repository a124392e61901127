"""What this room does in the background: a file of another system's cases comes in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xiuhua.cases.importing import import_cases
from xiuhua.city.access import must
from xiuhua.city.jobs import asker
from xiuhua.kit.files import keep, original_of
from xiuhua.kit.jobs import Pulse, work
from xiuhua.kit.models import Job

LARGEST = 200 << 20


@work("import_cases", _("导入案件"))
def bring_in_cases(job: Job, pulse: Pulse) -> dict[str, Any]:
    """The good rows become cases, some thousands at a time; called off, those that came in stay, and again goes on."""
    pulse.told(0, 0, stage="read")
    by = asker(job, pulse.now())
    must(by, "administer")
    with tempfile.TemporaryDirectory(prefix="xiuhua-cases-") as folder:
        file = Path(folder) / (Path(job.name).name[-80:] or "cases.csv")
        file.write_bytes(original_of(job.ask["file"])[0])
        mapping = job.ask["mapping"]
        if job.ask.get("own_mapping"):
            own = Path(folder) / "mapping.toml"
            own.write_bytes(original_of(job.ask["own_mapping"])[0])
            mapping = str(own)
        rejects = Path(folder) / "rejects.csv"
        done = import_cases(
            file, mapping=mapping, by=by, at=job.asked_at, progress=lambda _told: None, rejects=rejects, pulse=pulse
        )
        back = keep(rejects.read_bytes(), most=LARGEST).digest if done.rejects else ""
    told = {"sentences": list(replace(done, rejects=None).sentences(job.name)), "bad": len(done.reasons)}
    return told | ({"file": back, "filename": f"{job.name.partition('.')[0]}.退回.csv"} if back else {})
