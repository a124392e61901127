"""A scratch home and database for one run of a benchmark, and the process that runs in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlparse

from xiuhua.kit.refusals import Refused

LEFT_OUT = ("XIUHUA_PRACTICE", "XIUHUA_PATH_PREFIX", "XIUHUA_HTTPS")


def run_on(server: str, name: str, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Run a benchmark on a scratch database: SQLite when `server` is empty, else on that PostgreSQL server."""
    with tempfile.TemporaryDirectory(prefix="xiuhua-bench-") as folder, _database(server, Path(folder)) as url:
        env = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        env |= {"XIUHUA_HOME": folder, "XIUHUA_DATABASE_URL": url, "XIUHUA_HOSTS": "*"}
        command = [sys.executable, "-m", "xiuhua.config.bench", name, json.dumps(dict(sizes))]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Refused("bench.failed", "基准 {name} 没有跑完，原因见上面的输出。", name=name)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def _database(server: str, folder: Path) -> Iterator[str]:
    if not server:
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    name = f"xiuhua_bench_{token_hex(4)}"
    _administer(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlparse(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    try:
        import psycopg
    except ImportError:
        raise Refused("bench.psycopg", "没有安装 PostgreSQL 驱动，请先安装 xiuhua[postgres]。") from None
    try:
        with psycopg.connect(server.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.OperationalError as error:
        raise Refused("bench.server", "连不上 PostgreSQL：{error}", error=str(error).strip()) from error
