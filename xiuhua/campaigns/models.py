"""Dated campaigns: what they are after, where, how far they are, and what they promised."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """A special campaign (专项治理行动): the work that counts toward it is told by its categories and items."""

    class Stage(models.TextChoices):
        PLANNED = "planned", _("已部署")
        RUNNING = "running", _("正在开展")
        CLOSED = "closed", _("已收官")

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.PLANNED)
    categories = models.JSONField(default=list, help_text="Categories of cases that count toward it.")
    items = models.JSONField(default=list, help_text="Counted items that count toward it.")
    segments = models.JSONField(default=list, help_text="Segments that it is limited to; empty for the whole city.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> dt.date:
        """The last day whose work counts toward it: its end as planned, or the day on which it was closed early."""
        return min(self.ends_on, self.closed_on) if self.closed_on else self.ends_on


class Target(models.Model):
    """So much of an item, for a campaign, by a day."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="targets")
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.campaign} {self.item} {self.quantity}"
