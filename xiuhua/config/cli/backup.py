"""`xiuhua backup` and `xiuhua restore`: the whole bureau in one file, and back, on either database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xiuhua.config.cli import answer, migrate_quietly, must_be_there, say, start
from xiuhua.kit.refusals import Refused


@click.command()
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write. Default: backups/xiuhua-DATE-TIME.zip in XIUHUA_HOME.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.pass_context
def backup(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Write every row and every kept original into one file, as they stand at one moment.

    Others go on working meanwhile. The file belongs to no database: what was written on SQLite can be restored on
    PostgreSQL and the other way round, with the same ledger head. The key in XIUHUA_HOME/secret-key opens what is
    sealed (plates, phones) and is not in the file: keep it apart.

    Exit status 0: everything is in the file. 1: a kept file was lost, or nothing was written; the sentence says which.

    \b
    xiuhua backup
    xiuhua backup --to /mnt/safe/monday.zip
    """
    start()
    must_be_there()
    from django.conf import settings
    from django.utils import timezone

    from xiuhua.config.archive import write_backup

    if path is None:
        folder = Path(settings.XIUHUA_HOME) / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"xiuhua-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    if path.exists():
        raise Refused("backup.exists", "{path} 已经有了，不会覆盖。请换一个文件名。", path=path)
    if not path.parent.is_dir():
        raise Refused("backup.folder", "没有 {parent} 这个文件夹。", parent=path.parent)
    say(f"备份到 {path}")
    manifest = write_backup(path, say=say)
    lines = [
        f"✓ {manifest.rows:,} 行、{manifest.files:,} 个文件，{path.stat().st_size / 1048576:.1f} MB：{path}",
        f"  台账到第 {manifest.bound} 条，链头 {manifest.head}",
        f"  密钥不在备份里，请另外保存：{Path(settings.XIUHUA_HOME) / 'secret-key'}（编号 {manifest.key_id}）",
        *(f"✗ 文件 {one[:20]}… 不见了，备份里没有它。" for one in manifest.lost),
    ]
    answer({"file": str(path), **_told(manifest)}, as_json=as_json, text="\n".join(lines))
    ctx.exit(1 if manifest.lost else 0)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only look: is the file whole, and what does it hold? Nothing is restored.")
@click.option("--json", "as_json", is_flag=True, help="Print what was restored as JSON.")
def restore(file: Path, check: bool, as_json: bool) -> None:
    """Bring a backup into an empty database: everything or, when anything is wrong with it, nothing.

    The database named by XIUHUA_DATABASE_URL is made when it is not there yet. Rows are counted and compared with
    their digests, every file with its name, and the whole ledger with the head, before anything counts.

    \b
    xiuhua restore monday.zip
    XIUHUA_DATABASE_URL=postgresql://… xiuhua restore monday.zip
    """
    start()
    from xiuhua.config.archive import opened
    from xiuhua.config.restoring import restore as bring_in
    from xiuhua.kit.seals import key_id

    with opened(file) as found:
        manifest = found.manifest
        if check:
            broken = found.book.testzip()
            if broken:
                raise Refused("backup.broken", "备份文件已损坏：{broken} 读不出来。", broken=broken)
        else:
            migrate_quietly()
            say(f"从 {file} 恢复")
            bring_in(found, say=say)
    lines = [
        f"✓ {'备份完整' if check else '已恢复'}：{manifest.rows:,} 行、{manifest.files:,} 个文件",
        f"  台账到第 {manifest.bound} 条，链头 {manifest.head}",
    ]
    if manifest.key_id != key_id():
        lines.append(
            f"! 加密的内容（车牌、电话）要用原来的密钥（编号 {manifest.key_id}）打开：请把原机器的 secret-key 放进 XIUHUA_HOME。"
        )
    lines += [f"! 备份里没有文件 {one[:20]}…：写备份时它已经不见了。" for one in manifest.lost]
    answer({"file": str(file), "restored": not check, **_told(manifest)}, as_json=as_json, text="\n".join(lines))


def _told(manifest: Any) -> dict[str, Any]:
    return {
        "rows": manifest.rows,
        "files": manifest.files,
        "lost": manifest.lost,
        "bound_to": manifest.bound,
        "head": manifest.head,
        "key_id": manifest.key_id,
        "version": manifest.version,
        "tables": {page.table: page.rows for page in manifest.tables},
    }
