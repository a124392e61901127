"""A town drawn in metres for questions of place: numbers on both sides, odd and even here, along one side there.

    y 300        +---- 北门街 ----+
                 |               |
                 云门山路          海岱路  · 海岱小学
                 |               |
    y 0   范公亭西路 +-- 范公亭东路 F1 --+-- 范公亭东路 F2 --+
                 |               |                  \\
    y -300       +               +                   玲珑山路 (to the north-east)
           x -300    0              300                 600      900
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xiuhua.city import actions as city
from xiuhua.city.ground import Plane
from xiuhua.city.models import Duty, Grid, Role, Segment, Shop, Site, Unit
from xiuhua.ledger.act import NOBODY, Act

PLANE = Plane(36.69)
ORIGIN = PLANE.xy(118.48, 36.69)  # type: ignore[arg-type]
AT = dt.datetime(2020, 3, 16, 1, tzinfo=dt.UTC)
FOUNDED = dt.datetime(2020, 2, 3, 1, tzinfo=dt.UTC)

STREETS = (
    # code, road, from, to, the line in metres
    ("W1", "范公亭西路", "驼山路", "云门山路", [(-300, 0), (0, 0)]),
    ("F1", "范公亭东路", "云门山路", "海岱路", [(0, 0), (300, 0)]),
    ("F2", "范公亭东路", "海岱路", "玲珑山路", [(600, 0), (300, 0)]),  # drawn from east to west
    ("Y1", "云门山路", "东门街", "范公亭东路", [(0, -300), (0, 0)]),
    ("Y2", "云门山路", "范公亭东路", "北门街", [(0, 0), (0, 300)]),
    ("H1", "海岱路", "东门街", "范公亭东路", [(300, -300), (300, 0)]),
    ("H2", "海岱路", "范公亭东路", "北门街", [(300, 0), (300, 300)]),
    ("B1", "北门街", "云门山路", "海岱路", [(0, 300), (300, 300)]),
    ("L1", "玲珑山路", "范公亭东路", "北端", [(600, 0), (900, 300)]),
)
NUMBERS = (
    # segment, number, metres along from the west, metres to the north
    *(("F1", str(2 * n + 1), 15 + 30 * n, 12) for n in range(10)),  # odd 1—19, north, 30 metres apart
    ("F1", "2", 15, -12), ("F1", "4", 45, -12), ("F1", "10", 135, -12), ("F1", "20", 285, -12), ("F1", "12甲", 170, -12),
    *(("F2", str(21 + n), 330 + 60 * n, 12) for n in range(5)),  # 21—25 along the north, odd and even
    *(("F2", str(31 - n), 330 + 60 * n, -12) for n in range(5)),  # 31—27 back along the south
    ("F2", "88", 400, 12),  # a shop that kept its old number
)  # fmt: skip


def lonlat(x: float, y: float) -> tuple[float, float]:
    """A place so many metres east and north of the crossing of 云门山路 and 范公亭路."""
    return PLANE.lonlat(float(ORIGIN[0]) + x, float(ORIGIN[1]) + y)


def metres(lon: float, lat: float) -> tuple[float, float]:
    """The other way round."""
    x, y = PLANE.xy(lon, lat)  # type: ignore[arg-type]
    return float(x - ORIGIN[0]), float(y - ORIGIN[1])


def build_crossroads() -> None:
    """By actions, as a real register is built."""
    step = iter(range(1000))

    def act() -> Act:
        at = FOUNDED + dt.timedelta(seconds=next(step))
        return Act(by=NOBODY, at=at, recorded_at=at)

    corners = [lonlat(-2000, -2000), lonlat(2000, -2000), lonlat(2000, 2000), lonlat(-2000, 2000)]
    city.found_bureau(act(), code="QZ", name="青州市综合行政执法局", boundary=[[*corners, corners[0]]])
    squad = city.open_unit(
        act(), code="Z1", name="城区一中队", kind=Unit.Kind.SQUAD, parent=Unit.objects.get(code="QZ")
    )
    city.register_segments(
        act(),
        segments=[
            Segment(code=code, road=road, from_name=begins, to_name=ends, cls="primary", length_m=300,
                    line=[list(lonlat(*point)) for point in line])
            for code, road, begins, ends, line in STREETS
        ],
    )  # fmt: skip
    city.draw_grids(act(), grids=list(_grids(squad)))
    own = {row.code: row for row in Segment.objects.all()}
    city.register_shops(
        act(),
        shops=[
            *(
                Shop(code=f"D{n}", name=f"第{n}家店", segment=own[segment], house_number=number, **_e7(x, y))
                for n, (segment, number, x, y) in enumerate(NUMBERS)
            ),
            Shop(code="WANG", name="老王羊汤馆", segment=own["F1"], house_number="9", **_e7(136, 13)),
            Shop(code="BIKE", name="Giant捷安特(海岱店)", segment=own["H2"], **_e7(312, 250)),
        ],
    )
    city.register_sites(
        act(), sites=[Site(code="P1", name="海岱小学", type_code="H", segment=own["H2"], **_e7(315, 150))]
    )
    officer = city.begin_post(act(), unit=squad, role=Role.OFFICER, name="赵敏", code="p-zhao")
    city.begin_post(act(), unit=squad, role=Role.SQUAD_LEADER, name="王海涛", code="p-chief")
    city.begin_duty(act(), thing="segment:F1", part=Duty.Part.SQUAD, unit=squad)
    city.begin_duty(act(), thing="segment:F1", part=Duty.Part.OFFICER, unit=squad, person=officer)


def _grids(squad: Unit) -> Iterator[Grid]:
    """Two grids, west and east of x = 150."""
    for code, name, west, east in (
        ("370781001001001", "古城一网格", -400, 150),
        ("370781001001002", "古城二网格", 150, 1000),
    ):
        ring = [lonlat(west, -400), lonlat(east, -400), lonlat(east, 400), lonlat(west, 400)]
        yield Grid(code=code, name=name, rings=[[list(point) for point in [*ring, ring[0]]]], squad=squad)


def _e7(x: float, y: float) -> dict[str, int]:
    lon, lat = lonlat(x, y)
    return {"lon_e7": round(lon * 1e7), "lat_e7": round(lat * 1e7)}
