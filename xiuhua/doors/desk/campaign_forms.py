"""Forms of campaigns: declared, and what they promise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.campaigns.models import Campaign
from xiuhua.cases.models import Category
from xiuhua.doors.desk.forms import KeyedForm, choice_field, day_field, text_field, worded
from xiuhua.doors.desk.operation_form import RoadsField
from xiuhua.ledger.items import ITEMS

NOT_WORK = {"letter", "letter_spoiled"}


class CampaignForm(KeyedForm):
    """A campaign: what it is after, where and until when."""

    name = text_field(gettext_lazy("专项名称"), most=60)
    code = text_field(
        gettext_lazy("编码"), most=32, help_text=gettext_lazy("字母、数字和短横线，以后不能改，例如 tingche-2020。")
    )
    starts_on = day_field(gettext_lazy("开始日期"))
    ends_on = day_field(gettext_lazy("结束日期"))
    roads = RoadsField(
        label=gettext_lazy("只限这些路（可不填）"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("不填就是全市。几条路用顿号分开；范围小的专项优先计入。"),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("哪些案件计入"),
        required=False,
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    items = forms.MultipleChoiceField(
        label=gettext_lazy("哪些工作量计入"),
        required=False,
        choices=worded({one.code: one.label for one in ITEMS.values() if one.code not in NOT_WORK}).items(),
        widget=forms.CheckboxSelectMultiple,
    )
    answers = {"segments": "roads"}


class TargetForm(KeyedForm):
    """So much of an item by a day."""

    item = choice_field(gettext_lazy("统计项"), ())
    quantity = forms.DecimalField(
        label=gettext_lazy("目标数量"),
        max_digits=11,
        decimal_places=1,
        error_messages={"required": gettext_lazy("请填写数量。"), "invalid": gettext_lazy("请填写数字，例如 3200。")},
    )
    due_on = day_field(gettext_lazy("完成日期"))

    def __init__(self, request: HttpRequest, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(request, initial={"due_on": campaign.ends_on}, **kwargs)
        items = [ITEMS[code] for code in campaign.items if code in ITEMS]
        self.fields["item"].choices = [("", gettext_lazy("请选择")), *((one.code, f"{_(one.label)}（{_(one.unit)}）") for one in items)]  # type: ignore[attr-defined]  # fmt: skip
