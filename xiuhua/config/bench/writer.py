"""A writer of the ledger benchmark: a process of its own, which brings up Django before it touches a model."""

from __future__ import annotations

from typing import Any

from xiuhua.config.cli import start


def write(n: int, ready: Any, go: Any) -> None:
    """Say that it is ready, wait for the word, write `n` acts."""
    start()
    from xiuhua.config.bench.ledger import write_acts
    from xiuhua.ledger.models import Line

    Line.objects.exists()  # connected
    ready.release()
    go.wait()
    write_acts(n)
