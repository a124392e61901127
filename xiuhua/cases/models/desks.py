"""What people at a desk keep for themselves and from each other: filters with a name, and who has which case open."""

from __future__ import annotations

from django.db import models

from xiuhua.cases.models.loop import Case


class SavedFilter(models.Model):
    """The address of a list under a name, for one person or, shared, for everybody of the desk."""

    code = models.CharField(max_length=32, unique=True)
    person = models.CharField(max_length=16, db_index=True)
    page = models.CharField(max_length=12)
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=400)
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("person", "page", "name"), name="filter_of_a_name"),)

    def __str__(self) -> str:
        return self.name


class Looking(models.Model):
    """Who has a case open, and when that was last so. Forgotten after minutes."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="lookers")
    person = models.CharField(max_length=16)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "person"), name="looks_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.person}"
