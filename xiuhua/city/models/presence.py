"""Check-ins on the spot and roll calls. Positions are personal: these rows can be erased and no line repeats them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Person, Unit
from xiuhua.city.models.places import Pointed
from xiuhua.city.models.rota import ShiftKind


class CheckIn(Pointed):
    """签到: one tap on the phone, at the beginning or the end of a shift.

    `accuracy_m` is what the phone said of its error; `distance_m` from the post where the person should be, none when
    either is not known. `late_min` is minutes after the beginning (in) or before the end (out) of the shift: above 0
    is late, or gone early.
    """

    class Turn(models.TextChoices):
        IN = "in", _("到岗")
        OUT = "out", _("离岗")

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="check_ins")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="check_ins")
    at = models.DateTimeField()
    day = models.DateField()
    turn = models.CharField(max_length=3, choices=Turn.choices)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    shift = models.ForeignKey(ShiftKind, models.PROTECT, null=True, blank=True)
    late_min = models.IntegerField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("person", "-at"), name="check_in_newest"),)

    def __str__(self) -> str:
        return f"{self.person} {self.get_turn_display()} {self.at}"


class RollCall(models.Model):
    """点名: a squad leader went through the names at a moment."""

    code = models.CharField(max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roll_calls")
    by = models.CharField(max_length=16)
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.unit} {self.at}"


class Answered(models.Model):
    """How one person answered a roll call."""

    class State(models.TextChoices):
        HERE = "here", _("到")
        LATE = "late", _("迟到")
        LEAVE = "leave", _("请假")
        MISSING = "missing", _("未到")

    roll = models.ForeignKey(RollCall, models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="roll_answers")
    state = models.CharField(max_length=7, choices=State.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("roll", "person"), name="answered_once_a_roll"),)

    def __str__(self) -> str:
        return f"{self.person} {self.get_state_display()}"
