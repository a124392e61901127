"""The bureau's official tables as documents: each version with its number, its date, and whether it is in force."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TableVersionQuerySet(models.QuerySet["TableVersion"]):
    def of_kind(self, kind: str) -> TableVersionQuerySet:
        return self.filter(kind=kind)

    def in_force(self, day: dt.date) -> TableVersionQuerySet:
        """What was in force on a day, the latest first."""
        begun = self.filter(state__in=("in_force", "replaced"), from_day__lte=day)
        return begun.filter(Q(until_day=None) | Q(until_day__gt=day)).order_by("-from_day", "-id")


class TableVersion(models.Model):
    """A version of an official table (责任分工表, 任务表, 标准条件): a draft until it is put in force from a day.

    A draft changes nothing. `from_day` and `until_day` are the period `[from, until)` in which it was the version in
    force; what really held on a day stands in the rows that it began.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        IN_FORCE = "in_force", _("生效")
        REPLACED = "replaced", _("已被替代")
        WITHDRAWN = "withdrawn", _("已撤回")

    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True, help_text="文号")
    dated = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    from_day = models.DateField(null=True, blank=True)
    until_day = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=20, blank=True, db_index=True)
    by = models.CharField(max_length=16, blank=True)
    made_at = models.DateTimeField()

    objects = TableVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class TableRow(models.Model):
    """A row of a version as it is printed: our column's name to its text. `doubts` are columns to be confirmed."""

    version = models.ForeignKey(TableVersion, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=160)
    cells = models.JSONField()
    doubts = models.JSONField(default=list)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="one_row_a_key"),)

    def __str__(self) -> str:
        return self.key
