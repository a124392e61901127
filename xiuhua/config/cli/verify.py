"""`xiuhua verify`: is the ledger whole, and do the rows say what its lines say?"""

from __future__ import annotations

from dataclasses import asdict

import click

from xiuhua.config.cli import answer, must_be_there, start


@click.command()
@click.option("--head", default="", help="A head that was printed on a brief: it must still be in the chain.")
@click.option("--bind/--no-bind", default=False, help="Bind the lines that are not bound yet before verifying.")
@click.option("--files/--no-files", default=False, help="Also read every kept file and compare it with its digest.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def verify(ctx: click.Context, head: str, bind: bool, files: bool, as_json: bool) -> None:
    """Recompute the chain from the stored bytes and fold the lines against the rows.

    Exit status 0: everything is as it was written. 1: something was changed, cut or differs; the first fault names
    the first line.
    """
    start()
    must_be_there()
    from xiuhua.config.folds import compare
    from xiuhua.ledger.binder import bind as bind_lines
    from xiuhua.ledger.verify import verify_chain

    if bind:
        bind_lines()
    verdict = verify_chain(expected_head=head)
    verdict.faults += compare()
    if files:
        from xiuhua.kit.files import verify_files

        verdict.faults += [str(fault) for fault in verify_files()]
    lines = [
        f"已装订 {verdict.bound} 条，未装订 {verdict.unbound} 条，链头 {verdict.head}",
        *(f"✗ {fault}" for fault in verdict.faults),
        "✓ 台账完整，表与账相符。" if verdict.ok else f"共发现 {len(verdict.faults)} 处问题。",
    ]
    answer({**asdict(verdict), "ok": verdict.ok}, as_json=as_json, text="\n".join(lines))
    ctx.exit(0 if verdict.ok else 1)
