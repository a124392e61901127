"""The edge: a refusal becomes an answer in one place, and every page goes out with its security headers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from xiuhua.doors.frame.errors import refusal, wants_json
from xiuhua.kit.refusals import Refused

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)


class edge:  # noqa: N801  (Django calls it like a function)
    """Middleware: `Refused` that a view lets rise is answered as page, partial or JSON, whichever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked:  # no database keeps a null character, and nobody types one
            request.META["QUERY_STRING"] = asked.replace("%00", "")
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refusal(request, exception)
        return None


class own_password:  # noqa: N801  (Django calls it like a function)
    """Middleware: who came in with the password of a printed slip chooses an own one before anything else."""

    PASSING = ("password", "sign_out", "set_language", "too_old", "health")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not getattr(request.user, "must_change", False) or wants_json(request):
            return None
        if request.resolver_match is None or request.resolver_match.view_name in self.PASSING:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("password")})
        return redirect("password")
