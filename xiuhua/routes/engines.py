"""Heavy engines, loaded where they are used and named when they are absent: `pip install xiuhua[districts]`."""

from __future__ import annotations

import importlib
from typing import Any


class EngineAbsent(Exception):
    """An engine that was asked for is not installed; `engine` is its name on the package index."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"{engine} is not installed: pip install 'xiuhua[districts]'")
        self.engine = engine


def metis() -> Any:
    """METIS 5 (graph partitioning) through `pymetis`."""
    return _engine("pymetis", "pymetis")


def cp_sat() -> Any:
    """OR-Tools' CP-SAT (`ortools.sat.python.cp_model`)."""
    return _engine("ortools", "ortools.sat.python.cp_model")


def _engine(name: str, module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EngineAbsent(name) from error
