"""Addresses of the machine door."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from xiuhua.doors.api.answers import refuse
from xiuhua.doors.api.v1 import api
from xiuhua.kit.refusals import Refused

app_name = "api"


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A wrong method is answered like every other refusal."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        allowed = answer.headers["Allow"]
        refused = refuse(Refused("input.method", _("这个地址只接受 %(methods)s。") % {"methods": allowed}), 405)
        refused.headers["Allow"] = allowed
        return refused

    return run


patterns, inner_app, namespace = api.urls
for pattern in patterns:
    if isinstance(pattern, URLPattern):
        pattern.callback = told(pattern.callback)

urlpatterns = [path("v1/", (patterns, inner_app, namespace))]
