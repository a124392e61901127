"""Forms of letters: printed, spoiled, handed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from xiuhua.doors.desk.forms import KeyedForm, choice_field, moment_field, number_field, text_field, worded
from xiuhua.rounds.actions import SPOILED
from xiuhua.rounds.models import Delivery, LetterBatch


class PrintForm(KeyedForm):
    """A batch of letters came from the printer's."""

    title = text_field(gettext_lazy("标题"), most=80, initial=gettext_lazy("致全体经营业户的一封信"))
    copies = number_field(gettext_lazy("印制份数"))
    at = moment_field(gettext_lazy("印制时间"))


class SpoilForm(KeyedForm):
    """Copies will not be delivered."""

    copies = number_field(gettext_lazy("损毁份数"))
    reason = choice_field(gettext_lazy("原因"), worded(SPOILED).items())
    at = moment_field(gettext_lazy("发生时间"))


class BatchField(forms.ModelChoiceField):
    """A batch with copies left, told with how many."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}（{obj.printed_on}，剩 {obj.left} 份）"


class DeliverForm(KeyedForm):
    """A letter handed over at a shop's door."""

    batch = BatchField(
        queryset=LetterBatch.objects.none(),
        to_field_name="code",
        label=gettext_lazy("哪一批信"),
        empty_label=gettext_lazy("请选择"),
        error_messages={
            "required": gettext_lazy("请选择哪一批信。"),
            "invalid_choice": gettext_lazy("这一批已经发完，请换一批，或先登记加印。"),
        },
    )
    outcome = choice_field(gettext_lazy("送达结果"), Delivery.Outcome.choices)
    at = moment_field(gettext_lazy("送达时间"))

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        left = LetterBatch.objects.filter(copies__gt=F("spoiled") + F("delivered"))
        # A form sent twice must still find the batch that its first sending emptied.
        sent = LetterBatch.objects.filter(code=self.data.get("batch", "")) if self.is_bound else left.none()
        self.fields["batch"].queryset = (left | sent).order_by("printed_on", "id")  # type: ignore[attr-defined]
