"""Lines about lines: voiding, putting a campaign right, and figures from before."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("line.voided", "作废")
class LineVoided(Fact):
    """A counted line was a mistake: it no longer adds up. `reason` is a code; the words are a row."""

    reason: str


@kind("line.attributed", "改归专项")
class LineAttributed(Fact):
    """A line was counted for the wrong campaign: from now on it counts for this one."""

    campaign_before: str
    campaign_after: str
    reason: str


@kind("figure.opened", "期初与补录", sums=True)
class FigureOpened(Fact):
    """A figure from before, or one that came late on paper: counted apart as 补录, with its scanned source.

    `starts_on` and `ends_on` (inclusive) are the days that the figure covers; `scan` is the digest of the scan;
    `approver` the code of who approved it.
    """

    starts_on: str
    ends_on: str
    scan: str
    approver: str
    batch: str


@kind("list.taken", "名单导出")
class ListTaken(Fact):
    """A list with plates or names in full was printed or exported: which one, and how many rows."""

    listed: str
    rows: int
