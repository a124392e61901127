"""What a person is told outside the program: by which ways, and what waits to be sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models.people import Person
from xiuhua.kit.channels import Way


class Channel(models.Model):
    """A way by which notices reach a person. The address is sealed; it can be a robot's secret or a phone number."""

    code = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="channels")
    way = models.CharField(max_length=8, choices=Way.choices)
    address_sealed = models.CharField(max_length=400)
    hint = models.CharField(max_length=12, help_text="The last characters, by which a person knows it.")
    failed = models.PositiveSmallIntegerField(default=0, help_text="How many in a row did not go out.")
    sent_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_way_display()} …{self.hint}"


class Notice(models.Model):
    """One sentence for one person, about something in the program; it leaves not before `due_at`, and goes out once.

    `cause` is the line that it tells of: when that is taken back before it left, it never leaves.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发")
        SENT = "sent", _("已发")
        FAILED = "failed", _("没有发出")
        DROPPED = "dropped", _("已撤回")

    cause = models.UUIDField(db_index=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("due_at",), name="notice_waiting", condition=models.Q(state="waiting")),)
        constraints = (models.UniqueConstraint(fields=("cause", "person"), name="notice_once"),)

    def __str__(self) -> str:
        return f"{self.title} {self.state}"
