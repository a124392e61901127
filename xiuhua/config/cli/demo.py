"""`xiuhua demo`: the demonstration city, built by the same actions as real work."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from xiuhua.config.cli import answer, migrate_quietly, say, start
from xiuhua.kit.refusals import Refused


@click.command()
@click.option("--seed", type=click.IntRange(0), help="The same seed and scale give the same city and work. Default: 7.")
@click.option("--scale", type=float, help="How much is done: 0.5 moves every figure to a half. Default: 1.")
@click.option("--serve", is_flag=True, help="Serve it afterwards.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--at", metavar="ISO", default="", help="The moment that is now for the living part, such as 2026-05-06T14:30."
)
@click.option("--reset", is_flag=True, help="Build the demonstration anew; only a demonstration is ever removed.")
@click.option("--json", "as_json", is_flag=True, help="Print what stands as JSON.")
def demo(
    seed: int | None, scale: float | None, serve: bool, host: str, port: int, at: str, reset: bool, as_json: bool
) -> None:
    """Bring up the demonstration city: two months of work of 2020, and the desk of today.

    Safe to run again: what is there stays, and a fresh day comes when the last one is old. A database that is not a
    demonstration is never touched.
    """
    if serve:
        from xiuhua.config.serving import require_free

        require_free(host, port)
    now = _moment(at)
    start()
    migrate_quietly()
    told = _build(seed, scale, now, reset=reset)
    told["sign_ins"] = _sign_ins()
    if serve:
        from xiuhua.config.serving import address

        told["address"] = address(host, port)
    answer(told, as_json=as_json, text=_words(told))
    if serve:
        _serve(host, port)


def _build(seed: int | None, scale: float | None, now: dt.datetime, *, reset: bool) -> dict[str, Any]:
    from xiuhua.config.demo.build import build_demo, clear_demo

    if reset:
        clear_demo(say=say)
    built = build_demo(seed=seed, scale=scale, at=now, say=say)
    return {
        "bureau": built.bureau, "lines": built.lines, "open_cases": built.open_cases,
        "stage": {"from": str(built.first), "to": str(built.last), "bound_to": built.stage.seq, "head": built.stage.hash},
    }  # fmt: skip


def _sign_ins() -> list[dict[str, str]]:
    from xiuhua.config.demo.build_city import PASSWORD, SIGN_INS

    return [{"username": username, "password": PASSWORD, "for": told} for username, _role, told in SIGN_INS]


def _words(told: dict[str, Any]) -> str:
    lines = [
        f"{told['bureau']}（演示）：台账 {told['lines']:,} 条，在办案件 {told['open_cases']} 件",
        f"阶段 {told['stage']['from']} 至 {told['stage']['to']}：装订至第 {told['stage']['bound_to']:,} 条，链头 {told['stage']['head']}",
        f"阶段简报：xiuhua brief --from {told['stage']['from']} --to {told['stage']['to']}",
        f"演示账号（密码都是 {told['sign_ins'][0]['password']}）：",
        *(f"  {one['username']:<10} {one['for']}" for one in told["sign_ins"]),
    ]
    if "address" in told:
        lines += ["", f"请打开 {told['address']}（Ctrl+C 停止）"]
    return "\n".join(lines)


def _serve(host: str, port: int) -> None:
    from django.db import connections

    from xiuhua.config.serving import serve

    connections.close_all()
    serve(host, port)


def _moment(text: str) -> dt.datetime:
    """The moment given, in the bureau's time zone when it names none; else the office's clock."""
    if not text:
        return dt.datetime.now(dt.UTC)
    try:
        told = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused("demo.at", "时间“{text}”读不出来，请写成 2026-05-06T14:30。", field="at", text=text) from None
    if told.tzinfo is None:
        from zoneinfo import ZoneInfo

        from xiuhua.config.environment import time_zone

        told = told.replace(tzinfo=ZoneInfo(time_zone()))
    return told
