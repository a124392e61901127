"""`xiuhua districts …`: balanced areas for the squads, proposed, looked at and taken over on the command line."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from xiuhua.config.cli import answer, must_be_there, say, start
from xiuhua.config.cli.imports import now, operator


@click.group()
def districts() -> None:
    """Balanced areas for the squads: a what-if for the yearly re-drawing.

    \b
    xiuhua districts propose --squads 8
    xiuhua districts accept CODE --from 2027-01-01
    """


@districts.command()
@click.option("--squads", type=click.IntRange(1, 200), default=None, help="How many squads. Default: those there are.")
@click.option(
    "--tolerance", type=click.FloatRange(0.01, 0.5), default=0.05, show_default=True, help="Greatest deviation."
)
@click.option(
    "--length", type=click.IntRange(0, 100), default=60, show_default=True, help="Street length in a load, %."
)
@click.option("--cases", type=click.IntRange(0, 100), default=30, show_default=True, help="Reports in a load, %.")
@click.option("--shops", type=click.IntRange(0, 100), default=10, show_default=True, help="Shops in a load, %.")
@click.option("--days", type=click.IntRange(1, 3660), default=365, show_default=True, help="Reports of so many days.")
@click.option("--station", "stations", multiple=True, metavar="UNIT=SEGMENT", help="Where a squad is; may be repeated.")
@click.option("--keep", multiple=True, metavar="ROAD", help="A road or segment that stays as it is; may be repeated.")
@click.option("--seconds", type=click.IntRange(5, 600), default=60, show_default=True, help="Longest search.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the proposal as JSON.")
def propose(
    squads: int | None, stations: tuple[str, ...], keep: tuple[str, ...], as_json: bool, **numbers: Any
) -> None:
    """Search for level, compact areas in one piece each, and show what changes against today.

    Squads beyond those in the register are called new; their areas can be looked at, and accepted once they are set up.
    Nothing changes until somebody accepts.
    """
    start()
    must_be_there()
    from xiuhua.city.models import Unit
    from xiuhua.kit.refusals import Refused
    from xiuhua.ledger.act import Act
    from xiuhua.programme.models import DistrictProposal
    from xiuhua.programme.proposal_ask import NEW, Ask, segments_named
    from xiuhua.programme.proposals import search
    from xiuhua.programme.proposing import ask_proposal

    known = list(Unit.objects.squads().filter(closed_on=None).order_by("path").values_list("code", flat=True))
    wanted = squads or len(known)
    names = known[:wanted] + [f"{NEW}{n}" for n in range(1, wanted - len(known) + 1)]
    at = dict(one.partition("=")[::2] for one in stations)
    ask = Ask(squads=tuple(names), stations=at, keep=segments_named("\n".join(keep)), **numbers)
    proposal = ask_proposal(Act(by=operator(), at=now()), ask=ask)
    search(
        proposal.code,
        now=now,
        told=lambda step: say(f"· 第 {step.round} 轮：最大偏差 {step.deviation:.1%}，{step.seconds:.1f} 秒"),
    )
    proposal = DistrictProposal.objects.get(code=proposal.code)
    if proposal.status != DistrictProposal.Status.READY:
        raise Refused("proposal.failed", "没有算出方案：{wrong}", wrong=proposal.wrong or proposal.get_status_display())
    told = _told(proposal, now())
    answer(told, as_json=as_json, text="\n".join(_sentences(told)))


@districts.command()
@click.argument("code")
@click.option("--from", "from_day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day. Default: today.")
@click.option("--squad", "squads", multiple=True, metavar="UNIT", help="Only what goes to this squad; may be repeated.")
@click.option("--segment", "segments", multiple=True, help="Only this segment; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def accept(
    code: str, from_day: dt.datetime | None, squads: tuple[str, ...], segments: tuple[str, ...], as_json: bool
) -> None:
    """Take a proposal over as duties of the squads, whole or in part, from a day."""
    start()
    must_be_there()
    from xiuhua.ledger.act import Act, bureau_day
    from xiuhua.programme.proposing import accept_proposal

    day = from_day.date() if from_day else bureau_day(now())
    proposal = accept_proposal(Act(by=operator(), at=now()), code=code, from_day=day, squads=squads, segments=segments)
    told = {"code": proposal.code, "status": proposal.status, "from": day.isoformat()}
    answer(told, as_json=as_json, text=f"方案 {proposal.code} 已采纳，{day.isoformat()} 起生效。")


def _told(proposal: Any, at: dt.datetime) -> dict[str, Any]:
    from xiuhua.ledger.act import bureau_day
    from xiuhua.programme.proposal_changes import compare

    found = compare(proposal, bureau_day(at))
    return {
        "code": proposal.code,
        "figures": proposal.figures,
        "deviation_before": round(found.deviation_before, 4),
        "squads": [
            {
                "code": row.code, "name": row.name, "segments": row.after.segments,
                "length_m": round(row.after.length_m, 1), "cases": row.after.cases, "shops": row.after.shops,
                "deviation": round(row.off, 4), "deviation_before": round(row.off_before, 4), "gains": row.gains,
                "loses": row.loses,
            }
            for row in found.squads
        ],
        "changes": [
            {"segment": one.segment.code, "road": one.segment.road, "from": one.from_code, "to": one.to_code}
            for one in found.changes
        ],
    }  # fmt: skip


def _sentences(told: dict[str, Any]) -> list[str]:
    figures = told["figures"]
    holds = "已独立核验" if figures["holds"] else "没有达到允许偏差"
    lines = [
        f"方案 {told['code']}：最大偏差 {figures['deviation']:.1%}（今天 {told['deviation_before']:.1%}），{holds}；"
        f"平均到路段 {figures['way_m']:,} 米；{figures['seconds']} 秒，{figures['rounds']} 轮。"
    ]
    if not figures["within"] and figures["bound"] > 0:
        lines.append(f"  任何划法的最大偏差都不会小于 {figures['bound']:.1%}。")
    for row in told["squads"]:
        lines.append(
            f"  {row['name']}：{row['segments']} 段 {row['length_m'] / 1000:.1f} 公里，案件 {row['cases']}，商户 {row['shops']}，"
            f"负荷偏差 {row['deviation']:+.1%}（今天 {row['deviation_before']:+.1%}），划入 {row['gains']} 段，划出 {row['loses']} 段"
        )
    changed = len(told["changes"])
    lines.append(f"改动 {changed} 个路段。采纳：xiuhua districts accept {told['code']} --from 日期")
    return lines
