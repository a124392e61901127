"""The WSGI application that granian serves, also behind a proxy that passes the path prefix on instead of cutting it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")
house = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a request; under XIUHUA_PATH_PREFIX the path may come with the prefix or without it."""
    prefix = settings.FORCE_SCRIPT_NAME
    path = environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ = {**environ, "PATH_INFO": path[len(prefix) :] or "/"}
    return house(environ, start_response)
