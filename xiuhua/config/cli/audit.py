"""`xiuhua audit duties`: is there a street, a shift or a shop that nobody answers for?"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import click

from xiuhua.config.cli import answer, must_be_there, start


@click.group()
def audit() -> None:
    """Look for dead corners."""


@audit.command("duties")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at. Default: today.")
@click.option(
    "--most", default=20, show_default=True, type=click.IntRange(0), help="Findings to print of each check; 0 for all."
)
@click.option("--json", "as_json", is_flag=True, help="Print every finding as JSON.")
@click.pass_context
def duties(ctx: click.Context, on: dt.datetime | None, most: int, as_json: bool) -> None:
    """Prove that every street and shift has exactly one first person, or name what is missing.

    Exit status 0: nothing is wrong (what is to be confirmed is printed all the same). 1: something is.
    """
    start()
    must_be_there()
    from django.utils import timezone

    from xiuhua.ledger.act import bureau_day
    from xiuhua.programme.audit import CHECKS, audit_duties

    found = audit_duties(on.date() if on else bureau_day(timezone.now()))
    told = {
        "on": found.on.isoformat(), "segments": found.segments, "length_m": float(found.length_m),
        "covered_m": float(found.covered_m), "covered_share": found.covered_share, "wrong": found.wrong,
        "to_confirm": found.to_confirm, "findings": [asdict(one) for one in found.findings],
    }  # fmt: skip
    share = "—" if found.covered_share is None else f"{found.covered_share:.1%}"
    lines = [
        f"{found.on}：{found.segments:,} 个路段，{found.length_m / 1000:,.1f} 公里，{share} 的长度有中队、每班有一名第一责任人；"
        f"错误 {found.wrong} 处，待确认 {found.to_confirm} 处。"
    ]
    for check in CHECKS:
        own = [one for one in found.findings if one.check == check.code]
        if own:
            lines.append(f"{check.weight.label} · {check.label}：{len(own)} 处")
            lines += [f"  {one.name}（{one.thing}）：{one.words}" for one in own[: most or None]]
            if most and len(own) > most:
                lines.append(f"  …还有 {len(own) - most} 处，加 --most 0 全部列出")
    answer(told, as_json=as_json, text="\n".join(lines))
    ctx.exit(1 if found.wrong else 0)
