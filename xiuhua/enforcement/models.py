"""What the law requires: slips, penalties, things kept as evidence, signs taken down, and the dated rows of law."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.places import Pointed


class LegalParameter(models.Model):
    """A number that the law gives, from a day on, with its article. Changed law is another row."""

    code = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=12, decimal_places=2)
    unit = models.CharField(max_length=16)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    article = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("code", "begins_on"), name="law_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.code} {self.value} {self.unit}"


class Slip(Pointed):
    """A warning slip on a vehicle. The plate is sealed; equal plates are found by their keyed hash."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("温馨提示单")
        WARNING = "warning", _("违法停车警告单")
        NOTICE = "notice", _("违法停车告知单")

    class Situation(models.TextChoices):
        PAVEMENT = "pavement", _("人行道停放")
        BLIND_PATH = "blind_path", _("占压盲道")
        OUTSIDE_BAY = "outside_bay", _("未在泊位内停放")
        BAY_TAKEN = "bay_taken", _("占用他类停车位")

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.WARNING)
    situation = models.CharField(max_length=12, choices=Situation.choices)
    plate_sealed = models.CharField(max_length=160)
    plate_hash = models.CharField(max_length=100, db_index=True)
    segment = models.CharField(max_length=32)
    by = models.CharField(max_length=16)
    at = models.DateTimeField()
    photos = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.number


class Penalty(models.Model):
    """A penalty that was decided. Who decided, by which procedure, how much; the amount is in no line and no score."""

    class Procedure(models.TextChoices):
        SIMPLE = "simple", _("简易程序")
        ORDINARY = "ordinary", _("普通程序")

    number = models.CharField(max_length=40, unique=True)
    slip = models.OneToOneField(Slip, models.PROTECT, null=True, related_name="penalty")
    procedure = models.CharField(max_length=8, choices=Procedure.choices)
    matter = models.CharField(max_length=12)
    amount_fen = models.PositiveIntegerField()
    officers = models.JSONField(default=list)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Keeping(models.Model):
    """Things registered and kept as evidence (先行登记保存): what, how many, until when something must be decided."""

    number = models.CharField(max_length=24, unique=True)
    category = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField()
    segment = models.CharField(max_length=32, blank=True)
    shelf = models.CharField(max_length=40)
    approved_by = models.CharField(max_length=16)
    officers = models.JSONField(default=list)
    kept_at = models.DateTimeField()
    due_on = models.DateField()

    def __str__(self) -> str:
        return self.number


class SignRemoval(models.Model):
    """Advertising signs that were taken down, and why."""

    class Reason(models.TextChoices):
        OLD = "old", _("陈旧")
        BROKEN = "broken", _("破损")
        UNLAWFUL = "unlawful", _("违规设置")

    key = models.UUIDField(unique=True)
    sign_kind = models.CharField(max_length=40)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    quantity = models.PositiveIntegerField()
    segment = models.CharField(max_length=32)
    by = models.CharField(max_length=16)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sign_kind} {self.quantity}"
