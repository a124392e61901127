"""The form of an operation: head-counts by unit and partner, streets by their names."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.campaigns.models import Campaign
from xiuhua.city.models import Segment, Unit
from xiuhua.doors.desk.forms import KeyedForm, choice_field, moment_field, text_field
from xiuhua.ledger.act import By
from xiuhua.rounds.actions import PARTNERS
from xiuhua.rounds.models import Operation

CREWS = (Unit.Kind.SQUAD, Unit.Kind.OFFICE, Unit.Kind.CENTRE)
MOST_SEGMENTS = 500


class RoadsField(forms.CharField):
    """Several roads by name, each with all its segments; a segment's own code is understood as well."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        found: list[str] = []
        for name in filter(None, re.split(r"[、，,;；\s]+", text)):
            codes = list(Segment.objects.in_use().filter(road=name).order_by("id").values_list("code", flat=True))
            codes = codes or list(Segment.objects.filter(code=name).values_list("code", flat=True))
            if not codes:
                raise forms.ValidationError(_("没有找到路“%(name)s”，请写全路名，几条路用顿号分开。") % {"name": name})
            found += codes
        if len(found) > MOST_SEGMENTS:
            raise forms.ValidationError(_("这些路一共 %(n)d 段，太多了，请只写主要的路。") % {"n": len(found)})
        return list(dict.fromkeys(found))


def head_count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=5000,
        error_messages={
            "invalid": gettext_lazy("请填写整数。"),
            "min_value": gettext_lazy("人数不能是负数。"),
            "max_value": gettext_lazy("人数太多，请核对。"),
        },
    )


class OperationForm(KeyedForm):
    """An operation that was held."""

    name = text_field(gettext_lazy("行动名称"), most=80)
    at = moment_field(gettext_lazy("开始时间"))
    ended_at = moment_field(gettext_lazy("结束时间"))
    campaign = choice_field(gettext_lazy("属于哪个专项（可不选）"), (), required=False)
    roads = RoadsField(
        label=gettext_lazy("在哪些路"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("写路名，几条路用顿号分开，例如：范公亭路、海岱路。"),
    )
    answers = {"segments": "roads", "people": "name", "partners": "name"}

    def __init__(self, request: HttpRequest, by: By, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        running = Campaign.objects.exclude(stage=Campaign.Stage.PLANNED).values_list("code", "name")
        self.fields["campaign"].choices = [("", _("不属于专项")), *running]  # type: ignore[attr-defined]
        self.units = list(Unit.objects.filter(kind__in=CREWS, closed_on=None).order_by("path"))
        for unit in self.units:
            self.fields[f"unit_{unit.code}"] = head_count(unit.name)
        for code, label in PARTNERS.items():
            self.fields[f"partner_{code}"] = head_count(_(label))
        crew = self.fields.get(f"unit_{by.unit.rstrip('/').rpartition('/')[2]}")
        if crew is not None:
            crew.widget.attrs["data-own"] = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        counts = [value for name, value in given.items() if name.startswith(("unit_", "partner_"))]
        crews = [name for name in self.errors if name.startswith(("unit_", "partner_"))]
        if not crews and not any(counts):
            self.add_error(f"unit_{self.units[0].code}" if self.units else None, _("请至少填写一个单位的人数。"))
        return given

    @property
    def people(self) -> dict[str, int]:
        """Head-counts by unit path and partner code; those who did not come are left out."""
        paths = {f"unit_{unit.code}": unit.path for unit in self.units} | {f"partner_{code}": code for code in PARTNERS}
        return {path: self.cleaned_data[name] for name, path in paths.items() if self.cleaned_data.get(name)}

    @property
    def partners(self) -> list[str]:
        return [code for code in PARTNERS if self.cleaned_data.get(f"partner_{code}")]

    def plain_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if not field.name.startswith(("unit_", "partner_"))]

    def unit_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name.startswith("unit_")]

    def partner_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name.startswith("partner_")]


OFFERED = 40


def operation_choices() -> list[tuple[str, str]]:
    """The newest operations, so that what was done under one can be told with it; none is the first choice."""
    newest = Operation.objects.order_by("-began_at", "-id")[:OFFERED]
    return [
        ("", _("不属于集中行动")),
        *((one.code, f"{timezone.localtime(one.began_at):%Y-%m-%d %H:%M} {one.name}") for one in newest),
    ]
