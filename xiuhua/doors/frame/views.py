"""The front door: home, signing in and out, health. Where home is depends on the role and the device."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Role
from xiuhua.city.queries import by_of_account, rooms_on
from xiuhua.doors.frame.context import address

STREET = frozenset({Role.OFFICER, Role.ASSISTANT, Role.SQUAD_LEADER})
PHONES = ("Mobile", "Android", "iPhone", "HarmonyOS", "OpenHarmony", "MicroMessenger")


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Who comes in is led to the first page of their role; who is not signed in, to the sign-in."""
    if not request.user.is_authenticated:
        return redirect(address("sign_in"))
    by = by_of_account(request.user, timezone.now())
    if not by.roles:
        return render(request, "frame/no_posts.html", status=403)
    where = ""
    if by.roles <= STREET and (request.user.phone_mode or _is_phone(request)):
        where = address("street:home")
    elif Role.LEADER in by.roles and "overview" in rooms_on():
        where = address("desk:overview")
    elif may(by, "see_desk"):
        where = address("desk:dispatch")
    return redirect(where or address("street:home", "desk:dispatch", "sign_in"))


def _is_phone(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    return any(word in agent for word in PHONES)


class SignIn(LoginView):
    """The sign-in. Who is signed in already goes home."""

    template_name = "frame/enter.html"
    redirect_authenticated_user = True


sign_in = SignIn.as_view()


@require_safe
def too_old(request: HttpRequest) -> HttpResponse:
    """One plain page for browsers that cannot draw the others."""
    answer = render(request, "frame/too_old.html")
    patch_vary_headers(answer, ["Accept-Language"])
    return answer


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether the house answers and its database does: for who watches over machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"ok": True})
