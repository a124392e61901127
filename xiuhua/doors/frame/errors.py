"""How a refusal, an absence or a fault looks from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xiuhua.kit.refusals import Absent, Refused


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer should be JSON: scripts say so, and the API always."""
    return request.headers.get("Accept", "").startswith("application/json") or "/api/" in request.path


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as an answer: 404 when absent, 409 when somebody was quicker, 403 when not theirs, else 422."""
    status = status_of(refused)
    if wants_json(request):
        return JsonResponse(body_of(refused), status=status, json_dumps_params={"ensure_ascii": False})
    context: dict[str, Any] = {"refused": refused, "status": status}
    template = "frame/refusal_partial.html" if request.headers.get("HX-Request") else "frame/refusal.html"
    return render(request, template, context, status=status)


def status_of(refused: Refused) -> int:
    if isinstance(refused, Absent):
        return 404
    if refused.code in {"case.stale", "act.key_reused"}:
        return 409
    if refused.code.startswith("access."):
        return 403
    return 422


def body_of(refused: Refused) -> dict[str, Any]:
    """A refusal for machines: code, sentence, field, facts."""
    return {
        "error": {
            "code": refused.code,
            "message": refused.message,
            "field": refused.field,
            "facts": {name: str(value) for name, value in refused.facts.items()},
        }
    }


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old: the page is asked for again, and what was typed is still in the browser."""
    stale = Refused(
        "form.stale", _("页面打开太久，安全令牌已过期。请按浏览器的后退键，刷新页面后再提交，已填的内容还在。")
    )
    return refusal(request, stale)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "frame/refusal.html", {"refused": Refused("access.page", _("您现在的岗位看不到这一页，请找系统管理员。")), "status": 403}, status=403)  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, Absent("page.absent", _("没有这一页。请检查地址，或回到首页。")))


def fault(request: HttpRequest) -> HttpResponse:
    return render(request, "frame/fault.html", {}, status=500)
