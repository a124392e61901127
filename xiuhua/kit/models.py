"""The kit's tables: the work calendar, kept files, and the last number of each series."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday on a Tuesday, a working Sunday. `provisional` until announced."""

    date = models.DateField(unique=True)
    workday = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=120, blank=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class StoredFile(models.Model):
    """A file kept under the digest of its content; the same content is kept once."""

    class Klass(models.TextChoices):
        ROUTINE = "routine"
        EVIDENCE = "evidence"

    digest = models.CharField(max_length=80, unique=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    klass = models.CharField(max_length=10, choices=Klass.choices, default=Klass.ROUTINE)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


class Job(models.Model):
    """Work that takes longer than a page may wait: asked for, done in a process of its own, watched, called off.

    `done` of `total` rows were looked at, `bad` of them not taken; `stage` is the code of what it is at.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")
        CANCELLED = "cancelled", _("已取消")

    key = models.UUIDField(unique=True)
    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=32)
    about = models.CharField(max_length=40, blank=True, help_text="The code of the thing it works on.")
    name = models.CharField(max_length=200, blank=True, help_text="What people call that: a file, a list.")
    ask = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    by = models.CharField(max_length=16)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=20, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    wrong = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = (
            models.Index(fields=("state", "asked_at"), name="job_state"),
            models.Index(fields=("kind", "about"), name="job_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class Series(models.Model):
    """The last number taken in a series: numbers are given once and without gaps."""

    code = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.code} {self.last}"


class Batch(models.Model):
    """A sheet on its way in: dropped, its columns matched, looked through, imported, perhaps taken back.

    It is found again after the page was left: the file lies under its digest, and what was chosen stands here.
    """

    class State(models.TextChoices):
        DROPPED = "dropped", _("待对列")
        MATCHED = "matched", _("待导入")
        IMPORTED = "imported", _("已导入")
        UNDONE = "undone", _("已撤销")

    key = models.UUIDField(unique=True)
    code = models.CharField(max_length=20, unique=True)
    sheet_code = models.CharField(max_length=32)
    file = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    by = models.CharField(max_length=16)
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DROPPED)
    which = models.PositiveIntegerField(default=0, help_text="Index of the sheet in the book.")
    head_row = models.PositiveIntegerField(default=0)
    matched = models.JSONField(default=dict, help_text="Our column's name to the index of the sheet's column.")
    told = models.JSONField(default=dict, help_text="Answers to the questions of the form.")
    notes = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    doubt = models.PositiveIntegerField(default=0)
    note = models.PositiveIntegerField(default=0)
    brought_in = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-begun_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} {self.get_state_display()}"


class BatchRow(models.Model):
    """A row of a batch as it was looked through; good rows go when the batch is imported, the others stay to go back."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="seen")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    marks = models.JSONField(default=list, help_text="[level, column, message] each.")
    level = models.CharField(max_length=6, blank=True)

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=("batch", "level", "number"), name="batch_row_level"),)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class ColumnMemory(models.Model):
    """How the columns of sheets with this header were matched last time."""

    sheet_code = models.CharField(max_length=32)
    signature = models.CharField(max_length=32)
    matched = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("sheet_code", "signature"), name="one_memory_a_header"),)

    def __str__(self) -> str:
        return f"{self.sheet_code} {self.signature}"
