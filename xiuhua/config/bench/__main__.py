"""One benchmark in its own process: `python -m xiuhua.config.bench NAME '{"rows": 5000}'`, the answer on the last line."""

from __future__ import annotations

import importlib
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")


def main() -> None:
    import django

    django.setup()
    from xiuhua.config.bench.machine import machine
    from xiuhua.config.cli import migrate_quietly

    migrate_quietly()
    name, sizes = sys.argv[1], json.loads(sys.argv[2])
    before = machine()
    found = importlib.import_module(f"xiuhua.config.bench.{name}").run(**sizes)
    print(json.dumps({"bench": name, "machine": before, "n": sizes, "results": found}, ensure_ascii=False))


main()
