"""Work hours that hold from a day on: the bureau's (夏季作息), or a unit's own, such as a squad of the night."""

from __future__ import annotations

from django.db import models


class HoursRule(models.Model):
    """From a day on, a working day of a unit has these shifts; of the whole bureau where no unit is named.

    No shifts: the unit works as the bureau does again.
    """

    unit = models.CharField(max_length=120, blank=True, help_text="Its path; empty for the whole bureau.")
    begins_on = models.DateField()
    shifts = models.JSONField(default=list)
    name = models.CharField(max_length=20, blank=True)
    set_by = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ("unit", "begins_on")
        constraints = (models.UniqueConstraint(fields=("unit", "begins_on"), name="hours_of_a_unit_from_a_day"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.begins_on}"
