"""What the desk does in the background: a long list is written to Excel."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.access import must
from xiuhua.city.jobs import asker
from xiuhua.doors.desk.views.cases import TITLE, write_list
from xiuhua.kit.files import keep
from xiuhua.kit.jobs import Pulse, work
from xiuhua.kit.models import Job

LARGEST = 200 << 20


@work("export_cases", gettext_lazy("导出案件清单"))
def export_cases(job: Job, pulse: Pulse) -> dict[str, Any]:
    """The list as who asked for it may see it now."""
    by = asker(job, pulse.now())
    must(by, "see_desk")
    raw, n = write_list(by, job.ask["query"], pulse.now(), lambda done, total: pulse.told(done, total, stage="export"))
    digest = keep(raw, at=pulse.now(), most=LARGEST).digest
    return {"sentences": [_("共 %(n)s 件。") % {"n": f"{n:,}"}], "file": digest, "filename": f"{TITLE}.xlsx"}
