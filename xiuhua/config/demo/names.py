"""Made-up names for the demo's officers: common surnames, common given names, nobody in particular."""

from __future__ import annotations

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
FIRST = "海文建志晓春国立永少玉秀佳雨明庆德振红学成家新宏东思俊金长云"
SECOND = "涛军伟强磊洋勇杰超辉鹏飞敏静丽娟芳婷雪燕霞玲梅琳峰斌凯宁亮波"


def draw_names(seed: int, n: int = 70) -> list[str]:
    """`n` names of three characters, all different but one pair, which two persons share.

    The pair (second and last) is there because every real bureau has one: a name is not a key. With fewer
    than three names there is none.
    """
    random = Random(f"names-{seed}")
    names: dict[str, None] = {}
    while len(names) < (n - 1 if n > 2 else n):
        names[random.choice(SURNAMES) + random.choice(FIRST) + random.choice(SECOND)] = None
    drawn = list(names)
    return [*drawn, drawn[1]] if n > 2 else drawn
