"""The server as a process of its own: it comes up, and goes when it is told to."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = "from xiuhua.config.cli import main; main()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(
    not hasattr(os, "killpg"), reason="a terminal's interrupt reaches a process group, which Windows has not"
)
def test_the_server_ends_although_a_browser_keeps_its_connection(tmp_path: Path) -> None:
    told = {**os.environ, "XIUHUA_HOME": str(tmp_path)}
    told.pop("XIUHUA_DATABASE_URL", None)
    founded = ["init", "--code", "QZ", "--name", "青州市综合行政执法局", "--admin", "boss", "--admin-name", "张三"]
    subprocess.run([sys.executable, "-c", RUN, *founded], env=told, check=True, capture_output=True, timeout=120)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", RUN, "run", "--port", str(port)], env=told, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _n in range(300):
            try:
                browser.request("GET", "/")
                break
            except ConnectionRefusedError:
                browser.close()
                time.sleep(0.2)
        assert browser.getresponse().status in (200, 302)
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(timeout=120) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
    assert leaves(server.pid), "a process of the server goes on without it"


def leaves(group: int, *, within_s: float = 30) -> bool:
    """Whether every process of a group ends by itself."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
