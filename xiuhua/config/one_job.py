"""One job in its own process: `python -m xiuhua.config.one_job CODE`."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from xiuhua.kit.jobs import do_job, find_works

    find_works()
    do_job(sys.argv[1], now=timezone.now)


if __name__ == "__main__":
    main()
