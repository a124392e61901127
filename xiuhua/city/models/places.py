"""The places of the city. Positions are WGS84; a point is kept in 1e-7 degrees."""

from __future__ import annotations

from django.db import models
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


class Grid(models.Model):
    """A unit grid (单元网格): 15 characters, of which the first 12 name the community and the first 9 the street."""

    code = models.CharField(max_length=15, unique=True)
    name = models.CharField(max_length=60)
    rings = models.JSONField(default=list)
    squad = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grids")

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
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
    grid = models.CharField(max_length=15, blank=True)
    network = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        if not self.road:
            return f"{self.get_cls_display()} {self.code}"
        return f"{self.road}（{self.from_name}—{self.to_name}）" if self.from_name else self.road


class Site(Pointed):
    """A place that is inspected by a checklist: market, school, station, square …"""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    type_code = models.CharField(max_length=8)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="sites")

    def __str__(self) -> str:
        return self.name


class Shop(Pointed):
    """A shop with its front on a segment."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    trade = models.CharField(max_length=40, blank=True)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="shops")
    house_number = models.CharField(max_length=12, blank=True)
    side = models.CharField(max_length=5, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Facility(Pointed):
    """Something put in for citizens: bays, lines, notice boards, signs. `quantity` is in the item's unit."""

    code = models.CharField(max_length=32, unique=True)
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="facilities")
    built_on = models.DateField()
    note = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
