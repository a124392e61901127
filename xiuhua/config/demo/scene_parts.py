"""What every street scene has: sky, houses with awnings, pavement, kerb, road, trees, and the light on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from PIL import Image, ImageColor, ImageDraw

Colour = str
RGB = tuple[int, int, int]

GROUND, KERB, ROAD = 476, 574, 592
"""Heights in the picture, pixels from the top: where houses stand, where the pavement ends, where cars drive."""

WALLS = ("#d9c8a9", "#cdb79a", "#e3d6bf", "#c9bfae", "#d8c1b4", "#bfc4c2", "#e0cfa8", "#cbb8a6")
FASCIAS = ("#8d2f2a", "#1f4e79", "#2f6b43", "#7a4a1e", "#5b3a77", "#a8572b", "#20666b", "#37424f", "#9a7318")
DOORS = ("#4b3a30", "#3b4650", "#5d4a3a", "#46543f")
GLASS = "#7f9db0"
STRIPES = (("#b8322a", "#f4efe6"), ("#2f6b43", "#f4efe6"), ("#1f5f8f", "#f1f1ec"), ("#c77b22", "#f7efdc"))


@dataclass(frozen=True, slots=True)
class Light:
    """The hour and weather: sky from top to horizon, and the tint laid over everything at the end."""

    sky: tuple[Colour, Colour]
    tint: Colour
    depth: float
    lamps: bool = False
    wet: bool = False


LIGHTS = {
    "clear": Light(("#7fb4de", "#dcecf5"), "#fff3d6", 0.05),
    "soft": Light(("#a9c3d6", "#e6ecee"), "#f3efe6", 0.07),
    "grey": Light(("#9aa7b1", "#cfd5d8"), "#8f9aa3", 0.14),
    "rain": Light(("#7f8d99", "#b4bec4"), "#6f7f8d", 0.20, wet=True),
    "morning": Light(("#9cc3e0", "#f9e3c4"), "#ffd9a0", 0.10),
    "dusk": Light(("#56678f", "#f0b183"), "#c9774a", 0.20, lamps=True),
    "night": Light(("#101b33", "#26385a"), "#0b1630", 0.46, lamps=True),
}


def light_of(at: datetime | None, random: Random) -> Light:
    """The light of an hour; by day the weather is drawn by lot. Hours as in spring at 36 degrees north."""
    weather = random.choices(("clear", "soft", "grey", "rain"), (5, 4, 2, 1))[0]
    if at is None:
        return LIGHTS[weather]
    if at.hour >= 20 or at.hour < 5:
        return LIGHTS["night"]
    if at.hour >= 18:
        return LIGHTS["dusk"]
    return LIGHTS["morning"] if at.hour < 8 else LIGHTS[weather]


def shade(colour: Colour, by: float) -> RGB:
    """A colour lighter (`by` > 0) or darker (< 0); 1 is white, -1 black."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    end = 255 if by > 0 else 0
    share = abs(by)
    return (
        round(red + (end - red) * share),
        round(green + (end - green) * share),
        round(blue + (end - blue) * share),
    )


