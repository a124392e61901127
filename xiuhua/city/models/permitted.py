"""Where something that is a violation elsewhere is allowed: vending points, night markets, bays, lines, fairs."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Person, Unit
from xiuhua.city.models.places import Registered, Segment


class PermittedPlace(Registered):
    """A place where some matters are excused, in a season, on weekdays, within hours, for a term.

    `shape` is a GeoJSON geometry: an area, or a line or point with `reach_m` around it; a place without one is known by
    its stall numbers or its segment alone. `hours` are half-open [from, to) pairs such as 18:00, none meaning all day;
    a pair that ends at or before its beginning runs past midnight and belongs to the day on which it began, as do the
    weekday, season, holiday and term. `season` is two month-days such as 05-01, both included; it may wrap the year.
    """

    class Kind(models.TextChoices):
        VENDING = "vending", _("便民疏导点")
        NIGHT_MARKET = "night_market", _("夜市")
        BAY = "bay", _("停车泊位")
        LINE = "line", _("划线区域")
        FAIR = "fair", _("集市展销")

    class Holidays(models.TextChoices):
        SAME = "same", _("节假日照常")
        CLOSED = "closed", _("节假日不开放")
        ONLY = "only", _("只在节假日开放")

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    shape = models.JSONField(null=True, blank=True)
    reach_m = models.DecimalField(max_digits=5, decimal_places=1, default=5, validators=[MinValueValidator(0)])
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="permitted")
    stalls = models.JSONField(default=list, blank=True)
    matters = models.JSONField(default=list)
    season = models.JSONField(default=list, blank=True)
    weekdays = models.JSONField(default=list, blank=True, help_text="1 Monday to 7 Sunday; none means every day.")
    hours = models.JSONField(default=list, blank=True)
    holidays = models.CharField(max_length=8, choices=Holidays.choices, default=Holidays.SAME)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="permitted")
    manager = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="permitted")
    clear_within_min = models.PositiveSmallIntegerField(null=True, blank=True)
    cleared_by = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="clearing")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    paper = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("begins_on")), name="permitted_term_has_days"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Clearing(models.Model):
    """The look at a permitted place after its stalls left (清场检查): of which opening, when, and whether it was clean."""

    place = models.ForeignKey(PermittedPlace, models.PROTECT, related_name="clearings")
    closed_at = models.DateTimeField(help_text="When the opening that is looked at ended.")
    at = models.DateTimeField()
    by = models.CharField(max_length=16)
    tidy = models.BooleanField()
    late = models.BooleanField(default=False)
    photos = models.JSONField(default=list, blank=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-closed_at", "-at")
        indexes = (models.Index(fields=("place", "closed_at"), name="clearing_of_opening"),)

    def __str__(self) -> str:
        return f"{self.place} {self.closed_at:%Y-%m-%d}"


class PlaceEdit(models.Model):
    """One edit of the register: what it did, to which things, and how their rows stood before, so that it can be undone.

    `before` is a list of {"thing": "segment:S1", "revision": 3, "row": {…}}: `revision` is that after the edit, `row` the
    columns before it, null for a row that the edit made. Nothing can be undone over a later edit of the same thing.
    """

    key = models.UUIDField(unique=True)
    did = models.CharField(max_length=32)
    about = models.CharField(max_length=64, db_index=True)
    things = models.JSONField(default=list)
    before = models.JSONField(default=list)
    by = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
