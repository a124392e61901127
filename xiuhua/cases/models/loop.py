"""Cases, their photos, their words, and counts."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xiuhua.cases import flow
from xiuhua.cases.models.standards import Category, StandardRow
from xiuhua.city.access import STREET, may
from xiuhua.city.models import Role
from xiuhua.city.models.places import Pointed
from xiuhua.ledger.act import By


class Source(models.TextChoices):
    """Who found the problem."""

    OFFICER = "officer", _("队员巡查")
    ASSISTANT = "assistant", _("协管员巡查")
    STREET = "street", _("街道巡查")
    DEPARTMENT = "department", _("部门移送")
    CIVILISED = "civilised_office", _("创城办巡查")
    COMMITTEE = "urban_committee", _("城管委巡查")
    HOTLINE = "hotline", _("12345 热线")
    CITIZEN = "citizen", _("市民随手拍")
    LEADER = "leader", _("领导批办")
    MEDIA = "media", _("媒体曝光")
    SYSTEM = "system", _("其他平台")


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions about cases that read after the noun."""

    def open(self) -> CaseQuerySet:
        return self.filter(state__in=flow.OPEN)

    def waiting(self, *states: str) -> CaseQuerySet:
        return self.filter(state__in=states)

    def overdue(self, at: dt.datetime) -> CaseQuerySet:
        """Whose clock runs and has run out: filed or in work, not paused."""
        return self.filter(state__in=flow.ON_THE_CLOCK, paused_at=None, due_at__lt=at)

    def unseen(self, since: dt.datetime) -> CaseQuerySet:
        """Sent out before a moment, the clock running, and nobody has looked since."""
        return self.filter(state="dispatched", seen_at=None, sent_at__isnull=False, sent_at__lt=since, paused_at=None)

    def in_unit(self, path: str) -> CaseQuerySet:
        return self.filter(for_unit__startswith=path) if path else self

    def handled_by(self, code: str) -> CaseQuerySet:
        return self.filter(handler=code)

    def visible_to(self, by: By) -> CaseQuerySet:
        """All of them for the office; the own unit's and their own on the street; a machine's own reports."""
        if not may(by, "report_case"):
            return self.none()
        if by.roles - STREET - {Role.MACHINE}:
            return self
        own = Q(reporter=by.code) | Q(handler=by.code)
        if by.roles & STREET and by.unit:
            own |= Q(for_unit__startswith=by.unit)
        return self.filter(own)


def new_token() -> str:
    return secrets.token_urlsafe(9)


