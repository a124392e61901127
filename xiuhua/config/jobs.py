"""Work in the background runs in processes of its own, so that neither a request nor the worker waits for it.

The worker begins them and ends them with itself. Work that was lost on the way is found again by its row.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

from xiuhua.kit.jobs import release_job, waiting_job

MOST = 2
"""Processes at once: a short export does not wait for a long search, and a small machine is not overrun."""


class Jobs:
    """The processes that run beside the worker."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def tend(self, at: dt.datetime) -> str:
        """Begin the job that waits longest, if there is a process to spare; its code, or nothing."""
        self.running = {code: process for code, process in self.running.items() if process.poll() is None}
        if len(self.running) >= MOST:
            return ""
        code = waiting_job(at)
        if not code or code in self.running:
            return ""
        self.running[code] = subprocess.Popen([sys.executable, "-m", "xiuhua.config.one_job", code])
        return code

    def end(self) -> None:
        """Stop what runs; it is begun anew when the worker comes back."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for code, process in self.running.items():
            process.wait(timeout=10)
            release_job(code)
