"""How far campaigns are, from their lines alone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from ibis import _

from xiuhua.measures.cases import last_lines
from xiuhua.measures.lines import bound, run

STAGES = {"planned": "已部署", "running": "正在开展", "closed": "已收官"}
STAGES_EN = {"planned": "planned", "running": "under way", "closed": "closed"}


@dataclass(frozen=True)
class CampaignState:
    """A campaign at the end of a day: its name, its stage, and since when."""

    code: str
    name: str
    stage: str
    since: str

    @property
    def stage_label(self) -> str:
        return STAGES[self.stage]


def campaign_states(day: dt.date, *, bound_to: int | None = None) -> list[CampaignState]:
    """Every campaign declared by a day, in the order of declaration, with the stage of its last line."""
    declared = run(
        bound(bound_to)
        .filter(_.kind == "campaign.declared", _.day <= day)
        .order_by("happened_at", "id")
        .select("about", "facts")
    )
    names = {row["about"]: json.loads(row["facts"])["name"] for row in declared}
    last = {row["about"]: row for row in run(last_lines(day, prefix="campaign.", bound_to=bound_to))}
    return [
        CampaignState(code, name, json.loads(last[code]["facts"])["state"], str(last[code]["day"])[:10])
        for code, name in names.items()
    ]
