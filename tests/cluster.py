"""A PostgreSQL server of the tests' own: made in a temporary folder, on a free port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "postgres"
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def server_binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, of the newest server installed; none when there is none."""
    found = [Path(told).parent for told in (shutil.which("initdb"), shutil.which("pg_ctl")) if told]
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    every = [*found, *reversed(packaged)]
    return next((path for path in every if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


@contextmanager
def private_cluster() -> Iterator[str]:
    """A running server; what is given is the address of a database that tests may make beside."""
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL server is installed")
    home = Path(tempfile.mkdtemp(prefix="xiuhua-pg-"))
    # The server refuses to run as root; it then runs as the user that the package made for it.
    who = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    if who:
        shutil.chown(home, OWNER, OWNER)
    port = _free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} {QUICK}"

    def run(*command: str) -> None:
        done = subprocess.run(
            [str(binaries / command[0]), *command[1:]], cwd=home, capture_output=True, text=True, **who
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")

    try:
        run("initdb", "-D", str(home / "data"), "-U", "xiuhua", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        # Its output goes to a file: a server that holds our pipe would keep us waiting.
        run("pg_ctl", "-D", str(home / "data"), "-l", str(home / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql://xiuhua@127.0.0.1:{port}/xiuhua"
        finally:
            run("pg_ctl", "-D", str(home / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
