"""What a step can be taken back to."""

from __future__ import annotations

from django.db import models

from xiuhua.cases.models.loop import Case


class LastStep(models.Model):
    """A step that was just taken: the line it wrote, the version after it, and how the case stood before."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="last_steps")
    line = models.UUIDField()
    verb = models.CharField(max_length=12)
    by = models.CharField(max_length=16)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    before = models.JSONField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"