class Brush:
    """Draws on one picture; shapes by corner and size, so that a scene reads like a list of things."""

    def __init__(self, image: Image.Image, light: Light) -> None:
        self.image, self.light = image, light
        self.pen = ImageDraw.Draw(image)
        self.glows: list[tuple[float, float, float, Colour]] = []

    def box(self, x: float, y: float, w: float, h: float, fill: Colour | RGB, *, r: float = 0) -> None:
        if r:
            self.pen.rounded_rectangle((x, y, x + w, y + h), radius=r, fill=fill)
        else:
            self.pen.rectangle((x, y, x + w, y + h), fill=fill)

    def oval(self, x: float, y: float, w: float, h: float, fill: Colour | RGB) -> None:
        self.pen.ellipse((x, y, x + w, y + h), fill=fill)

    def shape(self, points: Sequence[tuple[float, float]], fill: Colour | RGB) -> None:
        self.pen.polygon(points, fill=fill)

    def stroke(self, points: Sequence[tuple[float, float]], fill: Colour | RGB, *, width: int = 3) -> None:
        self.pen.line(points, fill=fill, width=width, joint="curve")

    def shadow(self, x: float, y: float, w: float, h: float = 12) -> None:
        """The soft dark patch under a thing that stands on the ground."""
        under = self.image.getpixel((min(959, max(0, int(x + w / 2))), min(719, int(y + h / 2))))
        if isinstance(under, tuple):
            self.oval(x, y, w, h, (int(under[0] * 0.72), int(under[1] * 0.72), int(under[2] * 0.74)))

    def glow(self, x: float, y: float, reach: float, colour: Colour = "#ffd98a") -> None:
        """A lamp or lit window, added after the tint when it is dark."""
        self.glows.append((x, y, reach, colour))

    def finish(self) -> None:
        """Lays the hour over the picture, then lets the lamps shine through."""
        tinted = Image.blend(self.image, Image.new("RGB", self.image.size, self.light.tint), self.light.depth)
        if self.light.lamps and self.glows:
            # A quarter of the size is enough for light without edges, and sixteen times quicker.
            small = Image.new("L", (240, 180))
            pen = ImageDraw.Draw(small)
            for x, y, reach, _ in self.glows:
                for step in range(6, 0, -1):
                    r = reach * step / 24
                    pen.ellipse((x / 4 - r, y / 4 - r, x / 4 + r, y / 4 + r), fill=(7 - step) * 20)
            mask = small.resize(self.image.size, Image.Resampling.BILINEAR)
            tinted.paste(Image.blend(self.image, Image.new("RGB", self.image.size, "#ffcf7a"), 0.28), mask=mask)
        self.image.paste(tinted)


@dataclass(frozen=True, slots=True)
class House:
    """One shop in the row: where it stands and how it is painted."""

    x: int
    width: int
    top: int
    wall: Colour
    fascia: Colour
    door: Colour
    stripes: tuple[Colour, Colour] | None
    door_left: bool
    storeys: int


def house_row(random: Random, *, category: str) -> list[House]:
    """The shops along one side of the street, filling the picture from left to right."""
    row: list[House] = []
    x = -random.randint(10, 120)
    while x < 960:
        width = random.randint(228, 312)
        wall = random.choice([w for w in WALLS if not row or w != row[-1].wall])
        fascia = random.choice([f for f in FASCIAS if not row or f != row[-1].fascia])
        stripes = random.choice(STRIPES) if random.random() < 0.55 else None
        storeys = random.choice((1, 2, 2))
        top = 120 + random.randint(-14, 26) if storeys == 2 else 198 + random.randint(-8, 14)
        row.append(House(x, width, top, wall, fascia, random.choice(DOORS), stripes, random.random() < 0.5, storeys))
        x += width
    return row


def paint_houses(brush: Brush, row: list[House], random: Random) -> None:
    """Sky, houses and ground, the same before and after: the camera never moves."""
    paint_sky(brush, random)
    for house in row:
        paint_house(brush, house)
    paint_ground(brush, random)


def paint_pavement_things(brush: Brush, random: Random) -> None:
    """Trees, a lamp and bins, which stand in front of the houses."""
    for x in sorted(random.sample(range(60, 930, 145), random.choice((1, 2)))):
        paint_tree(brush, x, random)
    if random.random() < 0.6:
        paint_lamp(brush, random.choice((36, 914)))
    if random.random() < 0.5:
        paint_bin(brush, random.choice((20, 872)))


def paint_sky(brush: Brush, random: Random) -> None:
    low, high = (ImageColor.getrgb(colour)[:3] for colour in reversed(brush.light.sky))
    strip = Image.new("RGB", (1, 64))
    for n in range(64):
        strip.putpixel((0, n), tuple(round(h + (w - h) * n / 63) for h, w in zip(high, low, strict=True)))
    brush.image.paste(strip.resize((960, 330), Image.Resampling.BILINEAR), (0, 0))
    far = [(0, 330), (0, 150)]
    x = 0
    while x < 960:
        step, top = random.randint(60, 130), random.randint(70, 160)
        far += [(x, top), (x + step, top)]
        x += step
    brush.shape([*far, (960, 330)], shade(brush.light.sky[1], -0.13))
    if not brush.light.lamps and not brush.light.wet:
        for _ in range(2):
            x, y = random.randint(40, 800), random.randint(18, 70)
            for dx, dy, w in ((0, 8, 90), (34, 0, 80), (78, 10, 84)):
                brush.oval(x + dx, y + dy, w, 26, shade(brush.light.sky[1], 0.45))


