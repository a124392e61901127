"""What we set out to do on the street: operations, and letters from door to door."""

from __future__ import annotations

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
