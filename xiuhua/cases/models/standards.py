"""The filing standard: versions with a document number, their rows, and the codes that a city adds to the national ones."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """The six kinds of problem of a street, and all others."""

    PARKING = "parking", _("车辆乱停")
    STALL = "stall", _("占道经营")
    SHOPFRONT = "shopfront", _("店外经营")
    SIGN = "sign", _("乱设广告")
    POSTING = "posting", _("乱贴乱画")
    BUILDING = "building", _("乱搭乱建")
    OTHER = "other", _("其他问题")


class Kind(models.TextChoices):
    """What a code stands for: a thing of the city, or what happens there."""

    COMPONENT = "component", _("部件")
    EVENT = "event", _("事件")


class StandardVersion(models.Model):
    """A filing standard as a document: a draft until it is put in force, then in force until another replaces it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        IN_FORCE = "in_force", _("生效")
        ENDED = "ended", _("已停用")

    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title


class StandardRowQuerySet(models.QuerySet["StandardRow"]):
    """Questions about rows that read after the noun."""

    def in_force(self, day: dt.date) -> StandardRowQuerySet:
        """What a case may be filed under on a day: no draft, begun, not ended."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), draft=False, begins_on__lte=day)


class StandardRow(models.Model):
    """A row of the filing standard (立案标准): when to file, when it is right, and within which limit.

    A row in force is never changed: another row that `follows` it takes its place from a day on, so that a case keeps the
    row that it was filed under. `code_standard` names the standard by which `matter` is written.
    """

    code = models.CharField(max_length=24, unique=True)
    version = models.ForeignKey(StandardVersion, models.PROTECT, null=True, blank=True, related_name="rows")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.EVENT)
    major_name = models.CharField(max_length=40, blank=True)
    matter = models.CharField(max_length=12)
    matter_name = models.CharField(max_length=60)
    code_standard = models.CharField(max_length=24, default="gb47678.5-2026")
    category = models.CharField(max_length=12, choices=Category.choices)
    condition = models.CharField(max_length=300)
    closing = models.CharField(max_length=300)
    limit_amount = models.DecimalField(max_digits=6, decimal_places=2)
    limit_kind = models.CharField(max_length=16)
    limit_note = models.CharField(max_length=40, blank=True)
    handling_unit = models.CharField(max_length=160, blank=True)
    supervising_unit = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=120, blank=True)
    doubt = models.CharField(max_length=200, blank=True, help_text="What somebody should confirm; empty when nothing.")
    draft = models.BooleanField(default=False)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    why = models.CharField(max_length=200, blank=True)
    changed_by = models.CharField(max_length=16, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = StandardRowQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.matter_name}：{self.condition}"


class CityMatter(models.Model):
    """A code that the city adds to the national ones (地方扩展)."""

    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.EVENT)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    major = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "code"), name="city_matter_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StageRuleQuerySet(models.QuerySet["StageRule"]):
    def in_force(self, day: dt.date) -> StageRuleQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


class StageRule(models.Model):
    """How long a stage of the loop may take in a period `[begins_on, ends_on)`. No amount is no limit.

    Putting right has no rule here: its limit is that of the filing standard.
    """

    stage = models.CharField(max_length=12)
    limit_amount = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    limit_kind = models.CharField(max_length=16, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    changed_by = models.CharField(max_length=16, blank=True)

    objects = StageRuleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("stage",), condition=Q(ends_on=None), name="one_rule_of_a_stage"),
        )

    def __str__(self) -> str:
        return f"{self.stage} {self.limit_amount} {self.limit_kind}"


class CheckRule(models.Model):
    """Of the cases of a category and a source, so many in a hundred are checked on the spot; empty is every one."""

    category = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=20, blank=True)
    share = models.PositiveSmallIntegerField(help_text="0 by pictures, 100 on the spot, between them drawn by lot.")
    changed_by = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("category", "source"), name="one_check_rule"),)

    def __str__(self) -> str:
        return f"{self.category} {self.source} {self.share}"