def paint_house(brush: Brush, house: House) -> None:
    x, w = house.x, house.width
    brush.box(x, house.top, w, GROUND - house.top, house.wall)
    brush.box(x, house.top, w, 10, shade(house.wall, -0.22))
    brush.box(x + w - 3, house.top, 3, GROUND - house.top, shade(house.wall, -0.25))
    if house.storeys == 2:
        _upper_windows(brush, house)
    brush.box(x + 10, 252, w - 20, 50, house.fascia, r=4)
    brush.box(x + 16, 257, w - 32, 3, shade(house.fascia, 0.25))
    for n in range(4):  # a shop sign without writing: four light tiles
        brush.box(x + w / 2 - 74 + n * 39, 266, 28, 24, shade("#f2e2b4", 0.05), r=3)
    brush.glow(x + w / 2, 278, 150)
    _front(brush, house)


def _upper_windows(brush: Brush, house: House) -> None:
    count = 3 if house.width > 270 else 2
    gap = house.width / count
    for n in range(count):
        x = house.x + gap * (n + 0.5) - 27
        top = house.top + 30
        brush.box(x - 4, top - 4, 62, 76, shade(house.wall, 0.28))
        brush.box(x, top, 54, 68, shade(GLASS, -0.12))
        brush.shape([(x, top), (x + 30, top), (x, top + 44)], shade(GLASS, 0.22))
        brush.box(x + 26, top, 3, 68, shade(house.wall, 0.28))
        if n == 1:
            brush.box(x + 4, top + 76, 46, 22, "#e4e6e4", r=3)  # an air conditioner
            brush.oval(x + 10, top + 79, 16, 16, "#b9bec0")


