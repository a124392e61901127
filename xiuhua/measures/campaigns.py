"""How far campaigns are, from their lines alone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal

from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.measures.cases import last_lines
from xiuhua.measures.figures import FIGURES, Figure, quantities
from xiuhua.measures.lines import Scope, bound, prepared, value

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
    scope = Scope(day, day, bound_to)
    names = {row["about"]: json.loads(row["facts"])["name"] for row in prepared(_declared, scope)}
    last = {row["about"]: row for row in prepared(_last_stages, scope)}
    return [
        CampaignState(code, name, json.loads(last[code]["facts"])["state"], last[code]["day"].isoformat())
        for code, name in names.items()
    ]


def _declared(scope: Scope) -> Table:
    lines = bound(scope.bound_to).filter(_.kind == "campaign.declared", _.day <= value(scope.to_day))
    return lines.order_by("happened_at", "id").select("about", "facts")


def _last_stages(scope: Scope) -> Table:
    return last_lines(scope.to_day, prefix="campaign.", bound_to=scope.bound_to)


def campaign_work(scope: Scope) -> dict[str, list[tuple[Figure, Decimal]]]:
    """What was done for each campaign: its figures, in the order of a brief. Work for no campaign is under ``""``."""
    done: dict[str, dict[str, Decimal]] = {}
    for row in quantities(scope, by=("campaign",)):
        done.setdefault(row["campaign"], {})[row["item"]] = row["quantity"]
    found = {}
    for campaign, items in done.items():
        sums = [(figure, sum((items.get(item, Decimal(0)) for item in figure.items), Decimal(0))) for figure in FIGURES]
        found[campaign] = [(figure, quantity) for figure, quantity in sums if quantity]
    return found
