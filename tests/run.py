"""`make test`: everything that this machine can test, first on SQLite, then on PostgreSQL.

What cannot run here is named with the reason and never counts as passed. PostgreSQL is used when a server is given
(XIUHUA_TEST_POSTGRES_URL, whose user may make databases) or installed: then a private one is made and thrown away.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from tests.cluster import private_cluster, server_binaries  # noqa: E402

CHROMIUM = "/usr/bin/chromium"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def why_no_browser() -> str:
    """Why browser tests cannot run here; empty when they can."""
    if not Path(CHROMIUM).exists():
        return f"there is no {CHROMIUM}; .ci/run installs it"
    if importlib.util.find_spec("playwright") is None:
        return "the package playwright is not installed"
    if not (HOUSE / "xiuhua/doors/frame/static/xh/manifest.json").exists():
        return "the front end is not built; `make install` builds it"
    return ""


@contextmanager
def postgres() -> Iterator[tuple[str, str]]:
    """The address of a PostgreSQL server for tests, or why there is none."""
    given = os.environ.get("XIUHUA_TEST_POSTGRES_URL", "")
    if given:
        yield given, ""
    elif importlib.util.find_spec("psycopg") is None:
        yield "", "the package psycopg is not installed"
    elif server_binaries() is None:
        yield "", "no server is installed and XIUHUA_TEST_POSTGRES_URL is not set; .ci/run installs one"
    else:
        with private_cluster() as url:
            yield url, ""


def run_pytest(marks: str, *more: str, home: Path, url: str = "") -> int:
    """One run of pytest over all cores; its own output is what people read."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("XIUHUA_") or name == "XIUHUA_DATA"
    }
    command = [
        sys.executable, "-m", "pytest", "-n", str(cores), "--dist", "worksteal", "-rs", "-m", marks, *more, *sys.argv[1:],
    ]  # fmt: skip
    env = kept | {"XIUHUA_HOME": str(home)} | ({"XIUHUA_DATABASE_URL": url} if url else {})
    return subprocess.run(command, cwd=HOUSE, env=env, check=False).returncode


def main() -> int:
    """Run what can run; the status is 0 when all of it passed."""
    told: list[str] = []
    failed = False

    def part(name: str, marks: str, *more: str, url: str = "") -> None:
        nonlocal failed
        began = time.monotonic()
        say(f"\n== {name} ==")
        with tempfile.TemporaryDirectory(prefix="xiuhua-test-") as home:
            status = run_pytest(marks, *more, home=Path(home), url=url)
        failed |= status != 0
        word = "passed" if status == 0 else f"FAILED (status {status})"
        told.append(f"{name}: {word} in {time.monotonic() - began:.0f} s")
        say(told[-1])

    no_browser = why_no_browser()
    if no_browser:
        told.append(f"left out: Chromium ({no_browser})")
    part("SQLite", "not postgres" if not no_browser else "not postgres and not browser")
    with postgres() as (url, no_server):
        if no_server:
            told.append(f"left out: PostgreSQL ({no_server})")
        else:
            # What never touches a database has run already.
            part("PostgreSQL", "not browser", "--only-database", url=url)
    say("\n" + "\n".join(f"· {line}" for line in told))
    return 1 if failed else 0


if __name__ == "__main__":
    # Told to stop, it still stops its server.
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))
    sys.exit(main())
