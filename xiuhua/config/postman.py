"""Notices leave by a thread of their own: a robot that does not answer keeps nothing else waiting."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections, connections
from django.utils import timezone

from xiuhua.city.notices import send_notices

log = logging.getLogger(__name__)
EVERY_S = 3.0


class Postman(threading.Thread):
    """Sends what is due, until told to stop."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="postman", daemon=True)
        self.stop = stop

    def run(self) -> None:
        try:
            while not self.stop.wait(EVERY_S):
                close_old_connections()
                try:
                    send_notices(timezone.now())
                except Exception:
                    log.exception("notices wait; trying again")
        finally:
            connections.close_all()
