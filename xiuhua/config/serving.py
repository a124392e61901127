"""Serving with granian: is the port free, who may reach it, the server and the worker beside it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket

from xiuhua.kit.refusals import Refused

WORKERS = min(2, os.cpu_count() or 1)
THREADS = 8
"""Requests that one process works on at a time: more would only wait for the database."""


def require_free(host: str, port: int) -> None:
    """Refuse a taken port with one sentence, before anything long begins."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused(
                "server.port", "没有权限使用端口 {port}，请换 1024 以上的端口。", field="port", port=port
            ) from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno not in _TAKEN:
                raise Refused(
                    "server.host", "地址 {host} 不能用：{strerror}。", field="host", host=host, strerror=error.strerror
                ) from error
            raise Refused(
                "server.port",
                "端口 {port} 已被别的程序占用，请换一个，例如 make demo PORT={port2}，或加 --port {port2}。",
                field="port",
                port=port,
                port2=port + 1,
            ) from error


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    from django.conf import settings

    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{settings.FORCE_SCRIPT_NAME or ''}/"


def serve(host: str, port: int, *, workers: int = WORKERS) -> None:
    """Serve until told to stop. Processes start afresh, so that none inherits a connection or a lock."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    multiprocessing.set_start_method("spawn", force=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")
    background = multiprocessing.Process(target=beside_the_server, name="xiuhua-worker", daemon=True)
    background.start()
    try:
        Granian(
            "xiuhua.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=max(1, workers),
            blocking_threads=THREADS,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=LEAVE_S,
        ).serve()
    finally:
        background.terminate()
        background.join(timeout=10)


def beside_the_server() -> None:
    """The worker as a child of the server: it leaves when it is told to, or when the server is gone."""
    import django

    django.setup()
    from xiuhua.config.worker import stop_on_signals, work

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    work(stop_on_signals(), goes_on=lambda: parent is None or parent.is_alive())


LEAVE_S = 5
"""How long a process may finish what it answers when it is told to stop: a browser's idle connection would hold it for ever."""

_TAKEN = {98, 48, 10048}
"""EADDRINUSE on Linux, macOS and Windows."""
