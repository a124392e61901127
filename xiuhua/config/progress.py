"""Progress on anything long, told truly: 第 3,120 / 10,000 份 · 约剩 12 秒."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY_S = 1.0
EVERY_S_IN_A_FILE = 10.0


class Progress:
    """Tells how far something long is: on a terminal in one line that is written over, in a file now and then."""

    def __init__(self, unit: str, total: int, *, say: Callable[[str], None] | None = None) -> None:
        self.unit = unit
        self.total = total
        self.began = time.monotonic()
        self.told_at = self.began
        self.say = say
        self.live = say is None and sys.stderr.isatty()
        self.over = False

    def to(self, done: int, also: str = "") -> None:
        """So many are done; `also` is what else is worth telling."""
        now = time.monotonic()
        pause = EVERY_S if self.live or self.say else EVERY_S_IN_A_FILE
        if self.over or (now - self.told_at < pause and done < self.total):
            return
        self.over = done >= self.total
        self.told_at = now
        text = " · ".join(part for part in (self.words(done, now - self.began), also) if part)
        if self.say:
            self.say(text)
        elif self.live:
            sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if done >= self.total else ""))
            sys.stderr.flush()
        else:
            sys.stderr.write(f"{text}\n")

    def words(self, done: int, seconds: float) -> str:
        """第 3,120 / 10,000 份 · 约剩 12 秒; the rest is told once a twentieth is done."""
        text = f"第 {done:,} / {self.total:,} {self.unit}"
        if done >= self.total:
            return f"{text} · 用时 {seconds:.0f} 秒"
        if done * 20 < self.total:
            return text
        return f"{text} · 约剩 {max(1, round(seconds / done * (self.total - done)))} 秒"
