"""What we set out to do on the street: operations, and letters from door to door."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import Shop


class Operation(models.Model):
    """A concentrated operation (集中执法行动) that was held: who took part, where, alone or with other bodies."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    campaign = models.CharField(max_length=32, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    segments = models.JSONField(default=list)
    people = models.JSONField(default=dict, help_text="Head-count by unit path or partner code.")
    partners = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class LetterBatch(models.Model):
    """A batch of printed letters. Printed = delivered + spoiled + left, always."""

    code = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=80)
    copies = models.PositiveIntegerField()
    printed_on = models.DateField()
    spoiled = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(copies__gte=models.F("spoiled") + models.F("delivered")),
                name="batch_reconciles",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def left(self) -> int:
        """Copies that are still to be delivered."""
        return self.copies - self.spoiled - self.delivered


class Delivery(models.Model):
    """A letter handed over at a shop's door."""

    class Outcome(models.TextChoices):
        SIGNED = "signed", _("已签收")
        LEFT = "left", _("店员代收")
        REFUSED = "refused", _("拒收留置")

    batch = models.ForeignKey(LetterBatch, models.PROTECT, related_name="deliveries")
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="deliveries")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    by = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "shop"), name="letter_once_a_shop"),)

    def __str__(self) -> str:
        return f"{self.shop} {self.outcome}"


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def in_force(self, day: dt.date) -> ChecklistQuerySet:
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gt=day), begins_on__lte=day)


class Checklist(models.Model):
    """The conditions of a type of site (重点站点标准条件) as they stand in a period `[begins_on, ends_on)`."""

    code = models.CharField(max_length=32, unique=True)
    type_code = models.CharField(max_length=8)
    type_name = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    version = models.CharField(max_length=32, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = ("position", "type_code", "id")

    def __str__(self) -> str:
        return self.type_name


class ChecklistItem(models.Model):
    """One condition: its code on the list, what is looked at, what it must be, whose it is.

    `codes` are codes of matters in GB/T 47678.5; a `key_item` (★) that fails fails the site; `score` is its points.
    """

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    code = models.CharField(max_length=16)
    position = models.PositiveIntegerField()
    item = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=60, blank=True)
    codes = models.JSONField(default=list)
    key_item = models.BooleanField(default=False)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=("checklist", "code"), name="one_item_a_code"),)

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
