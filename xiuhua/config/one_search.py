"""One search for balanced areas in its own process: `python -m xiuhua.config.one_search CODE`."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from xiuhua.programme.proposals import search

    search(sys.argv[1], now=timezone.now)


if __name__ == "__main__":
    main()
