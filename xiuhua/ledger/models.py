"""The ledger's tables: lines, the chain that binds them, and the bookmarks of readers.

Lines and links are insert-only: triggers in the database refuse to change or remove one (migration 0002).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

UNDOING = ("line.voided", "case.recalled")
"""Kinds of lines that take back the line they correct: it no longer counts."""


class LineQuerySet(models.QuerySet["Line"]):
    """Questions about lines that read after the noun."""

    def about(self, thing: str) -> LineQuerySet:
        return self.filter(about=thing)

    def of_kind(self, *kinds: str) -> LineQuerySet:
        return self.filter(kind__in=kinds)

    def standing(self) -> LineQuerySet:
        """Lines that no later line has voided or recalled."""
        voided = Line.objects.filter(kind__in=UNDOING, corrects__isnull=False).values("corrects")
        return self.exclude(key__in=voided)


class Line(models.Model):
    """One piece of work as it happened: who did what, about which thing, where, when, how much.

    Codes as they were then, no foreign keys, nothing personal. `quantity` counts `item` in the one unit of
    measure of that item. `day` is the bureau's calendar day of `happened_at`. Positions are 1e-7 degrees WGS84.
    """

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=64)
    by = models.CharField(max_length=16, blank=True)
    post = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    for_unit = models.CharField(max_length=120, blank=True)
    share = models.DecimalField(max_digits=7, decimal_places=6, default=1)
    grid = models.CharField(max_length=15, blank=True)
    segment = models.CharField(max_length=32, blank=True)
    campaign = models.CharField(max_length=32, blank=True)
    round = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=32, blank=True)
    lon_e7 = models.BigIntegerField(null=True)
    lat_e7 = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    day = models.DateField()
    item = models.CharField(max_length=40, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    corrects = models.UUIDField(null=True)
    request = models.CharField(max_length=100, blank=True)
    facts = models.TextField(default="{}")

    objects = LineQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("about", "happened_at"), name="line_about"),
            models.Index(fields=("kind", "day"), name="line_kind_day"),
            models.Index(fields=("item", "day"), name="line_item_day", condition=~Q(item="")),
            models.Index(fields=("corrects",), name="line_corrects", condition=Q(corrects__isnull=False)),
            # Where somebody was last seen: asked for every case that waits to be dispatched.
            models.Index(fields=("by", "happened_at"), name="line_seen", condition=Q(lon_e7__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(item="", quantity__isnull=True) | (~Q(item="") & Q(quantity__isnull=False)),
                name="line_quantity_has_item",
            ),
            models.CheckConstraint(
                condition=~Q(kind="line.voided") | Q(corrects__isnull=False), name="line_void_names_a_line"
            ),
            models.UniqueConstraint(fields=("corrects",), condition=Q(kind="line.voided"), name="line_voided_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class Pending(models.Model):
    """A committed line that the binder has not bound yet; a trigger puts it here with the line."""

    line_id = models.BigIntegerField(primary_key=True)


class Link(models.Model):
    """The line's place in the chain: a number without gaps and a hash over the line and the link before it."""

    seq = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:20]}"


class Bookmark(models.Model):
    """How far a reader has read: the number of the last link that it has dealt with."""

    reader = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} {self.seq}"
