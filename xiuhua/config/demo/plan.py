"""The demo city's plan: street names that Qingzhou really has, on geometry that is invented.

`Avenue`s are straight on squared paper; `paper.Paper` bends them onto the earth.
"""

from __future__ import annotations

from dataclasses import dataclass

from xiuhua.config.demo.paper import UV


@dataclass(frozen=True, slots=True)
class Avenue:
    """A named street on the plan: which line it takes, from where to where, and how it is classed.

    `at` is u of a north-south street, v of an east-west one; `low` and `high` bound the other coordinate.
    `halves` names the parts west and east of the middle axis where the street changes its name there.
    """

    name: str
    cls: str
    at: float
    low: float
    high: float
    halves: tuple[str, str] | None = None
    lane_stem: str = ""


WEST, EAST, SOUTH, NORTH = -2950.0, 2950.0, -2400.0, 2400.0
AXIS = "云门山路"

NORTH_SOUTH = (
    Avenue("西环路", "primary", -2900, SOUTH, NORTH, lane_stem="西环"),
    Avenue("仰天山路", "secondary", -2330, SOUTH, NORTH, lane_stem="仰天"),
    Avenue("驼山路", "primary", -1730, SOUTH, NORTH, lane_stem="驼山"),
    Avenue("偶园街", "pedestrian", -1190, -1560, 640, lane_stem="偶园"),
    Avenue("玲珑山路", "secondary", -640, SOUTH, NORTH, lane_stem="玲珑"),
    Avenue(AXIS, "primary", -40, SOUTH, NORTH, lane_stem="云门"),
    Avenue("昭德路", "secondary", 530, -1560, NORTH, lane_stem="昭德"),
    Avenue("海岱路", "primary", 1120, SOUTH, NORTH, lane_stem="海岱"),
    Avenue("益王府路", "secondary", 1730, SOUTH, NORTH, lane_stem="益王府"),
    Avenue("青州路", "secondary", 2300, SOUTH, NORTH, lane_stem="青州"),
    Avenue("东环路", "primary", 2880, SOUTH, NORTH, lane_stem="东环"),
)

EAST_WEST = (
    Avenue("北环路", "primary", 2350, WEST, EAST, lane_stem="北环"),
    Avenue("凤凰山路", "secondary", 1760, WEST, EAST, halves=("凤凰山西路", "凤凰山东路"), lane_stem="凤凰"),
    Avenue("旗城路", "tertiary", 1180, -640, EAST, lane_stem="旗城"),
    Avenue("尧王山路", "primary", 620, WEST, EAST, halves=("尧王山西路", "尧王山东路"), lane_stem="尧王"),
    Avenue("北门街", "tertiary", 60, -2330, 1120, lane_stem="北门"),
    Avenue("范公亭路", "primary", -520, WEST, EAST, halves=("范公亭西路", "范公亭东路"), lane_stem="范公亭"),
    Avenue("东门街", "tertiary", -1080, -1730, EAST, lane_stem="东门"),
    Avenue("荣利街", "secondary", -1560, WEST, EAST, lane_stem="荣利"),
    Avenue("南环路", "primary", -2350, WEST, EAST, lane_stem="南环"),
)

RIVER_NAME, RIVER_ROAD, RIVER_WIDTH_M = "南阳河", "南阳河路", 45.0
RIVER: tuple[UV, ...] = (
    *((-3150, -330), (-2050, -200), (-1420, 250), (-820, 420), (-300, 930)),
    *((420, 1010), (1420, 1500), (2080, 2080), (2700, 2640)),
)
"""South-west to north-east through the plan, as water would: no sharp bend, crossed by bridges."""

TOWNS = {
    "370781001": "王府街道",
    "370781002": "益都街道",
    "370781006": "云门山街道",
    "370781007": "黄楼街道",
}
"""Codes and names as published; which ground they take here is invented."""

TOWN_PLAN = ("22277", "11227", "11667", "16666")
"""Which town each of the 5 x 4 communities belongs to, north row first, by the last figure of its code."""

SQUADS = (
    "城区一中队",
    "城区二中队",
    "城区三中队",
    "城区四中队",
    "王府中队",
    "益都中队",
    "云门山中队",
    "机动中队",
)
SQUAD_PLAN = ("55011", "45013", "44233", "42266")
"""Which squad answers for each community, by its place in `SQUADS`; the last, mobile, has no ground."""

COMMUNITY_STEMS = (
    *("玉兰", "海棠", "紫薇", "银杏", "翠竹", "丹桂", "青松", "红枫", "白杨", "金柳"),
    *("梧桐", "石榴", "蜡梅", "合欢", "茉莉", "芙蓉", "樱桃", "香樟", "碧桃", "牡丹"),
)
"""Trees and flowers: nobody takes them for the real communities."""

NUMERALS = "一二三四五六七八九十"