class Case(Pointed):
    """Something wrong in the city, until it is right. Persons are codes; words about it are `Word` rows."""

    number = models.CharField(max_length=24, unique=True)
    outside_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    category = models.CharField(max_length=12, choices=Category.choices)
    matter = models.CharField(max_length=12, blank=True)
    standard = models.ForeignKey(StandardRow, models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=12, default="reported")
    place = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    segment = models.CharField(max_length=32, blank=True)
    grid = models.CharField(max_length=15, blank=True)
    for_unit = models.CharField(max_length=120, blank=True)
    campaign = models.CharField(max_length=32, blank=True)
    reporter = models.CharField(max_length=16, blank=True)
    token = models.CharField(max_length=24, unique=True, default=new_token)
    handler = models.CharField(max_length=16, blank=True)
    turn = models.PositiveSmallIntegerField(default=1)
    reported_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When it last went to whoever puts it right.")
    seen_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    with_others = models.BooleanField(default=False, help_text="Handed over, and no receipt yet.")
    check_by = models.CharField(max_length=12, blank=True, help_text="`on_site` where a rule wants that.")
    held_until = models.DateField(null=True, blank=True, help_text="挂账: the day on which it comes back by itself.")
    due_provisional = models.BooleanField(default=False)
    urgency = models.CharField(max_length=8, blank=True)
    limit_amount = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="Instead of its row's: urgent, or shortened."
    )
    warn_at = models.DateTimeField(null=True, blank=True, help_text="From when its light is yellow.")
    alarm = models.PositiveSmallIntegerField(default=0, help_text="How far up the line it was told that time runs out.")
    stage_due_at = models.DateTimeField(null=True, blank=True, help_text="When the stage it stands in should be over.")
    late = models.BooleanField(default=False)
    exempt = models.BooleanField(default=False, help_text="Late, and by two approvals not counted against anybody.")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(blank=True, help_text="Numbers, place, description and road, tidied; see searching.py.")
    grams = models.TextField(blank=True, help_text="What is indexed of the text.")

    objects = CaseQuerySet.as_manager()
    taking: tuple[str, dict[str, Any] | None] = ("", None)
    """The step that is being taken and how the case stood before it."""

    class Meta:
        indexes = (
            models.Index(fields=("state", "due_at"), name="case_state_due"),
            models.Index(fields=("handler", "state"), name="case_handler", condition=~Q(handler="")),
            models.Index(fields=("segment", "category", "reported_at"), name="case_spot"),
            models.Index(fields=("state", "lon_e7", "lat_e7", "due_at", "paused_at", "category"), name="case_on_map"),
            models.Index(fields=("category", "lon_e7", "lat_e7"), name="case_near"),
            models.Index(fields=("held_until",), name="case_held", condition=Q(held_until__isnull=False)),
            models.Index(
                fields=("sent_at",),
                name="case_unseen",
                condition=Q(state="dispatched", seen_at=None, sent_at__isnull=False),
            ),
            models.Index(fields=("-reported_at", "-id"), name="case_newest"),
            models.Index(fields=("state", "-reported_at", "-id"), name="case_state_newest"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(flow.STATES)), name="case_state_is_known"),
            models.CheckConstraint(condition=~Q(state="dispatched") | ~Q(for_unit=""), name="case_in_work_has_a_unit"),
            models.UniqueConstraint(
                fields=("source", "outside_number"), condition=~Q(outside_number=""), name="case_outside_number"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        gap = " " if (get_language() or "").startswith("en") else ""
        return f"{self.place}{gap}{self.get_category_display()}"

    @property
    def state_label(self) -> str:
        if self.merged_into_id is not None:
            return gettext("已并案")
        return gettext(flow.STATES[self.state])

    @property
    def stage_warn_at(self) -> dt.datetime | None:
        """From when the light of its stage is yellow: the last quarter of its time."""
        due = self.stage_due_at
        return due - (due - self.moved_at) / 4 if due and due > self.moved_at else due

    @property
    def is_open(self) -> bool:
        return self.state in flow.OPEN


class CasePhoto(models.Model):
    """A photo of a case. Nothing is public until a person releases it."""

    class Moment(models.TextChoices):
        REPORT = "report", _("上报")
        BEFORE = "before", _("处置前")
        AFTER = "after", _("处置后")
        CHECK = "check", _("核查")

    case = models.ForeignKey(Case, models.PROTECT, related_name="photos")
    digest = models.CharField(max_length=80)
    moment = models.CharField(max_length=8, choices=Moment.choices)
    turn = models.PositiveSmallIntegerField(default=1)
    taken_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=16, blank=True)
    released = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("case", "digest", "moment", "turn"), name="case_photo_once"),)

    def __str__(self) -> str:
        return f"{self.case} {self.moment}"


class Word(models.Model):
    """The words that went with a line: a reason, an opinion, a reporter's contact. A row that can be erased."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="words")
    line = models.UUIDField()
    kind = models.CharField(max_length=12)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"


class Count(models.Model):
    """A count act (快报): so many of an item on a segment, with one photo, no case."""

    key = models.UUIDField(unique=True)
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    segment = models.CharField(max_length=32, blank=True)
    by = models.CharField(max_length=16)
    unit = models.CharField(max_length=120)
    at = models.DateTimeField()
    photo = models.CharField(max_length=80, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="counts")

    class Meta:
        indexes = (models.Index(fields=("item", "segment", "at"), name="count_same_act"),)

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
