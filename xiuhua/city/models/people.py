"""The bureau, its tree of units, its people, their posts, and who answers for what."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiuhua.kit.seals import masked, unseal


class Role(models.TextChoices):
    """What a post lets a person do. An assistant (协管员) patrols, persuades and delivers, and enforces nothing."""

    LEADER = "leader", _("局领导")
    ACCEPTOR = "acceptor", _("受理员")
    DISPATCHER = "dispatcher", _("派遣员")
    OFFICE = "office", _("科室")
    LEGAL = "legal", _("法制")
    SQUAD_LEADER = "squad_leader", _("中队长")
    OFFICER = "officer", _("队员")
    ASSISTANT = "assistant", _("协管员")
    INSPECTOR = "inspector", _("巡查员")
    MACHINE = "machine", _("系统")
    ADMINISTRATOR = "administrator", _("系统管理员")


class Bureau(models.Model):
    """The one bureau of this database: its name, its division code, its map, and the rooms that it uses."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=80)
    division = models.CharField(max_length=6, blank=True)
    boundary = models.JSONField(default=list, help_text="Rings of [lon, lat] in WGS84.")
    attribution = models.CharField(max_length=200, blank=True)
    rooms = models.JSONField(default=list)
    shifts = models.JSONField(default=list, help_text="Work hours as [from, to] pairs such as 08:00.")
    patience = models.PositiveSmallIntegerField(default=5, help_text="Minutes until an unseen case rises at the desk.")
    demonstration = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def squads(self) -> UnitQuerySet:
        return self.filter(kind=Unit.Kind.SQUAD)

    def under(self, path: str) -> UnitQuerySet:
        return self.filter(path__startswith=path)


class Unit(models.Model):
    """A unit in the tree. `path` is the codes from the bureau down, each ending in `/`: a prefix is a parent."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("局")
        OFFICE = "office", _("科室")
        CENTRE = "centre", _("指挥中心")
        SQUAD = "squad", _("中队")
        TEAM = "team", _("小队")
        PARTNER = "partner", _("协同单位")

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody of the bureau or of another body. `code` is random, never reused, and all that a line says."""

    class Employment(models.TextChoices):
        STAFF = "staff", _("编制")
        CONTRACT = "contract", _("聘用")
        ASSISTANT = "assistant", _("协管")

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=40)
    employment = models.CharField(max_length=9, choices=Employment.choices, blank=True)
    phone_sealed = models.CharField(max_length=160, blank=True)
    phone_hash = models.CharField(max_length=100, blank=True, db_index=True)
    certificate = models.CharField(max_length=40, blank=True)
    certificate_from = models.DateField(null=True, blank=True)
    certificate_until = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=32, blank=True, help_text="The imported list that brought the person in.")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """The phone as everybody may see it, its middle hidden. The full number is one act away, and is logged."""
        return masked(unseal(self.phone_sealed)) if self.phone_sealed else ""

    def certified_on(self, day: dt.date) -> bool:
        """Whether the certificate is valid on a day; one without an end is valid until somebody writes one."""
        begun = self.certificate_from is None or self.certificate_from <= day
        return bool(self.certificate) and begun and (self.certificate_until is None or day < self.certificate_until)


class Account(AbstractUser):
    """A sign-in. It acts for one person; what it may do comes from that person's posts.

    `must_change` stands until the person has chosen a password of their own.
    """

    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    phone_mode = models.BooleanField(default=False)
    must_change = models.BooleanField(default=False)


class Token(models.Model):
    """What a machine shows instead of a password. Only a keyed hash of its secret is kept."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    hash = models.CharField(max_length=100, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), condition=Q(ended_at=None), name="token_name_once_at_a_time"),
        )

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: dt.date) -> PostQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)


class Post(models.Model):
    """A person's post in a unit for a period `[begins_on, ends_on)`."""

    code = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role.choices)
    title = models.CharField(max_length=40, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    batch = models.CharField(max_length=32, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("begins_on")), name="post_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def in_force(self, day: dt.date) -> DutyQuerySet:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), begins_on__lte=day)

    def for_thing(self, thing: str) -> DutyQuerySet:
        return self.filter(thing=thing)


class Duty(models.Model):
    """Who answers for a thing in a period `[begins_on, ends_on)`. `thing` is a code such as `segment:S0012`.

    `shift` is the name of a shift (早班); empty is all day. A duty that is not `confirmed` was read from a paper that
    does not name the one person (待确认). `version` is the code of the table that put it in force.
    """

    class Part(models.TextChoices):
        LEADER = "leader", _("包靠领导")
        OFFICE = "office", _("联系科室")
        SQUAD = "squad", _("责任中队")
        OFFICER = "officer", _("责任队员")
        ASSISTANT = "assistant", _("协管员")

    code = models.CharField(max_length=32, unique=True)
    thing = models.CharField(max_length=48)
    part = models.CharField(max_length=12, choices=Part.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="duties")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="duties")
    primary = models.BooleanField(default=True)
    shift = models.CharField(max_length=40, blank=True)
    confirmed = models.BooleanField(default=True)
    version = models.CharField(max_length=32, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("thing", "part"), name="duty_thing_part"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(person__isnull=False), name="duty_somebody_answers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.thing} {self.get_part_display()} {self.person or self.unit}"
