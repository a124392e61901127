"""The front door: home, signing in and out, health. Where home is depends on the role and the device."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.access import may
from xiuhua.city.accounts import secure_account
from xiuhua.city.models import Role
from xiuhua.city.queries import by_of_account, rooms_on
from xiuhua.doors.frame.context import address
from xiuhua.ledger.act import Act

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


class SignInForm(AuthenticationForm):
    """Account and password, refused in the words of the page."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("账号或密码不对，请再输一次；大写和小写算不同的字。"),
    }


class SignIn(LoginView):
    """The sign-in. Who is signed in already goes home."""

    template_name = "frame/enter.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


sign_in = SignIn.as_view()


@never_cache
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """An own password: asked for after a sign-in with a printed slip, and open to everybody at any time."""
    form = SetPasswordForm(request.user, request.POST or None)
    form.fields["new_password1"].label = _("新密码")
    form.fields["new_password2"].label = _("再输一遍")
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        hashed = make_password(form.cleaned_data["new_password1"])
        account = secure_account(Act(by=by_of_account(request.user, at), at=at), account=request.user, hashed=hashed)
        update_session_auth_hash(request, account)
        messages.success(request, _("新密码已经生效。"))
        return redirect("home")
    return render(request, "frame/password.html", {"form": form}, status=422 if form.errors else 200)


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
