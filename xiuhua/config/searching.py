"""A search for balanced areas runs in a process of its own, so that neither a request nor the worker waits for it.

The worker begins it and ends it with itself. A search that was lost on the way is found again by its row and begun anew.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

from xiuhua.programme import proposals


class Searches:
    """The one search that may run beside the worker."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def tend(self, at: dt.datetime) -> str:
        """Begin the search that waits, if none runs; the code of the proposal that was begun."""
        if self.process is not None and self.process.poll() is None:
            return ""
        self.process = None
        code = proposals.waiting_search(at)
        if code:
            self.process = subprocess.Popen([sys.executable, "-m", "xiuhua.config.one_search", code])
        return code

    def end(self) -> None:
        """Stop what runs; it is begun anew when the worker comes back."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)
