"""What a question about a place is answered with: the candidates, each with how certain it is and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xiuhua.city.on_duty import OnDuty

SURE = ((0.9, _("确定")), (0.7, _("较有把握")), (0.4, _("需要核对")), (0.0, _("仅供参考")))


@dataclass(frozen=True)
class Candidate:
    """One place that may be meant. Distances in metres: from the point to the segment's line; `accuracy_m` is how far
    the true place may be from `lon`, `lat`, which are none when only the segment is known."""

    segment: str = ""
    segment_name: str = ""
    side: str = ""
    side_name: str = ""
    grid: str = ""
    grid_name: str = ""
    shop: str = ""
    shop_name: str = ""
    site: str = ""
    site_name: str = ""
    lon: float | None = None
    lat: float | None = None
    distance_m: float | None = None
    accuracy_m: float | None = None
    certainty: float = 0.0
    how: str = "point"
    because: str = ""
    on_duty: tuple[OnDuty, ...] = ()

    @property
    def certainty_words(self) -> str:
        return next(str(words) for least, words in SURE if self.certainty >= least)

    @property
    def title(self) -> str:
        """The place in words: segment with its side, else the grid."""
        return f"{self.segment_name}{self.side_name}" if self.segment else self.grid_name or self.grid

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        plain = {name: value for name, value in vars(self).items() if name != "on_duty"}
        plain["certainty"] = round(self.certainty, 3)
        people = [vars(one) for one in self.on_duty]
        return plain | {"certainty_words": self.certainty_words, "on_duty": people}


@dataclass(frozen=True)
class Resolved:
    """What a question resolves to: candidates, the likeliest first; without one, `problem` says why and what helps."""

    candidates: tuple[Candidate, ...] = ()
    problem: str = ""
    inside: bool = True

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        every = [one.told() for one in self.candidates]
        return {"candidates": every, "problem": self.problem, "inside": self.inside}
