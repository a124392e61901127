"""A search runs in a process of its own: begun by the worker, ended with it, begun anew when it was lost."""

from __future__ import annotations

import sys

from xiuhua.config import searching
from xiuhua.config.searching import Searches
from xiuhua.programme.proposal_ask import Ask
from xiuhua.programme.proposing import ask_proposal


class Process:
    """A process that runs until it is ended."""

    def __init__(self, command):
        self.command, self.code = command, None

    def poll(self):
        return self.code

    def terminate(self):
        self.code = -15

    def wait(self, timeout):
        return self.code


def test_the_worker_begins_the_search_that_waits_and_only_one(town, monkeypatch):
    monkeypatch.setattr(searching.subprocess, "Popen", Process)
    searches = Searches()
    assert searches.tend(town.at) == "" and searches.process is None
    proposal = ask_proposal(town.act("p-office"), ask=Ask(squads=("Z1", "Z2")))
    assert searches.tend(town.at) == proposal.code
    assert searches.process.command == [sys.executable, "-m", "xiuhua.config.one_search", proposal.code]
    assert searches.tend(town.at) == ""
    searches.end()
    assert searches.process.code == -15
    assert searches.tend(town.at) == proposal.code


def test_ending_without_a_search_does_nothing():
    Searches().end()
