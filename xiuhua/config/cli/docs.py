"""`xiuhua docs`: the pages of docs/ that are made from the program itself."""

from __future__ import annotations

import click

from xiuhua.config.cli import answer, start


@click.command()
@click.option("--write", "mode", flag_value="write", help="Write the pages that are out of date.")
@click.option("--check", "mode", flag_value="check", default=True, help="Only say which are out of date (as without).")
@click.option("--json", "as_json", is_flag=True, help="Print the names of the pages as JSON.")
@click.pass_context
def docs(ctx: click.Context, mode: str, as_json: bool) -> None:
    """Make the reference pages: kinds of lines, items, settings, the loop of a case, commands, measures, the API.

    Exit status 0: they are as the program says. 1: some are out of date (with --check).
    """
    start()
    from xiuhua.config import reference

    pages = reference.write() if mode == "write" else reference.stale()
    verb = "已更新" if mode == "write" else "已过时，请运行 xiuhua docs --write"
    text = f"docs/：{'、'.join(pages)} {verb}" if pages else f"docs/ 的 {len(reference.PAGES)} 页都是最新的。"
    answer({"pages": pages, "written": mode == "write"}, as_json=as_json, text=text)
    ctx.exit(1 if pages and mode != "write" else 0)
