"""Campaigns: how far each is, by seams of stitches; what was done day by day and squad by squad; and its acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.campaigns.actions import close_campaign, declare_campaign, set_target, start_campaign
from xiuhua.campaigns.models import Campaign
from xiuhua.cases.models import Category
from xiuhua.city.access import may
from xiuhua.doors.desk.campaign_forms import CampaignForm, TargetForm
from xiuhua.doors.desk.campaign_progress import by_day, by_squad, pairs_of, progress_of
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.forms import done
from xiuhua.doors.desk.registers import ledger_address, line_keys, segment_words
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.rounds.models import Operation

STEPS = {"start": start_campaign, "close": close_campaign}


@require_safe
@never_cache
@desk_page(room="campaigns")
def campaigns(request: HttpRequest, by: By) -> HttpResponse:
    """All campaigns with their stages and seams."""
    day = bureau_day(timezone.now())
    return render(request, "desk/rooms/campaigns.html", {
        "campaigns": progress_of(by, day),
        "at": timezone.now(),
        "may_declare": may(by, "run_campaign"),
        "room": "campaigns",
    })  # fmt: skip


@require_safe
@never_cache
@desk_page(room="campaigns")
def campaign(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One campaign: targets, days, squads, operations, before and after."""
    return render(request, "desk/rooms/campaign.html", page_context(by, campaign_of(code)))


def page_context(by: By, found: Campaign) -> dict[str, Any]:
    at = timezone.now()
    day = bureau_day(at)
    until = min(max(day, found.starts_on), found.last_day)
    (progress,) = progress_of(by, day, only=found)
    main = progress.main.item if progress.main else ""
    return {
        "progress": progress,
        "campaign": found,
        "matters": matters(found),
        "roads": sorted(set(segment_words(found.segments).values())),
        "days": by_day(found, until, main=main),
        "squads": by_squad(found, day, main=main),
        "operations": Operation.objects.filter(campaign=found.code).order_by("-began_at")[:20],
        "pairs": pairs_of(by, found),
        "declared": line_keys("campaign.declared", [found.code]).get(found.code, ""),
        "ledger": ledger_address(by, campaign=found.code),
        "step": next_step(found) if may(by, "run_campaign") else "",
        "may_target": may(by, "run_campaign") and found.stage != Campaign.Stage.CLOSED,
        "key": fresh_key(),
        "at": at,
        "today": day,
        "room": "campaigns",
    }


def matters(found: Campaign) -> list[str]:
    """What counts toward it, in words."""
    categories = dict(Category.choices)
    return [
        *(str(categories.get(one, one)) for one in found.categories),
        *(_(ITEMS[one].label) for one in found.items if one in ITEMS),
    ]


def next_step(found: Campaign) -> str:
    return {Campaign.Stage.PLANNED: "start", Campaign.Stage.RUNNING: "close"}.get(Campaign.Stage(found.stage), "")


def campaign_of(code: str) -> Campaign:
    found = Campaign.objects.filter(code=code).first()
    if found is None:
        raise Absent("campaign.absent")
    return found


@require_POST
@desk_page(room="campaigns", verb="run_campaign")
def campaign_step(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A campaign begins, or comes to its end."""
    found = campaign_of(code)
    step = STEPS.get(request.POST.get("step", ""))
    try:
        if step is None:
            raise Refused("campaign.step", _("没有这一步，请刷新页面后再试。"))
        moved = step(act_of(request, by), campaign=found)
    except Refused as refused:
        found.refresh_from_db()
        context = page_context(by, found) | {"refused": refused}
        return render(request, "desk/rooms/campaign.html", context, status=status_of(refused))
    told = {"name": moved.name, "stage": moved.get_stage_display()}
    messages.success(request, _("“%(name)s”%(stage)s") % told)
    return redirect("desk:campaign", code=code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="campaigns", verb="run_campaign")
def new_campaign(request: HttpRequest, by: By) -> HttpResponse:
    """A campaign is declared."""
    form = CampaignForm(request)
    status = 200
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        made = done(form, lambda: declare_campaign(
            form.act(by, request.user.person), code=given["code"], name=given["name"],
            categories=given["categories"], items=given["items"], starts_on=given["starts_on"],
            ends_on=given["ends_on"], segments=given["roads"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已部署“%(name)s”") % {"name": made.name})
            return redirect("desk:campaign", code=made.code)
        status = form.status
    return render(request, "desk/rooms/campaign_form.html", {
        "form": form, "heading": _("部署专项"), "button": _("部署这个专项"), "back": reverse("desk:campaigns"),
        "back_label": _("专项行动"), "room": "campaigns",
    }, status=status)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="campaigns", verb="run_campaign")
def new_target(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A campaign promises so much of an item by a day."""
    found = campaign_of(code)
    form = TargetForm(request, found)
    status = 200
    if request.method == "POST":
        made = done(form, lambda: set_target(
            form.act(by, request.user.person), campaign=found, item=form.cleaned_data["item"],
            quantity=form.cleaned_data["quantity"], due_on=form.cleaned_data["due_on"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("目标已定，进度从台账里数"))
            return redirect("desk:campaign", code=code)
        status = form.status
    return render(request, "desk/rooms/form.html", {
        "form": form, "heading": _("定目标"), "button": _("定下目标"), "back": reverse("desk:campaign", args=[code]),
        "back_label": found.name, "room": "campaigns", "lead": _("同一项再定一次，以后一次为准。"),
    }, status=status)  # fmt: skip
