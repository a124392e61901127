"""The third way in: `xiuhua …`. Exit status 0 means done, 1 a refusal or a fault found, 2 a wrong call.

Commands are loaded when they are called, so that `xiuhua --help` is quick and a missing engine matters only to the
command that uses it.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import click

from xiuhua.kit.refusals import Refused

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "run": "server:run",
    "worker": "server:worker",
    "import": "imports:import_",
    "export": "exports:export",
    "brief": "brief:brief",
    "verify": "verify:verify",
    "audit": "audit:audit",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "resolve": "resolve:resolve",
    "districts": "districts:districts",
    "bench": "bench:bench",
    "rooms": "rooms:rooms",
    "token": "tokens:token",
    "migrate": "server:migrate",
    "docs": "docs:docs",
}


class House(click.Group):
    """The commands of the house, loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"xiuhua.config.cli.{module}"), attribute)
        return command


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="xiuhua", message="xiuhua %(version)s")
def xiuhua() -> None:
    """绣花 Xiuhua: the working mechanism of a city's management and law-enforcement bureau.

    \b
    A first look:        xiuhua demo --serve
    A bureau of your own: xiuhua init, then xiuhua run
    Learn without harm:  xiuhua run --practice
    Is the ledger whole: xiuhua verify

    Settings come from the environment alone (XIUHUA_DATABASE_URL, XIUHUA_HOME …; see docs/settings.md).
    """


def start() -> None:
    """Bring up Django once for a command that needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.config.settings")
    import django

    django.setup()


def must_be_there() -> None:
    """Refuse to look into a database that has no tables yet, or those of an older program."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from xiuhua.ledger.models import Line

    if Line._meta.db_table not in connection.introspection.table_names():
        raise Refused("database.none", "这个数据库还没有建立。请先运行 xiuhua init（或 xiuhua demo、xiuhua restore）。")
    steps = MigrationExecutor(connection)
    if steps.migration_plan(steps.loader.graph.leaf_nodes()):
        raise Refused("database.older", "数据库的结构比程序旧。请先复制一份数据库，再运行 xiuhua migrate。")


def migrate_quietly() -> None:
    """Bring the database to the shape of this program."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def say(text: str = "") -> None:
    """A line for people, on standard error when the answer itself goes to standard output."""
    click.echo(text, err=True)


def answer(value: Any, *, as_json: bool, text: str) -> None:
    """The answer of a command: JSON for machines, text for people."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str) if as_json else text)


def main() -> None:
    """Entry point: a refusal is one sentence and exit status 1, never a traceback."""
    try:
        code = xiuhua(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        say("已停止。")
        sys.exit(130)
    except Refused as refused:
        start()  # a sentence is told in the reader's language
        say(f"{refused.message}（{refused.code}）")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
