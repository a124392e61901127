"""What was promised and published: figures from before, briefs as published, supervision, hand-overs."""

from __future__ import annotations

from django.db import models

from xiuhua.city.models import Person, Unit


class OpeningFigure(models.Model):
    """A figure from before, or one that came late on paper, with its scanned source and who approved it."""

    key = models.UUIDField(unique=True)
    batch = models.CharField(max_length=40)
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit = models.ForeignKey(Unit, models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    scan = models.CharField(max_length=80)
    approver = models.ForeignKey(Person, models.PROTECT)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"


class Brief(models.Model):
    """A brief as it was published: bound up to a number, with its head; it can be reproduced to the digit."""

    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=120)
    from_day = models.DateField()
    to_day = models.DateField()
    bound_to = models.BigIntegerField()
    head = models.CharField(max_length=80)
    figures = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-published_at",)

    def __str__(self) -> str:
        return self.title


class Supervision(models.Model):
    """A leader pressed for a case: who answers, by when, in which words."""

    key = models.UUIDField(unique=True)
    case = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT)
    words = models.CharField(max_length=300)
    by = models.CharField(max_length=16)
    ordered_at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering = ("-ordered_at",)

    def __str__(self) -> str:
        return self.case
