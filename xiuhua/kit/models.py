"""The kit's tables: the work calendar, kept files, and the last number of each series."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday on a Tuesday, a working Sunday. `provisional` until announced."""

    date = models.DateField(unique=True)
    workday = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=120, blank=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class StoredFile(models.Model):
    """A file kept under the digest of its content; the same content is kept once."""

    class Klass(models.TextChoices):
        ROUTINE = "routine"
        EVIDENCE = "evidence"

    digest = models.CharField(max_length=80, unique=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    klass = models.CharField(max_length=10, choices=Klass.choices, default=Klass.ROUTINE)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class Series(models.Model):
    """The last number taken in a series: numbers are given once and without gaps."""

    code = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.code} {self.last}"
