"""What the law requires: slips, penalties, things kept as evidence, signs taken down, and the dated rows of law."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.places import Pointed
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line


class PaperQuerySet(models.QuerySet[Any]):
    """Questions about numbered papers that read after the noun."""

    def standing(self) -> PaperQuerySet:
        """Papers whose line nobody has voided."""
        return self.exclude(number__in=Line.objects.of_kind(LineVoided.kind).values("about"))


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

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("-at",), name="slip_newest"),)

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

    objects = PaperQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number


class Keeping(models.Model):
    """Things registered and kept as evidence (先行登记保存): what, how many, until when something must be decided.

    `settled_at` and `outcome` tell what was decided about them; both are empty while they lie on the shelf.
    """

    class Outcome(models.TextChoices):
        RETURNED = "returned", _("返还当事人")
        COPIED = "copied", _("拍照复制后返还")
        APPRAISED = "appraised", _("送交鉴定")
        SEALED = "sealed", _("转为查封扣押")
        FORFEITED = "forfeited", _("依法没收")

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
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(settled_at=None, outcome="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(outcome="")),
                name="keeping_settled_how",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def days_left(self, day: dt.date) -> int:
        """Days until something must be decided; negative when the term has passed."""
        return (self.due_on - day).days


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
