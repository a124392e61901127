"""Shops along the demo city's streets: a frontage, a house number and a trade; no brand and no person."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from xiuhua.city.road_lines import Lonlat
from xiuhua.config.demo.paper import UV, lonlat_of, metres_of, point_at
from xiuhua.config.demo.streets import DemoCity, Segment

FRONT_M = 12.0
"""From the middle of the street to a shop's door."""

SLOT_M = 10.0
CORNER_M = 18.0
"""No door this close to a crossing."""

OFTEN = {
    12: "小吃店 便利店",
    10: "服装店",
    9: "面馆 水果店",
    8: "饭店 烟酒店 理发店",
    7: "早餐店 蔬菜店 五金店",
    6: "药店",
    5: "羊汤馆 烧烤店 茶叶店 建材店 手机店 电动车行 汽修店",
    4: "糕点铺 熟食店 粮油店 鞋店 童装店 花店 文具店 家电维修 打印店 特产店",
    3: "诊所 洗衣店 眼镜店 洗车行 文玩店 培训班 旅馆",
    2: "宠物店 照相馆",
    1: "棋牌室 废品收购",
}
TRADES = {trade: weight for weight, trades in OFTEN.items() for trade in trades.split()}
"""Kinds of trade and how often one meets them: a made-up mixture."""

BUSY = {"primary": 1.0, "secondary": 1.2, "tertiary": 1.5, "pedestrian": 4.0, "residential": 0.6}


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as the register lists it. `side` is seen along the segment; odd numbers stand on the left."""

    code: str
    name: str
    trade: str
    address: str
    number: int
    segment: str
    side: str
    along_m: float
    point: Lonlat
    grid: str
    squad: str


def draw_shops(city: DemoCity, seed: int, n: int) -> list[Shop]:
    """`n` shops, the same for the same seed; a larger `n` keeps the doors of a smaller one.

    Raises ValueError when the streets have fewer doors than that (about 20,000).
    """
    random = Random(f"shops-{seed}")
    doors: list[tuple[float, Segment, int, str]] = []
    for segment in city.segments:
        slots = max(0, int((segment.length_m - 2 * CORNER_M) // SLOT_M))
        for slot in range(slots):
            for side in ("left", "right"):
                # Weighted sampling without replacement: the n largest of random ** (1 / weight).
                doors.append((math.log(random.random()) / BUSY[segment.cls], segment, slot, side))
    if n > len(doors):
        raise ValueError(f"{n} shops do not fit on {len(doors)} doors")
    doors.sort(key=lambda door: (-door[0], door[1].code, door[2], door[3]))
    return [_shop(city, seed, place, *door[1:]) for place, door in enumerate(doors[:n], start=1)]


def _shop(city: DemoCity, seed: int, place: int, segment: Segment, slot: int, side: str) -> Shop:
    # A generator of its own for every door, so that a longer register does not re-deal the trades.
    random = Random(f"shop-{seed}-{segment.code}-{slot}-{side}")
    along_m = CORNER_M + (slot + 0.5) * SLOT_M
    number = 2 * int((segment.start_m + along_m) // SLOT_M) + (1 if side == "left" else 2)
    trade = random.choices(list(TRADES), cum_weights=list(accumulate(TRADES.values())))[0]
    point = beside(segment, along_m, FRONT_M + random.uniform(-1.5, 1.5), side=side)
    grid = city.grid_at(point)
    address = f"{segment.name}{number}号"
    return Shop(
        code=f"S{place:05d}",
        name=f"{address}·{trade}",
        trade=trade,
        address=address,
        number=number,
        segment=segment.code,
        side=side,
        along_m=round(along_m, 1),
        point=point,
        grid=grid,
        squad=city.squad_of(grid),
    )


def beside(segment: Segment, along_m: float, off_m: float, *, side: str) -> Lonlat:
    """The place `off_m` metres to one side of a segment, `along_m` metres from its start."""
    course: list[UV] = [metres_of(point) for point in segment.line]
    x, y = point_at(course, along_m)
    x2, y2 = point_at(course, along_m + 1)
    x1, y1 = point_at(course, max(0.0, along_m - 1))
    step = math.dist((x1, y1), (x2, y2)) or 1.0
    turn = off_m / step if side == "left" else -off_m / step
    return lonlat_of((x - turn * (y2 - y1), y + turn * (x2 - x1)))