def _front(brush: Brush, house: House) -> None:
    """Door, shop window, and the awning above when there is one."""
    x, w = house.x, house.width
    door_x = x + 18 if house.door_left else x + w - 82
    pane_x, pane_w = (x + 96, w - 114) if house.door_left else (x + 18, w - 114)
    brush.box(door_x, 322, 64, GROUND - 322, shade(house.door, -0.1))
    brush.box(door_x + 7, 330, 50, 84, shade(GLASS, 0.05))
    brush.shape([(door_x + 7, 330), (door_x + 36, 330), (door_x + 7, 384)], shade(GLASS, 0.35))
    brush.oval(door_x + (52 if house.door_left else 6), 424, 7, 7, "#e5c872")
    brush.box(pane_x - 4, 320, pane_w + 8, 124, shade(house.wall, 0.3))
    brush.box(pane_x, 324, pane_w, 116, GLASS)
    brush.shape([(pane_x, 324), (pane_x + pane_w * 0.45, 324), (pane_x, 420)], shade(GLASS, 0.28))
    for n in range(int(pane_w // 26)):  # goods on a shelf behind the glass
        top = 404 - (n * 7) % 18
        brush.box(pane_x + 8 + n * 26, top, 17, 436 - top, shade(FASCIAS[n % len(FASCIAS)], 0.35))
    brush.box(pane_x - 4, 444, pane_w + 8, GROUND - 444, shade(house.wall, -0.12))
    brush.glow(pane_x + pane_w / 2, 380, 130)
    if house.stripes:
        paint_awning(brush, x + 8, 302, w - 16, 34, house.stripes)


def paint_awning(brush: Brush, x: float, y: float, w: float, h: float, stripes: tuple[Colour, Colour]) -> None:
    count = max(4, int(w // 26))
    step, flare = w / count, 8
    for n in range(count):
        left, right = x + n * step, x + (n + 1) * step
        low_left = x - flare + n * (w + 2 * flare) / count
        low_right = low_left + (w + 2 * flare) / count
        colour = stripes[n % 2]
        brush.shape([(left, y), (right, y), (low_right, y + h), (low_left, y + h)], colour)
        brush.oval(low_left, y + h - 8, low_right - low_left, 16, shade(colour, -0.08))


def paint_ground(brush: Brush, random: Random) -> None:
    """Pavement with the blind-guidance strip, kerb, and road."""
    paving = random.choice(("#c9c3b6", "#c4bdb2", "#cdc4b4", "#bdbdb8"))
    brush.box(0, GROUND, 960, KERB - GROUND, paving)
    brush.box(0, GROUND, 960, 6, shade(paving, -0.22))
    for n, y in enumerate((494, 514, 536, 558)):
        brush.stroke([(0, y), (960, y)], shade(paving, -0.09), width=2)
        for x in range(-20 + 34 * (n % 2), 960, 68):
            brush.stroke([(x, y), (x - 8, y + 21)], shade(paving, -0.09), width=2)
    brush.box(0, 537, 960, 18, "#d9ae45")
    for x in range(0, 960, 24):
        brush.box(x, 537, 2, 18, "#bf9535")
    brush.box(0, KERB, 960, ROAD - KERB, "#a9a8a3")
    brush.box(0, KERB, 960, 5, "#dcdad3")
    for x in range(0, 960, 96):
        brush.box(x, KERB, 2, ROAD - KERB, "#8d8c88")
    road = "#55595e" if brush.light.wet else "#6b6e72"
    brush.box(0, ROAD, 960, 720 - ROAD, road)
    brush.box(0, ROAD, 960, 8, shade(road, -0.18))
    for x in range(random.randint(-120, 0), 960, 190):
        brush.shape([(x, 690), (x + 104, 690), (x + 96, 701), (x - 10, 701)], "#e8e6dd")
    if brush.light.wet:
        for _ in range(7):
            x, y = random.randint(-40, 900), random.randint(608, 684)
            brush.oval(x, y, random.randint(70, 170), random.randint(6, 12), shade(road, 0.2))


def paint_tree(brush: Brush, x: float, random: Random) -> None:
    green = random.choice(("#5f8a4a", "#6d9650", "#4f7d4d", "#7b9a4a"))
    brush.box(x - 26, 556, 52, 16, "#8b7355", r=3)
    brush.box(x - 6, 300, 12, 262, "#6b523c")
    for dx, dy, r in ((0, 170, 62), (-46, 212, 50), (46, 206, 52), (-14, 240, 54), (26, 246, 46)):
        brush.oval(x + dx - r, dy - r + 20, 2 * r, 2 * r * 0.92, shade(green, -0.1 if dy > 230 else 0))
    for dx, dy, r in ((-18, 166, 24), (24, 196, 20), (-46, 208, 18)):
        brush.oval(x + dx - r, dy - r + 14, 2 * r, 2 * r * 0.8, shade(green, 0.16))


def paint_lamp(brush: Brush, x: float) -> None:
    brush.box(x - 4, 96, 8, 470, "#4d565e")
    brush.box(x - 11, 556, 22, 14, "#3d454c", r=3)
    arm = 1 if x < 480 else -1
    brush.stroke([(x, 100), (x + arm * 30, 84), (x + arm * 74, 82)], "#4d565e", width=6)
    brush.box(min(x + arm * 60, x + arm * 106), 76, 46, 10, "#cfd4d6", r=4)
    brush.glow(x + arm * 84, 92, 190)


def paint_bin(brush: Brush, x: float) -> None:
    brush.shadow(x - 4, 544, 76)
    for dx, colour in ((0, "#2f6b8a"), (36, "#5a6167")):
        brush.box(x + dx, 490, 30, 60, colour, r=4)
        brush.box(x + dx - 2, 484, 34, 12, shade(colour, -0.2), r=4)
        brush.box(x + dx + 8, 500, 14, 5, shade(colour, -0.45))
