"""Forms of the desk's rooms: a key made with the page, errors beside their fields, one act behind each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from xiuhua.city.models import Person, Post, Role, Segment
from xiuhua.city.queries import by_of
from xiuhua.doors.desk.entry import fresh_key
from xiuhua.doors.desk.where import segment_meant
from xiuhua.doors.frame.context import address
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, By, bureau_day

R = TypeVar("R")
MINUTE = "%Y-%m-%dT%H:%M"
ENFORCERS = (Role.OFFICER, Role.SQUAD_LEADER)


class SegmentField(forms.CharField):
    """A road segment, typed by its road and chosen from what is offered while typing."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("请选择路段：输入路名，再从列表里选一段。")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.offered: list[str] = []

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "list": "segment-options", "autocomplete": "off", "hx-trigger": "input changed delay:200ms",
            "hx-target": "#segment-options", "hx-swap": "innerHTML",
        }  # fmt: skip

    def clean(self, value: Any) -> Segment | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return segment_meant(text)
        except Refused as refused:
            self.offered = list(refused.facts.get("choices", ()))
            raise forms.ValidationError(refused.message) from refused


class KeyedForm(forms.Form):
    """A form behind which stands one act. `at` is when it happened on the street; without one, now."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    required_css_class = "xh-field--needed"
    answers: ClassVar[Mapping[str, str]] = {}
    """Which field shows a refusal of an action's own input, where their names differ."""

    def __init__(self, request: HttpRequest, *, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        posted = request.POST if request.method == "POST" else None
        files = request.FILES if request.method == "POST" else None
        now = timezone.localtime(timezone.now())
        started = {"key": fresh_key(), "at": now.strftime(MINUTE)} | dict(initial or {})
        super().__init__(posted, files, initial=started, use_required_attribute=False, **kwargs)
        self.refused: Refused | None = None
        for field in self.fields.values():
            if isinstance(field, SegmentField):
                field.widget.attrs["hx-get"] = address("desk:segment_options")

    @property
    def offered(self) -> list[str]:
        """Segments to choose from after a text that might mean several."""
        return [one for field in self.fields.values() if isinstance(field, SegmentField) for one in field.offered]

    @property
    def status(self) -> int:
        """How the page with its errors is answered."""
        return status_of(self.refused) if self.refused else 422

    def act(self, by: By, person: Person | None) -> Act:
        """The act behind the form, by what the person was when it happened."""
        now = timezone.now()
        at: dt.datetime = self.cleaned_data.get("at") or now
        acts = by_of(person, at) if bureau_day(at) != bureau_day(now) else by
        return Act(by=acts, at=at, key=self.cleaned_data["key"], recorded_at=now)

    def refuse(self, refused: Refused) -> None:
        """Show a rule's no where it belongs; a key that was used already is replaced, so that a true second act may go."""
        self.refused = refused
        name = self.answers.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, refused.message)
        if refused.code == "act.key_reused":
            self.data = self.data.copy()
            self.data["key"] = fresh_key()


def done(form: KeyedForm, act: Callable[[], R]) -> R | None:
    """What the act answered, or nothing when the form or a rule says no; the form then tells why."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refused:
        if isinstance(refused, Absent) or refused.code.startswith("access."):
            raise
        form.refuse(refused)
        return None


def moment_field(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """When it happened, to the minute."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
        input_formats=[MINUTE, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": gettext_lazy("请填写时间。"), "invalid": gettext_lazy("时间读不出来，请写成 2020-03-16 09:05。")},
        **kwargs,
    )  # fmt: skip


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("请填写日期。"), "invalid": gettext_lazy("日期读不出来，请写成 2020-03-16。")},
        **kwargs,
    )  # fmt: skip


def number_field(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        error_messages={"required": gettext_lazy("请填写数量。"), "invalid": gettext_lazy("请填写整数，例如 12。")},
        **kwargs,
    )


def choice_field(label: Any, choices: Any, *, blank: Any = "", **kwargs: Any) -> forms.ChoiceField:
    """One of a few; nothing is chosen at first, so that nobody sends what they did not mean."""
    every = [("", blank or gettext_lazy("请选择")), *choices]
    return forms.ChoiceField(
        label=label,
        choices=every,
        error_messages={
            "required": gettext_lazy("请选择一项。"),
            "invalid_choice": gettext_lazy("没有这一项，请重新选择。"),
        },
        **kwargs,
    )


def worded(labels: Mapping[str, str]) -> dict[str, Any]:
    """Labels that the rooms keep in Chinese, put into the page's language when they are shown."""
    return {code: gettext_lazy(label) for code, label in labels.items()}


def text_field(label: Any, *, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        error_messages={
            "required": gettext_lazy("请填写这一栏。"),
            "max_length": gettext_lazy("太长了，最多 %(limit_value)d 个字。"),
        },
        **kwargs,
    )


class PersonField(forms.ModelChoiceField):
    """Somebody of the bureau, chosen by code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Person.objects.none(),
            to_field_name="code",
            empty_label=gettext_lazy("请选择"),
            error_messages={
                "required": gettext_lazy("请选择人员。"),
                "invalid_choice": gettext_lazy("这个人现在没有相应的岗位，请重新选择。"),
            },
            **kwargs,
        )

    def offer(self, *roles: str, day: dt.date, certified: bool = False) -> None:
        """Who holds one of these posts on a day."""
        posts = Post.objects.held_on(day).filter(role__in=roles)
        people = Person.objects.filter(posts__in=posts).distinct().order_by("name", "code")
        self.queryset = people.exclude(certificate="") if certified else people


def point_e7(form: forms.Form) -> dict[str, int | None]:
    """The point of a form in 1e-7 degrees; both or none."""
    lon, lat = form.cleaned_data.get("lon"), form.cleaned_data.get("lat")
    if lon is None or lat is None:
        return {"lon_e7": None, "lat_e7": None}
    return {"lon_e7": round(lon * 1e7), "lat_e7": round(lat * 1e7)}
