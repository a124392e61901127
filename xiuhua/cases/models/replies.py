"""Who told us is owed an answer: what each source is promised, what came in from a chat group, and what was replied."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from xiuhua.cases.models.loop import Case, Source
from xiuhua.cases.models.standards import Category


class SourceRuleQuerySet(models.QuerySet["SourceRule"]):
    def in_force(self, day: dt.date) -> SourceRuleQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


class SourceRule(models.Model):
    """What holds for a source in a period `[begins_on, ends_on)`: the prefix of its own numbers, and the reply it is owed.

    A limit of nothing is no duty to reply.
    """

    source = models.CharField(max_length=20, choices=Source.choices)
    prefix = models.CharField(max_length=8, blank=True)
    limit_amount = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    limit_kind = models.CharField(max_length=16, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    changed_by = models.CharField(max_length=16, blank=True)

    objects = SourceRuleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source",), condition=Q(ends_on=None), name="one_rule_of_a_source"),
        )

    def holds(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.begins_on <= day and (self.ends_on is None or day < self.ends_on)

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.prefix}"


class ChatBatch(models.Model):
    """Photos and words pasted from a chat group, until they are cases. The words are kept as they were copied."""

    code = models.CharField(max_length=32, unique=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    group = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=16)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.code[:8]}"


class ChatDraft(models.Model):
    """One photo of a batch with what was said about it: a case to be, until somebody confirms it or leaves it out."""

    batch = models.ForeignKey(ChatBatch, models.CASCADE, related_name="drafts")
    place_in_batch = models.PositiveSmallIntegerField()
    photo = models.CharField(max_length=80, blank=True)
    sender = models.CharField(max_length=40, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=12, choices=Category.choices, blank=True)
    for_unit = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=32, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="The limit that was said, in minutes.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="drafts")

    class Meta:
        ordering = ("place_in_batch",)

    def __str__(self) -> str:
        return f"{self.batch} {self.place_in_batch}"


class Reply(models.Model):
    """What whoever told us of a case is owed: under which number of theirs, until when, and when they were answered."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="reply")
    number = models.CharField(max_length=24, blank=True, db_index=True, help_text="The own number of its source.")
    batch = models.ForeignKey(ChatBatch, models.SET_NULL, null=True, blank=True, related_name="replies")
    sender = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("due_at",), name="reply_owed", condition=Q(replied_at=None, due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"
