"""What is wrong in a street scene, by category: drawn into the picture of `before`, absent in `after`."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from xiuhua.config.demo.scene_parts import STRIPES, Brush, Colour, paint_awning, shade

PAINTS = ("#e8e6e1", "#2d3b4f", "#8b2f2a", "#9aa3a8", "#36607d", "#c9b98a", "#3c3f42")
FRUIT = ("#d9472f", "#e88a2a", "#e9c03d", "#7fae3f", "#b9364f", "#8a5a9a")
CLOTHES = ("#37597a", "#7a3f3a", "#4a6b4a", "#8a7446", "#5c4a74", "#444c55")
SKIN = "#d9a982"


def cars_on_the_pavement(brush: Brush, random: Random) -> None:
    """停车: two or three vehicles across the blind-guidance strip, and a scooter."""
    count = random.choice((2, 2, 3))
    room = 960 / count
    for n in range(count):
        x = n * room + random.uniform(0, max(4.0, room - 296))
        _car(brush, x, 520 + random.randint(-2, 8), random.choice(PAINTS), facing=random.choice((1, -1)))
    if count == 2:
        _scooter(brush, 440 + random.randint(-24, 24), 548, random.choice(CLOTHES))


def stall_in_the_way(brush: Brush, random: Random) -> None:
    """摊: a fruit cart under a striped roof, its keeper, and crates around."""
    x = random.randint(230, 470)
    brush.shadow(x - 6, 556, 300, 18)
    stripes = random.choice(STRIPES)
    for leg in (x + 10, x + 262):
        brush.box(leg, 378, 7, 190, "#7c6a58")
    paint_awning(brush, x, 352, 280, 44, stripes)
    brush.box(x, 500, 280, 44, "#9c6b3f", r=3)
    brush.box(x, 500, 280, 7, shade("#9c6b3f", 0.25))
    for wheel in (x + 36, x + 206):
        _wheel(brush, wheel, 534, 38)
    for n in range(5):
        _heap(brush, x + 8 + n * 54, 500, 48, FRUIT[(n + random.randint(0, 5)) % len(FRUIT)])
    side = random.choice((x - 76, x + 316))
    _person(brush, side, 432, random.choice(CLOTHES))
    for n in range(random.randint(2, 3)):
        _crate(brush, x + 318 + n * 62 if side < x else x - 66 - n * 62, 536, random.choice(FRUIT))


def goods_before_the_shop(brush: Brush, random: Random) -> None:
    """店: tables, crates and boxes from the shop spread over the pavement."""
    x = random.randint(110, 220)
    for n in range(random.randint(4, 5)):
        at = x + n * random.randint(132, 146)
        brush.shadow(at - 4, 548, 124, 14)
        kind = (n + random.randint(0, 1)) % 3
        if kind == 0:
            brush.box(at, 494, 112, 9, "#a5784b", r=2)
            for leg in (at + 8, at + 98):
                brush.box(leg, 503, 6, 52, "#7c5a38")
            for k in range(3):
                _heap(brush, at + 4 + k * 36, 494, 32, FRUIT[(n + k) % len(FRUIT)])
        elif kind == 1:
            for k in range(3):
                brush.box(at + 4 + k * 5, 522 - k * 34, 84, 32, shade("#b98d58", 0.08 * k), r=2)
                brush.box(at + 40 + k * 5, 522 - k * 34, 10, 32, shade("#d9bf8a", 0.1))
        else:
            for k in range(2):
                _crate(brush, at + k * 58, 522, FRUIT[(n + k) % len(FRUIT)])
            _crate(brush, at + 26, 490, FRUIT[(n + 3) % len(FRUIT)])
    stand = x + random.randint(80, 420)
    brush.shape([(stand, 470), (stand + 54, 470), (stand + 64, 566), (stand - 10, 566)], "#f0ede4")
    brush.shape([(stand + 6, 480), (stand + 48, 480), (stand + 53, 528), (stand + 1, 528)], "#c9553f")


def sign_in_tatters(brush: Brush, random: Random) -> None:
    """牌: a torn board hanging askew across the front, another one stuck out over the pavement."""
    x, tilt = random.randint(180, 420), random.choice((-1, 1)) * random.uniform(0.07, 0.13)
    w, h = 380.0, 104.0
    colour = random.choice(("#c4362b", "#d06a1f", "#1f7a6d"))

    def turned(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * math.cos(tilt) - dy * math.sin(tilt), 212 + dx * math.sin(tilt) + dy * math.cos(tilt)

    ragged = [turned(w, 0), turned(w, 42), turned(w - 44, 58), turned(w - 20, 74), turned(w - 70, h)]
    brush.shape([turned(0, 0), *ragged, turned(0, h)], colour)
    brush.shape([turned(0, 0), turned(w, 0), turned(w, 9), turned(0, 9)], shade(colour, 0.35))
    for n in range(4):
        brush.shape(
            [
                turned(30 + n * 72, 32),
                turned(78 + n * 72, 32),
                turned(78 + n * 72, 76),
                turned(30 + n * 72, 76),
            ],
            "#f6e3b0",
        )
    brush.shape([turned(112, h), turned(150, 44), turned(178, h)], shade(colour, -0.55))
    for along in (w * 0.9, w * 0.45):
        wire = turned(along, h)
        brush.stroke([turned(along, h - 20), (wire[0] + 6, wire[1] + random.randint(34, 60))], "#30363b")
    pole = 80 if x > 300 else 850
    brush.box(pole - 4, 214, 8, 20, "#50585f")
    brush.box(pole - 30, 230, 60, 150, shade(colour, -0.3), r=6)
    brush.box(pole - 20, 244, 40, 122, "#e9dcc0", r=4)
    brush.shape([(pole - 20, 366), (pole + 20, 320), (pole + 20, 366)], "#6d7479")


def bills_on_the_wall(brush: Brush, random: Random) -> None:
    """贴: bills on glass, doors and walls, and a scrawl of spray paint."""
    papers = ("#f3f0e6", "#f6e27a", "#f4b7b0", "#cfe5c4", "#bcd8ee", "#ffffff")
    for _ in range(random.randint(22, 30)):
        x, y = random.randint(30, 900), random.randint(322, 440)
        w, h, lean = random.randint(24, 46), random.randint(30, 54), random.randint(-7, 7)
        paper = random.choice(papers)
        brush.shape([(x, y), (x + w, y + lean), (x + w - lean, y + h + lean), (x - lean, y + h)], paper)
        for line in range(3):
            top = y + 9 + line * 10
            brush.stroke([(x + 5, top + 1), (x + w - 8, top + 1 + lean * 0.7)], shade(paper, -0.42), width=3)
        if random.random() < 0.3:
            brush.shape([(x + w - 12, y + lean), (x + w, y + lean), (x + w - 2, y + lean + 14)], shade(paper, -0.25))
    x, y = random.randint(220, 560), 452
    wave = [(x + n * 13.0, y - 30 + 26 * math.sin(n * 0.9 + random.random())) for n in range(15)]
    brush.stroke(wave, random.choice(("#a5282a", "#23272b", "#1d4f86")), width=7)
    for _ in range(6):
        at = random.randint(40, 880)
        brush.shape([(at, 560), (at + 26, 554), (at + 32, 566), (at + 8, 570)], random.choice(papers))


def hut_on_the_pavement(brush: Brush, random: Random) -> None:
    """建: a shed of coloured steel against the front, with bricks and sand beside it."""
    x, w = random.randint(300, 500), 320
    steel = random.choice(("#3f74a8", "#4d83b5", "#8a9aa6", "#4f8a7a"))
    brush.shadow(x - 10, 552, w + 24, 18)
    brush.box(x, 340, w, 222, steel)
    for n in range(0, w, 16):
        brush.box(x + n, 340, 5, 222, shade(steel, -0.14))
    roof = [(x - 22, 346), (x - 22, 334), (x + w + 22, 306), (x + w + 22, 322)]
    brush.shape(roof, random.choice(("#a9463a", "#6b747b")))
    brush.shape([(x, 345), (x + w, 324), (x + w, 344), (x, 346)], shade(steel, -0.3))
    brush.box(x + 40, 412, 82, 150, "#d8d5cc")
    brush.box(x + 46, 418, 70, 144, "#9b9f9f")
    brush.oval(x + 106, 490, 7, 7, "#e5c872")
    brush.box(x + 170, 404, 104, 72, "#e9ebea")
    brush.box(x + 177, 411, 90, 58, "#7f9db0")
    brush.box(x + 220, 411, 4, 58, "#e9ebea")
    left = x - 170
    brush.shape([(left - 20, 566), (left + 60, 500), (left + 140, 566)], "#d3b880")
    brush.shape([(left + 60, 500), (left + 140, 566), (left + 70, 566)], "#bfa26a")
    for row in range(4):
        for n in range(5 - row % 2):
            brick = shade("#a4513c", 0.05 * ((n + row) % 3))
            brush.box(left - 128 + n * 25 + 12 * (row % 2), 552 - row * 15, 23, 13, brick)


def _car(brush: Brush, x: float, y: float, paint: Colour, *, facing: int) -> None:
    """A saloon car 284 pixels long; `y` is its belt line."""

    def at(dx: float, dy: float) -> tuple[float, float]:
        return (x + dx if facing > 0 else x + 284 - dx), y + dy

    brush.shadow(x + 4, y + 50, 276, 22)
    brush.shape([at(52, 2), at(92, -44), at(176, -46), at(222, 2)], shade(paint, -0.08))
    brush.shape([at(66, 0), at(98, -37), at(132, -38), at(132, 0)], "#2f4250")
    brush.shape([at(140, 0), at(140, -38), at(172, -39), at(206, 0)], "#2f4250")
    brush.shape([at(70, 0), at(98, -34), at(110, -34), at(84, 0)], "#5b7384")
    body = [at(4, 46), at(2, 18), at(14, 6), at(52, 0), at(222, 0), at(262, 8), at(280, 22), at(282, 46)]
    brush.shape(body, paint)
    brush.shape([at(3, 30), at(281, 30), at(282, 48), at(4, 48)], shade(paint, -0.16))
    brush.stroke([at(136, 4), at(136, 44)], shade(paint, -0.3), width=2)
    for handle in (104, 178):
        brush.stroke([at(handle, 14), at(handle + 16, 14)], shade(paint, -0.4), width=4)
    brush.shape([at(264, 14), at(277, 22), at(279, 30), at(262, 24)], "#f7edc4")
    brush.shape([at(4, 16), at(14, 12), at(14, 26), at(3, 28)], "#b8322a")
    for wheel in (36, 206):
        _wheel(brush, at(wheel, 0)[0] - (0 if facing > 0 else 46), y + 24, 46)


def _wheel(brush: Brush, x: float, y: float, size: float) -> None:
    brush.oval(x, y, size, size, "#24272a")
    rim = size * 0.26
    brush.oval(x + rim, y + rim, size - 2 * rim, size - 2 * rim, "#b3b8bb")
    hub = size * 0.42
    brush.oval(x + hub, y + hub, size - 2 * hub, size - 2 * hub, "#595e62")


def _scooter(brush: Brush, x: float, y: float, paint: Colour) -> None:
    brush.shadow(x - 4, y + 24, 110, 12)
    for wheel in (x, x + 72):
        _wheel(brush, wheel, y, 32)
    brush.shape([(x + 4, y - 4), (x + 48, y - 12), (x + 58, y + 16), (x + 12, y + 18)], paint)
    brush.stroke([(x + 56, y + 14), (x + 72, y + 6), (x + 84, y - 44)], paint, width=9)
    brush.box(x + 2, y - 20, 50, 10, "#2b2e31", r=5)
    brush.stroke([(x + 70, y - 46), (x + 96, y - 40)], "#2b2e31", width=5)


def _person(brush: Brush, x: float, y: float, coat: Colour) -> None:
    """Somebody standing, seen without features."""
    brush.shadow(x - 8, y + 128, 60, 12)
    for leg in (x + 6, x + 24):
        brush.box(leg, y + 76, 14, 58, "#39404a")
    brush.box(x, y + 18, 44, 66, coat, r=12)
    brush.stroke([(x + 4, y + 30), (x - 8, y + 70)], shade(coat, -0.18), width=11)
    brush.stroke([(x + 40, y + 30), (x + 52, y + 68)], shade(coat, -0.18), width=11)
    brush.oval(x + 8, y - 14, 28, 32, SKIN)
    brush.pen.pieslice((x + 6, y - 18, x + 38, y + 14), 180, 360, fill="#3a2f28")


def _heap(brush: Brush, x: float, y: float, w: float, colour: Colour) -> None:
    """Fruit piled on a table whose top is at `y`."""
    ball = w / 3.2
    for row, count in enumerate((3, 2, 1)):
        for n in range(count):
            left = x + (3 - count) * w / 6 + n * w / 3
            brush.oval(left, y - (row + 1) * ball * 0.78, ball, ball, shade(colour, 0.12 * ((n + row) % 2)))


def _crate(brush: Brush, x: float, y: float, colour: Colour) -> None:
    _heap(brush, x + 4, y + 4, 46, colour)
    brush.box(x, y, 54, 30, "#b58a55", r=2)
    for slat in (9, 19):
        brush.box(x, y + slat, 54, 2, "#8c6538")


WRONGS: dict[str, Callable[[Brush, Random], None]] = {
    "parking": cars_on_the_pavement,
    "stall": stall_in_the_way,
    "shopfront": goods_before_the_shop,
    "sign": sign_in_tatters,
    "posting": bills_on_the_wall,
    "building": hut_on_the_pavement,
}
