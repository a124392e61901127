"""Today's posting (今日派班): who of a squad is where on a day; fixed posts with hours; weather that changes the plan."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Person, Unit
from xiuhua.city.models.places import Pointed


class Weather(models.TextChoices):
    """What switches a posting plan. `fair` is every other day."""

    FAIR = "fair", _("平常")
    RAIN = "rain", _("雨")
    SNOW = "snow", _("雪")
    SMOG = "smog", _("重污染")
    HEAT = "heat", _("高温")


class DayWeather(models.Model):
    """The weather that counts for a day, as the centre declared it: its plan, and whether outdoor rounds are excused."""

    day = models.DateField(unique=True)
    weather = models.CharField(max_length=4, choices=Weather.choices)
    excuses = models.BooleanField(default=False)
    words = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.get_weather_display()}"


class FixedPostQuerySet(models.QuerySet["FixedPost"]):
    def standing(self, day: dt.date) -> FixedPostQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


class FixedPost(Pointed):
    """定点岗: a place that is manned at fixed hours, such as a school gate 07:10—07:50 on its weekdays.

    `weekdays` are digits 1 (Monday) to 7; `needs` is how many people stand there.
    """

    code = models.CharField(max_length=32, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="fixed_posts")
    name = models.CharField(max_length=60)
    thing = models.CharField(max_length=48, blank=True)
    begins = models.TimeField()
    ends = models.TimeField()
    weekdays = models.CharField(max_length=7, default="12345")
    needs = models.PositiveSmallIntegerField(default=1)
    outdoor = models.BooleanField(default=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = FixedPostQuerySet.as_manager()

    class Meta:
        ordering = ("unit", "begins", "code")

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> str:
        return f"{self.begins:%H:%M}—{self.ends:%H:%M}"

    def manned_on(self, day: dt.date) -> bool:
        """Whether the weekday is one of its own."""
        return str(day.isoweekday()) in self.weekdays


class PostingSheet(models.Model):
    """A squad's posting of a day as it was last set, and under which plan."""

    key = models.UUIDField()
    day = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posting_sheets")
    plan = models.CharField(max_length=4, choices=Weather.choices, default=Weather.FAIR)
    note = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("day", "unit"), name="posting_sheet_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.unit}"


class Posting(models.Model):
    """Who is posted where on a day. `hours` are as typed; empty means the whole shift."""

    class Status(models.TextChoices):
        PRESENT = "present", _("在岗")
        LEAVE = "leave", _("请假")
        LENT = "lent", _("借调")
        REST = "rest", _("轮休")

    key = models.UUIDField()
    day = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PRESENT)
    place = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=40, blank=True)
    vehicle = models.CharField(max_length=20, blank=True)
    recorder = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("day", "person"), name="posted_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.person} {self.status}"

    @property
    def away(self) -> bool:
        return self.status != self.Status.PRESENT


class PostedAt(models.Model):
    """A thing that a posting covers: a segment, a site or a grid by its code, or a fixed post at its own hours."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="spots")
    thing = models.CharField(max_length=48, db_index=True, blank=True)
    fixed = models.ForeignKey(FixedPost, models.PROTECT, null=True, blank=True, related_name="covered")

    def __str__(self) -> str:
        return self.thing or str(self.fixed)
