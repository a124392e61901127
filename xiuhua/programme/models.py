"""What was promised and published: figures from before, briefs as published, supervision, hand-overs."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import Person, Post, Unit


class OpeningFigure(models.Model):
    """A figure from before, or one that came late on paper, with its scanned source and who approved it."""

    key = models.UUIDField(unique=True)
    batch = models.CharField(max_length=40)
    item = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit = models.ForeignKey(Unit, models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    scan = models.CharField(max_length=80)
    approver = models.ForeignKey(Person, models.PROTECT)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"


class Brief(models.Model):
    """A brief as it was published: bound up to a number, with its head; it can be reproduced to the digit."""

    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=120)
    from_day = models.DateField()
    to_day = models.DateField()
    bound_to = models.BigIntegerField()
    head = models.CharField(max_length=80)
    figures = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-published_at",)

    def __str__(self) -> str:
        return self.title


class Supervision(models.Model):
    """A leader pressed for a case: who answers, by when, in which words."""

    key = models.UUIDField(unique=True)
    case = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT)
    words = models.CharField(max_length=300)
    by = models.CharField(max_length=16)
    ordered_at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        ordering = ("-ordered_at",)

    def __str__(self) -> str:
        return self.case


class Instruction(models.Model):
    """A leader's instruction (批示): a chain from the words on paper to its striking off (销号)."""

    class State(models.TextChoices):
        OPEN = "open", _("在办")
        REPORTED = "reported", _("已反馈，待圈阅")
        READ = "read", _("已圈阅，待销号")
        STRUCK = "struck", _("已销号")

    code = models.CharField(max_length=32, unique=True)
    number = models.CharField(max_length=16, unique=True)
    leader = models.CharField(max_length=40, help_text="Who wrote it, as the paper says.")
    given_on = models.DateField()
    words = models.TextField()
    due_on = models.DateField()
    scan = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    feedback = models.TextField(blank=True)
    read_words = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=16)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ("due_on", "id")

    def __str__(self) -> str:
        return f"{self.number} {self.leader}"


class InstructionPart(models.Model):
    """A part of an instruction: a case, or a task of a unit in words."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="parts")
    case = models.CharField(max_length=24, blank=True, db_index=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("instruction", "case"), condition=~Q(case=""), name="instruction_case_once"
            ),
        )

    def __str__(self) -> str:
        return self.case or self.words[:20]


class TaskQuerySet(models.QuerySet["Task"]):
    def in_force(self, day: dt.date) -> TaskQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


class Task(models.Model):
    """A task of the programme (十大任务) as it stands in a period `[begins_on, ends_on)`: what, who leads it, by when.

    `key` is its number in the table, with the number of the measure where a task has several (`3.2`). `offices` and
    `squads` are codes of units, the first first. `due_words` is the deadline as written (长期坚持, 6月底前).
    """

    code = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=24)
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    measures = models.TextField(blank=True)
    target = models.TextField(blank=True)
    leader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tasks")
    helpers = models.JSONField(default=list, help_text="Codes of further leaders.")
    offices = models.JSONField(default=list)
    squads = models.JSONField(default=list)
    due_on = models.DateField(null=True, blank=True)
    due_words = models.CharField(max_length=60, blank=True)
    confirmed = models.BooleanField(default=True)
    version = models.CharField(max_length=32, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class DistrictProposal(models.Model):
    """A what-if for the yearly re-drawing: which squad could answer for which segment, and how level that would be.

    `asked` is what was asked for (`proposal_ask.Ask`), `assignment` gives for each segment the squad, its cases and its
    shops, `figures` how good it is, `progress` how far the search is. `post` and `unit` are those of who asked.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("等待计算")
        RUNNING = "running", _("正在计算")
        READY = "ready", _("已算出")
        ACCEPTED = "accepted", _("已采纳")
        CANCELLED = "cancelled", _("已取消")
        FAILED = "failed", _("没有算出")

    key = models.UUIDField(unique=True)
    code = models.CharField(max_length=16, unique=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    asked = models.JSONField()
    assignment = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    wrong = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=16)
    post = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return self.code

    @property
    def is_running(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)


class Rotation(models.Model):
    """A hand-over (交接单): a person leaves a post on a day, and what they hold goes to others."""

    class State(models.TextChoices):
        DRAWN = "drawn", _("待签字")
        SIGNED = "signed", _("已签齐")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("已作废")

    code = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="rotations")
    post = models.ForeignKey(Post, models.PROTECT, related_name="rotations")
    on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAWN)
    words = models.CharField(max_length=300, blank=True)
    drawn_by = models.CharField(max_length=16)
    drawn_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-drawn_at", "-id")

    def __str__(self) -> str:
        return f"{self.person} {self.on}"


class RotationItem(models.Model):
    """One thing that changes hands. `code` names it in its room; `to` is the new holder, none ends it (duties) or waits."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="items")
    sort = models.CharField(max_length=10)
    code = models.CharField(max_length=48, blank=True)
    words = models.CharField(max_length=300)
    to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="rotation_items")
    ends = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.words


class RotationSignature(models.Model):
    """Somebody signed a hand-over: with the own sign-in, or in ink on the paper as whoever drew it up says."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="rotation_signatures")
    ink = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rotation", "person"), name="rotation_signed_once"),)

    def __str__(self) -> str:
        return f"{self.rotation} {self.person}"
