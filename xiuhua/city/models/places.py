"""The places of the city. Positions are WGS84; a point is kept in 1e-7 degrees, lines and rings are [lon, lat].

A place is never removed from the register: it ends on a day and names what came after it. `revision` counts the edits
of a row, so that a form filled in before somebody else's edit is refused instead of undoing it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Unit


class Pointed(models.Model):
    """Something that lies at a point."""

    lon_e7 = models.BigIntegerField(null=True, blank=True)
    lat_e7 = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def lon(self) -> float | None:
        return None if self.lon_e7 is None else self.lon_e7 / 1e7

    @property
    def lat(self) -> float | None:
        return None if self.lat_e7 is None else self.lat_e7 / 1e7


class RegisteredQuerySet(models.QuerySet[Any]):
    """Questions about a register that read after the noun."""

    def in_use(self) -> RegisteredQuerySet:
        """What stands now: not ended."""
        return self.filter(ended_on=None)

    def in_use_on(self, day: dt.date) -> RegisteredQuerySet:
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))


class Registered(models.Model):
    """Something of a register with a history: when it ended, which codes came after it, how often it was edited."""

    ended_on = models.DateField(null=True, blank=True)
    successors = models.JSONField(default=list, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = RegisteredQuerySet.as_manager()

    class Meta:
        abstract = True


class Area(Registered):
    """An administrative area above the unit grid; its code is the beginning of the codes of all that lies in it.

    Codes by GB/T 30428.1: 6 characters for the county, 9 for the street or town, 12 for the community or village.
    """

    class Level(models.TextChoices):
        DIVISION = "division", _("区县")
        STREET = "street", _("街道（镇）")
        COMMUNITY = "community", _("社区（村）")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    shape = models.JSONField(default=list, blank=True, help_text="Polygons of rings of [lon, lat]: a MultiPolygon.")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Grid(Registered):
    """A unit grid (单元网格): 15 characters, of which the first 12 name the community and the first 9 the street.

    One piece of ground: `rings` are its outline and the holes in it.
    """

    code = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=60)
    rings = models.JSONField(default=list)
    squad = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grids")

    def __str__(self) -> str:
        return self.name


class Side(models.TextChoices):
    """Which side of the street: as sheets write it (路北), or as seen along the drawn line."""

    BOTH = "both", _("两侧")
    NORTH = "north", _("路北")
    SOUTH = "south", _("路南")
    EAST = "east", _("路东")
    WEST = "west", _("路西")
    LEFT = "left", _("左侧")
    RIGHT = "right", _("右侧")
    MIDDLE = "middle", _("路中")


class Segment(Registered):
    """A road segment (路段): the unit of responsibility on the street. Usable by its text alone, drawn later."""

    class Cls(models.TextChoices):
        MOTORWAY = "motorway", _("高速公路")
        TRUNK = "trunk", _("快速路")
        PRIMARY = "primary", _("主干道")
        SECONDARY = "secondary", _("次干道")
        TERTIARY = "tertiary", _("支路")
        RESIDENTIAL = "residential", _("背街小巷")
        SERVICE = "service", _("内部道路")
        PEDESTRIAN = "pedestrian", _("步行街")

    code = models.CharField(max_length=32, unique=True)
    road = models.CharField(max_length=255, blank=True)
    from_name = models.CharField(max_length=255, blank=True)
    to_name = models.CharField(max_length=255, blank=True)
    cls = models.CharField(max_length=12, choices=Cls.choices, default=Cls.TERTIARY)
    oneway = models.SmallIntegerField(default=0)
    length_m = models.DecimalField(max_digits=9, decimal_places=1)
    line = models.JSONField(default=list)
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.BOTH)
    grid = models.CharField(max_length=15, blank=True)
    network = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        if not self.road:
            return f"{self.get_cls_display()} {self.code}"
        return f"{self.road}（{self.from_name}—{self.to_name}）" if self.from_name else self.road


class SiteType(models.Model):
    """A type of site (点位类型), by which its checklist is found. A bureau adds its own."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=40)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Site(Pointed, Registered):
    """A place that is inspected by a checklist: market, school, station, square …"""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    type_code = models.CharField(max_length=8)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="sites")
    address = models.CharField(max_length=120, blank=True)
    grid = models.CharField(max_length=15, blank=True)

    def __str__(self) -> str:
        return self.name


class Shop(Pointed, Registered):
    """A shop with its front on a segment: on which side, under which number, how many metres wide.

    `closed_on` is when the business closed; `ended_on` when the row left the register (entered by mistake).
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    trade = models.CharField(max_length=40, blank=True)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="shops")
    house_number = models.CharField(max_length=12, blank=True)
    side = models.CharField(max_length=8, blank=True)
    frontage_m = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Facility(Pointed, Registered):
    """Something put in for citizens: bays, lines, notice boards, signs. `quantity` is in the item's unit.

    `hours` are [from, to] pairs such as 18:00, none meaning always; `shape` is its GeoJSON geometry where it is drawn.
    """

    code = models.CharField(max_length=32, unique=True)
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="facilities")
    built_on = models.DateField()
    note = models.CharField(max_length=120, blank=True)
    hours = models.JSONField(default=list, blank=True)
    shape = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
