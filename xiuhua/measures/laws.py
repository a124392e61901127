"""The law that each measure keeps. A test takes every measure of this table through its law.

`additive`: the sum over days and over units is the whole. `ratio`: a ratio of two additive parts, never a mean of
ratios. `state`: what stands at the end of a day is the last line of each thing. `difference`: what is now, less what
was told, is what came in late less what was voided since.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Law:
    """A measure's name and the law that it keeps; a ratio names its parts."""

    measure: str
    kind: str
    over: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


LAWS: tuple[Law, ...] = (
    Law("figures.quantities", "additive", over=("day", "for_unit", "campaign")),
    Law("figures.marked", "additive", over=("day", "for_unit")),
    *(
        Law(f"cases.totals.{name}", "additive", over=("day", "for_unit", "source"))
        for name in (
            "reported", "filed", "handled", "reworked", "closed", "closed_late", "closed_elsewhere", "refused",
        )
    ),
    Law("cases.on_time_rate", "ratio", parts=("on_time", "judged")),
    Law("cases.rework_rate", "ratio", parts=("reworked", "handled")),
    Law("cases.open_cases", "state"),
    Law("cases.standing_cases", "state"),
    Law("campaigns.campaign_states", "state"),
    Law("errata.errata", "difference"),
    Law("registers.register_total", "additive", over=("day", "segment", "by")),
    Law("hotspots.hot_segments", "additive", over=("segment",)),
    Law("hotspots.repeat_points", "state"),
    Law("overdue.overdue_cases", "additive", over=("for_unit",)),
    Law("coverage.letter_coverage", "additive", over=("segment",)),
)  # fmt: skip
