"""An order of the 12345 hotline: somebody else's number and clocks, beside the case that we make of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.cases.models.loop import Case


class HotlineOrder(models.Model):
    """What the hotline's platform wants of a case: signing, first contact and reply, each by a moment of its own.

    The number stands with the case (`outside_number`), the moment of the reply with its `Reply`. The caller's phone is
    sealed among the case's words; here is only a keyed hash, by which the same caller is known again.
    """

    class Draft(models.TextChoices):
        NONE = "", _("没有草稿")
        DRAFTED = "drafted", _("待审批")
        APPROVED = "approved", _("可以回复")

    case = models.OneToOneField(Case, models.CASCADE, related_name="order")
    caller_hash = models.CharField(max_length=100, blank=True, db_index=True)
    sign_due_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    contact_due_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    again = models.PositiveSmallIntegerField(default=0, help_text="重办: how often the hotline gave it back.")
    draft = models.TextField(blank=True)
    draft_state = models.CharField(max_length=8, choices=Draft.choices, blank=True)
    draft_by = models.CharField(max_length=16, blank=True)
    approved_by = models.CharField(max_length=16, blank=True)
    batch = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=("sign_due_at",), name="order_to_sign", condition=Q(signed_at=None)),
            models.Index(fields=("contact_due_at",), name="order_to_contact", condition=Q(contacted_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.case_id}"


class OrderAsk(models.Model):
    """Something that we asked of the hotline's platform, and what it said: 退单 or 延期."""

    class Sort(models.TextChoices):
        RETURN = "return", _("退单")
        EXTEND = "extend", _("延期")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("等答复")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")

    order = models.ForeignKey(HotlineOrder, models.CASCADE, related_name="asks")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    reason = models.CharField(max_length=20)
    until = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("order",), condition=Q(outcome="waiting"), name="one_ask_waits"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.sort} {self.outcome}"
