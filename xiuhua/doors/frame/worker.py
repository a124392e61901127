"""The phone's service worker, served under the street's own path because its reach is its path."""

from __future__ import annotations

import hashlib
import json

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from xiuhua.doors.frame import built
from xiuhua.doors.frame.context import address


@require_GET
@cache_control(max_age=0, must_revalidate=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The built worker with what it keeps: `path("sw.js", service_worker, name="worker")` in the street's urls."""
    path = built.FOLDER / built.manifest()["files"].get("sw.js", "sw.js")
    if not path.is_file():
        raise Http404
    names = ("xiuhua.css", "phone.js", "icons.svg")
    files = [static(built.file_of(name)) for name in names] + [static(part) for part in built.parts_of("phone.js")]
    shell = {
        "scope": request.path.rsplit("/", 1)[0] + "/",
        "statics": static("xh/"),
        "files": files,
        "offline": address("street:outbox"),
    }
    shell["version"] = hashlib.sha256(json.dumps(shell).encode()).hexdigest()[:12]
    source = f"const SHELL = {json.dumps(shell)};\n{path.read_text(encoding='utf-8')}"
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")
