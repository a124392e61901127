"""`xiuhua run`, `xiuhua worker`, `xiuhua migrate`: the house at work."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from xiuhua.config.cli import answer, migrate_quietly, must_be_there, say, start
from xiuhua.kit.refusals import Refused


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for the whole network."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=0, type=click.IntRange(0, 64), help="Processes that serve. Default: 2, or 1 on one core."
)
@click.option(
    "--practice", is_flag=True, help="The practice house: its own database and files, ten exercises, a coloured banner."
)
def run(host: str, port: int, workers: int, practice: bool) -> None:
    """Serve the bureau, with the background worker beside it.

    Host names other than 127.0.0.1 and localhost are let in by XIUHUA_HOSTS. Practice lives in a folder of its own
    inside XIUHUA_HOME; nothing crosses between the two.
    """
    if practice:
        os.environ["XIUHUA_PRACTICE"] = "yes"
    from xiuhua.config.serving import WORKERS, address, require_free, serve

    require_free(host, port)
    start()
    migrate_quietly()
    if practice:
        _prepare_practice()
    _there_is_a_bureau()
    _names_are_let_in(host)
    say(f"{'练习' if practice else '绣花'}已启动：{address(host, port)}（Ctrl+C 停止）")
    _let_go()
    serve(host, port, workers=workers or WORKERS)


def _prepare_practice() -> None:
    from xiuhua.config.practice import prepare_practice, sign_ins

    prepare_practice(say=say)
    for told in sign_ins():
        say(f"  {told}")


def _there_is_a_bureau() -> None:
    from xiuhua.city.models import Bureau

    if not Bureau.objects.exists():
        raise Refused("city.bureau", "还没有建局。先运行 xiuhua init 建一个局，或 xiuhua demo --serve 看演示。")


def _names_are_let_in(host: str) -> None:
    from django.conf import settings

    if host not in ("127.0.0.1", "localhost", "::1") and set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost"}:
        say("提示：别的电脑要能打开，请用 XIUHUA_HOSTS 写上它们用的主机名或地址，例如 XIUHUA_HOSTS=10.0.0.5。")


def _let_go() -> None:
    """Close this process's connections: the serving processes open their own."""
    from django.db import connections

    connections.close_all()


@click.command()
@click.option("--once", is_flag=True, help="One step, then stop: for a machine whose scheduler calls it.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print what the step did as JSON.")
def worker(once: bool, as_json: bool) -> None:
    """Bind new ledger lines and let the readers read on. `xiuhua run` does this by itself; alone it serves nobody."""
    start()
    must_be_there()
    from django.utils.module_loading import autodiscover_modules

    from xiuhua.config.worker import step, stop_on_signals, work

    if once:
        autodiscover_modules("readers")
        done = step()
        read = "、".join(f"{name} {n} 条" for name, n in done.read.items()) or "没有新的"
        answer(asdict(done), as_json=as_json, text=f"装订至第 {done.bound_to} 条；读者：{read}。")
        if done.failed:
            raise Refused("worker.reader", "这些读者出错了，下次从原处继续：{listed}。", listed="、".join(done.failed))
        return
    stop = stop_on_signals()
    say("后台已启动：装订台账，通知读者（Ctrl+C 停止）")
    try:
        work(stop)
    except KeyboardInterrupt:
        stop.set()
    say("后台已停止")


@click.command()
def migrate() -> None:
    """Bring the database to the shape of this program. `init`, `demo` and `run` do it by themselves."""
    start()
    migrate_quietly()
    say("数据库已是最新结构。")
