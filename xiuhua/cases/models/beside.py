"""What stands beside a case for a while: how it stood before its last steps, and more time that was asked for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.cases.models.loop import Case


class Extension(models.Model):
    """A unit asks for more time (延期) before its limit runs out; the desk grants or refuses it."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("没有同意")

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    amount = models.DecimalField(max_digits=6, decimal_places=2, help_text="In the kind of the case's limit.")
    reason = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    by = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("case",), condition=models.Q(state="asked"), name="one_extension_asked"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Appeal(models.Model):
    """A unit asks that a case which was closed late is not counted against it; the centre and a leader approve, or not."""

    class State(models.TextChoices):
        ASKED = "asked", _("待中心审批")
        FIRST = "first", _("待领导审批")
        GRANTED = "granted", _("已免责")
        REFUSED = "refused", _("没有同意")

    case = models.ForeignKey(Case, models.CASCADE, related_name="appeals")
    reason = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    by = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    first_by = models.CharField(max_length=16, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=models.Q(state__in=("asked", "first")), name="one_appeal_waits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Handover(models.Model):
    """A case handed to enforcement, the police or another department (移交), until they take it on or send it back."""

    class Sort(models.TextChoices):
        ENFORCEMENT = "enforcement", _("执法办案")
        POLICE = "police", _("公安机关")
        DEPARTMENT = "department", _("其他部门")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("等回执")
        ACCEPTED = "accepted", _("已接收")
        REJECTED = "rejected", _("被退回")

    case = models.ForeignKey(Case, models.CASCADE, related_name="handovers")
    sort = models.CharField(max_length=12, choices=Sort.choices)
    unit = models.ForeignKey("city.Unit", models.PROTECT, null=True, blank=True)
    to = models.CharField(max_length=60, help_text="What the body is called.")
    reason = models.CharField(max_length=20)
    by = models.CharField(max_length=16)
    sent_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    receipt = models.CharField(max_length=40, blank=True)
    settled_by = models.CharField(max_length=16, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("sent_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("case",), condition=models.Q(outcome="waiting"), name="one_handover_waits"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.sort} {self.outcome}"


class LastStep(models.Model):
    """A step that was just taken: the line it wrote, the version after it, and how the case stood before."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="last_steps")
    line = models.UUIDField()
    verb = models.CharField(max_length=12)
    by = models.CharField(max_length=16)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    before = models.JSONField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"
