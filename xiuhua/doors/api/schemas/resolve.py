"""What a question about a place asks, and what it is answered with."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from xiuhua.doors.api.fields import Lat, Lon, Moment, Told, shown, text

_PERSON = {"part": "officer", "person": "5f2c81d0", "name": "赵敏", "unit": "城区一中队", "why": "责任队员，包靠本路段"}
_PLACE = {
    "segment": "S1", "segment_name": "范公亭路（驼山路—海岱路）", "side": "left", "side_name": "北侧",
    "grid": "370781001001001", "grid_name": "古城一网格", "shop": "D3", "shop_name": "范公亭路6号", "site": "",
    "site_name": "", "lon": 118.4815, "lat": 36.6901, "distance_m": 11.1, "accuracy_m": 5.0, "certainty": 0.97,
    "certainty_words": "确定", "how": "number", "because": "登记的门牌", "on_duty": [_PERSON],
}  # fmt: skip


class ResolveWanted(Told):
    """A point, or what people write about a place; `q` goes before the point."""

    q: text(2000) = Field("", description="An address, a crossing, a name: 范公亭东路126号.")
    lon: Lon | None = None
    lat: Lat | None = None
    at: Moment | None = Field(None, description="Who is on duty then; now when not given.")


class OnDutyOut(Schema):
    """Somebody who answers for the place, and why. Names are told to those who may see the desk."""

    model_config = shown(**_PERSON)
    part: str
    person: str
    name: str
    unit: str
    why: str


class PlaceOut(Schema):
    """A place that may be meant. Metres; `certainty` is 0..1; without `lon` and `lat` only the segment is known."""

    model_config = shown(**_PLACE)
    segment: str
    segment_name: str
    side: str = Field(description="`left` or `right` of the line as it is drawn; empty when not known.")
    side_name: str
    grid: str
    grid_name: str
    shop: str
    shop_name: str
    site: str
    site_name: str
    lon: float | None
    lat: float | None
    distance_m: float | None = Field(description="From the place to the segment's line.")
    accuracy_m: float | None = Field(description="How far the true place may be from `lon`, `lat`.")
    certainty: float
    certainty_words: str
    how: str
    because: str
    on_duty: list[OnDutyOut]


class ResolvedOut(Schema):
    """The places that may be meant, the likeliest first; without any, `problem` says why and what helps."""

    model_config = shown(candidates=[_PLACE], problem="", inside=True)
    candidates: list[PlaceOut]
    problem: str
    inside: bool = Field(description="Whether the point lies in the bureau's boundary; true for words.")
