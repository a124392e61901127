"""Shifts, rosters, leave, substitution and swaps: who works when, and who stands in for whom."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Person, Unit


class ShiftKind(models.Model):
    """A kind of shift (班次) with its hours. It may pass midnight; a rest (休) has no hours.

    `short` is the one sign that stands in a cell of the roster.
    """

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=20)
    short = models.CharField(max_length=2, unique=True)
    begins = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ("begins", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(begins=None, ends=None)
                | (Q(begins__isnull=False, ends__isnull=False) & ~Q(begins=F("ends"))),
                name="shift_has_both_hours_or_none",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_rest(self) -> bool:
        return self.begins is None

    @property
    def hours(self) -> str:
        """`22:00—06:00`; empty for a rest."""
        return f"{self.begins:%H:%M}—{self.ends:%H:%M}" if self.begins and self.ends else ""

    def span(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        """Begin and end of the shift that starts on a day, as wall-clock moments; none for a rest."""
        if self.begins is None or self.ends is None:
            return None
        begins, ends = dt.datetime.combine(day, self.begins), dt.datetime.combine(day, self.ends)
        return begins, ends if ends > begins else ends + dt.timedelta(days=1)


class Pattern(models.Model):
    """A squad's cycle of shifts, such as 早早中中晚休: `cycle` holds codes of shifts, `offsets` a step by person code.

    On `anchor_on` somebody with offset 0 has the first shift of the cycle.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="pattern")
    cycle = models.JSONField(default=list)
    offsets = models.JSONField(default=dict)
    anchor_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.unit} {len(self.cycle)}"


class Rostered(models.Model):
    """A person has a shift on a day. Two rows of a day are a conflict that the grid shows."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="rostered")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rostered")
    day = models.DateField()
    shift = models.ForeignKey(ShiftKind, models.PROTECT, related_name="rostered")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "day", "shift"), name="rostered_once"),)
        indexes = (models.Index(fields=("unit", "day"), name="rostered_unit_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.person} {self.shift}"


class Asked(models.Model):
    """Something a person asks for and a leader decides."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    code = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    words = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class LeaveQuerySet(models.QuerySet["Leave"]):
    def approved(self) -> LeaveQuerySet:
        return self.filter(state=Leave.State.APPROVED)

    def standing(self) -> LeaveQuerySet:
        """Asked for or approved."""
        return self.filter(state__in=(Leave.State.ASKED, Leave.State.APPROVED))

    def on(self, day: dt.date) -> LeaveQuerySet:
        return self.filter(begins_on__lte=day, ends_on__gt=day)

    def touching(self, begins_on: dt.date, ends_on: dt.date) -> LeaveQuerySet:
        return self.filter(begins_on__lt=ends_on, ends_on__gt=begins_on)


class Leave(Asked):
    """A person's leave for the days `[begins_on, ends_on)`. Its sort is personal and stands in no line."""

    class Sort(models.TextChoices):
        ANNUAL = "annual", _("年休假")
        PERSONAL = "personal", _("事假")
        SICK = "sick", _("病假")
        FAMILY = "family", _("婚丧产假")
        OFF = "off", _("调休")
        AWAY = "away", _("公出培训")

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leaves")
    sort = models.CharField(max_length=8, choices=Sort.choices)
    begins_on = models.DateField()
    ends_on = models.DateField()

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ends_on__gt=F("begins_on")), name="leave_has_days"),)
        indexes = (models.Index(fields=("unit", "begins_on"), name="leave_unit_begins"),)

    def __str__(self) -> str:
        return f"{self.person} {self.begins_on}"

    @property
    def last_on(self) -> dt.date:
        return self.ends_on - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.ends_on - self.begins_on).days


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def in_force(self, day: dt.date) -> SubstitutionQuerySet:
        return self.filter(begins_on__lte=day, ends_on__gt=day)

    def touching(self, begins_on: dt.date, ends_on: dt.date) -> SubstitutionQuerySet:
        return self.filter(begins_on__lt=ends_on, ends_on__gt=begins_on)


class Substitution(models.Model):
    """代班: `by` stands in for a person on the days `[begins_on, ends_on)`."""

    code = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="substituted")
    by = models.ForeignKey(Person, models.CASCADE, related_name="substitutes")
    leave = models.ForeignKey(Leave, models.CASCADE, null=True, blank=True, related_name="substitutions")
    begins_on = models.DateField()
    ends_on = models.DateField()

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="substitution_ends_after"),
            models.CheckConstraint(condition=~Q(person=F("by")), name="substitution_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.by} 代 {self.person}"

    @property
    def last_on(self) -> dt.date:
        return self.ends_on - dt.timedelta(days=1)


class Swap(Asked):
    """换班: one person's shifts of a day for another's of a day, both of one squad, as the squad leader approves."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="swaps")
    person = models.ForeignKey(Person, models.CASCADE, related_name="swaps_asked")
    day = models.DateField()
    other = models.ForeignKey(Person, models.CASCADE, related_name="swaps_met")
    other_day = models.DateField()

    def __str__(self) -> str:
        return f"{self.person} {self.day} ⇄ {self.other} {self.other_day}"
