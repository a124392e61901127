"""What citizens send: a report, a rating. Forms clean the text; the rules themselves stand in cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.cases.intake import LONGEST
from xiuhua.cases.models import Category
from xiuhua.doors.portal.shown import RATE_REASONS
from xiuhua.kit.files import keep_photo
from xiuhua.kit.refusals import Refused

MOST_PHOTOS = 4


class ReportForm(forms.Form):
    """A problem as a citizen tells it. `website` is for machines: people neither see nor fill it."""

    key = forms.UUIDField()
    category = forms.ChoiceField(
        choices=Category.choices,
        error_messages={
            "required": gettext_lazy("请选问题类别，拿不准就选“其他问题”。"),
            "invalid_choice": gettext_lazy("没有这个类别，请从上面选一个。"),
        },
    )
    place = forms.CharField(
        required=False, max_length=200, error_messages={"max_length": gettext_lazy("地点超过 200 字，请精简。")}
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    description = forms.CharField(
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": gettext_lazy("描述超过 2000 字，请精简。")},
    )
    contact = forms.CharField(
        required=False,
        max_length=60,
        error_messages={"max_length": gettext_lazy("联系方式超过 60 字，请只留一个电话。")},
    )
    website = forms.CharField(required=False)

    @property
    def by_machine(self) -> bool:
        """Whether the field that people do not see was filled."""
        return bool(self.data.get("website", "").strip())

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.by_machine:
            raise forms.ValidationError(
                _("这次提交像是自动程序发出的，没有收下。您若是本人填写，请刷新页面重填，或拨打 12345。")
            )
        _key_or_again(self)
        if {"lon", "lat"} & self.errors.keys():
            for name in ("lon", "lat"):
                self._errors.pop(name, None)
            self.add_error("place", _("位置读不出来，请重新定位，或写明地点。"))
        elif "place" not in self.errors and not told.get("place") and told.get("lon") is None:
            self.add_error("place", _("请写明地点，或者用手机定位、在地图上点一下。"))
        return told


class RatingForm(forms.Form):
    """Whether the reporter is content, and why not."""

    key = forms.UUIDField()
    score = forms.TypedChoiceField(
        coerce=int,
        choices=[("3", ""), ("2", ""), ("1", "")],
        error_messages={
            "required": gettext_lazy("请选满意、一般或不满意。"),
            "invalid_choice": gettext_lazy("请选满意、一般或不满意。"),
        },
    )
    reason = forms.ChoiceField(
        required=False,
        choices=list(RATE_REASONS.items()),
        error_messages={"invalid_choice": gettext_lazy("请从列表里选一个原因。")},
    )
    words = forms.CharField(
        required=False, max_length=500, error_messages={"max_length": gettext_lazy("留言超过 500 字，请精简。")}
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        _key_or_again(self)
        if told.get("score") == 1 and not told.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("请选不满意的原因，我们好改正。"))
        return told


def kept_photos(request: HttpRequest) -> list[str]:
    """Digests of a form's photos: those that an earlier try had kept, and those that come with it now."""
    earlier = [digest for digest in request.POST.getlist("photo") if digest]
    uploads = [upload for upload in request.FILES.getlist("photos") if upload.size]
    if len(earlier) + len(uploads) > MOST_PHOTOS:
        raise Refused("photo.many", _("最多 %(n)d 张照片，请去掉几张再提交。") % {"n": MOST_PHOTOS}, field="photos")
    return list(dict.fromkeys([*earlier, *(keep_photo(upload.read()).digest for upload in uploads)]))


def _key_or_again(form: forms.Form) -> None:
    """The key was made with the page; a form without one gets a new key and may be sent again."""
    if form.errors.pop("key", None):
        form.add_error(None, _("页面缺少编号，已经补上，请再按一次提交。"))
