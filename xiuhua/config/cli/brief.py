"""`xiuhua brief`: what happened in a period, counted from ledger lines, as text, page, paper, picture, Word or JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from xiuhua.config.cli import must_be_there, say, start
from xiuhua.config.cli.imports import now, operator

KINDS = ("text", "html", "json", "pdf", "png", "docx")
TODAY = "today"


@click.command()
@click.option("--from", "from_day", metavar="DAY", help="First day of a stage, such as 2020-03-01.")
@click.option("--to", "to_day", metavar="DAY", help="Last day of the stage, counted in.")
@click.option(
    "--day",
    metavar="[DAY]",
    is_flag=False,
    flag_value=TODAY,
    help="One day. Default: today; a morning picture tells of yesterday.",
)
@click.option(
    "--week",
    metavar="[DAY]",
    is_flag=False,
    flag_value=TODAY,
    help="The week, Monday to Sunday, that a day is in. Default: this one.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(KINDS),
    default="text",
    show_default=True,
    help="`text` to paste into a chat, `html` and `pdf` to print, `png` for a phone, `docx` to edit, `json` for machines.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write. Default: standard output for text, html and json, else a file named after the period.",
)
@click.option("--unit", default="", help="Only one unit: its name or code.")
@click.option(
    "--edition", type=click.Choice(("morning", "evening")), help="The picture's edition. Default: by the clock."
)
@click.option(
    "--base",
    default="",
    metavar="URL",
    help="Address of this house, such as http://10.0.0.5:8000: figures link to their lines there.",
)
@click.option(
    "--bound-to", type=int, help="Reproduce a brief: count only the lines bound up to the number printed on it."
)
@click.option("--lang", type=click.Choice(("zh", "en")), default="zh", show_default=True)
@click.option("--publish", is_flag=True, help="Also publish it: its figures and head are kept and go into the ledger.")
def brief(
    from_day: str | None,
    to_day: str | None,
    day: str | None,
    week: str | None,
    kind: str,
    out: Path | None,
    unit: str,
    edition: str | None,
    base: str,
    bound_to: int | None,
    lang: str,
    publish: bool,
) -> None:
    """Print the brief of a stage, a day or a week. Every figure is the sum of ledger lines; none is typed in.

    All committed lines are bound first; the number and head of the last one are printed, and `xiuhua verify --head`
    shows later whether the ledger still is what the brief stands on. The same period with --bound-to gives the same
    brief to the digit.

    \b
    xiuhua brief --from 2020-03-01 --to 2020-05-03
    xiuhua brief --day                       today, to paste into a chat group
    xiuhua brief --week 2020-04-15 --format pdf --out week.pdf
    xiuhua brief --day --format png          the long picture for a phone
    """  # fmt: skip
    start()
    must_be_there()
    from django.utils import translation

    from xiuhua.programme.brief_formats import FORMATS, file_name, made
    from xiuhua.programme.briefs import assemble

    at = now()
    period = _period(from_day, to_day, day, week, at=at, morning=kind == "png" and edition != "evening")
    with translation.override("en" if lang == "en" else "zh-hans"):
        counted = assemble(period, at=at, unit=_unit(unit), bound_to=bound_to)
        raw = made(counted, kind, link=_links(counted, base, kind), edition=edition or "")
    if publish:
        _publish(counted, at)
    if out is None and FORMATS[kind].readable:
        click.echo(raw.decode(), nl=False)
        return
    out = out or Path(file_name(counted, kind))
    try:
        out.write_bytes(raw)
    except OSError as error:
        raise click.ClickException(f"{out} 写不进去：{error.strerror}。") from error
    say(f"{period.label} 写在 {out}，装订至第 {counted.bound_to} 条，链头 {counted.head}")


def _period(
    from_day: str | None, to_day: str | None, day: str | None, week: str | None, *, at: dt.datetime, morning: bool
) -> Any:
    """The one period that was asked for."""
    from django.utils import timezone

    from xiuhua.ledger.act import bureau_day
    from xiuhua.programme import periods
    from xiuhua.programme.brief_papers import NOON

    asked = [bool(from_day or to_day), bool(day), bool(week)]
    if sum(asked) != 1 or bool(from_day) != bool(to_day):
        raise click.UsageError("请选一种期间：--from 和 --to 一起，或 --day，或 --week。")
    today = bureau_day(at)
    if from_day and to_day:
        return periods.stage(
            periods.day_told(from_day, field="from"), periods.day_told(to_day, field="to"), today=today
        )
    chosen = today if TODAY in (day, week) else periods.day_told(day or week or "")
    if day == TODAY and morning and timezone.localtime(at).hour < NOON:
        chosen -= dt.timedelta(days=1)
    found = periods.week_of(chosen) if week else periods.one_day(chosen)
    return periods.stage(found.from_day, found.to_day, today=today)


def _unit(told: str) -> str:
    """The path of a unit told by name or code."""
    if not told:
        return ""
    from django.db.models import Q

    from xiuhua.city.models import Unit
    from xiuhua.kit.refusals import Refused

    found = Unit.objects.filter(Q(name=told) | Q(code=told) | Q(path=told)).first()
    if found is None:
        names = "、".join(Unit.objects.values_list("name", flat=True)[:20])
        raise Refused("brief.unit", "没有“{told}”这个单位；现有：{names}。", field="unit", told=told, names=names)
    return str(found.path)


def _links(counted: Any, base: str, kind: str) -> Callable[[str], str]:
    """Where the lines of a figure are: on the desk. A page links within its own host when no address is given."""
    from django.urls import reverse
    from django.utils.http import urlencode

    scope = counted.scope
    asked = {"from": scope.from_day, "to": scope.to_day, "bound": counted.bound_to, "unit": scope.unit}
    query = urlencode({name: value for name, value in asked.items() if value})

    def link(code: str) -> str:
        return f"{base.rstrip('/')}{reverse('desk:figure', args=[code])}?{query}" if base or kind == "html" else ""

    return link


def _publish(counted: Any, at: dt.datetime) -> None:
    from xiuhua.kit.refusals import Refused
    from xiuhua.ledger.act import Act
    from xiuhua.programme.actions import publish_brief

    if counted.unit:
        raise Refused("brief.whole", "只有全局的简报才能发布，请去掉 --unit。", field="unit")
    publish_brief(
        Act(by=operator(), at=at),
        title=counted.title,
        from_day=counted.period.from_day,
        to_day=counted.period.to_day,
        bound_to=counted.bound_to,
        head=counted.head,
        figures=counted.told(),
    )
    say(f"已发布：{counted.title}（{counted.period.label}）")
