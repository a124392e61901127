"""Verifying: was any line changed, cut or slipped in since it was bound?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection

from xiuhua.kit.digests import ALGORITHMS
from xiuhua.ledger.chain import ZERO, line_text, link_hash, stored_links


@dataclass
class Verdict:
    """What verifying found. `faults` are sentences, the first names the first line that is not as it was bound."""

    bound: int = 0
    unbound: int = 0
    head: str = ZERO
    faults: list[str] = field(default_factory=list)
    head_seen_at: int | None = None

    @property
    def ok(self) -> bool:
        return not self.faults


def verify_chain(*, expected_head: str = "", most: int = 20) -> Verdict:
    """Recompute the whole chain from the stored bytes. With `expected_head`, that hash must be in the chain."""
    verdict = Verdict(head_seen_at=0 if expected_head == ZERO else None)
    try:
        for seq, kept, *line in stored_links():
            fault = _fault(verdict, seq, kept, line)
            if fault and len(verdict.faults) < most:
                verdict.faults.append(_printable(fault))
            verdict.bound, verdict.head = seq, kept
            if expected_head and kept == expected_head:
                verdict.head_seen_at = seq
        _count_unbound(verdict)
        verdict.faults += _broken_pages()
    except DatabaseError as error:
        verdict.faults.append(f"第 {verdict.bound + 1} 条起读不出来，数据库已损坏：{error}。")
    if expected_head and verdict.head_seen_at is None:
        verdict.faults.append(f"链条里没有给出的链头 {expected_head}：尾部被截断，或者不是同一本台账。")
    return verdict


def _fault(verdict: Verdict, seq: Any, kept: Any, line: list[Any]) -> str:
    """What is wrong with a link that follows what was verified so far; empty when it is as it was bound."""
    if seq != verdict.bound + 1:
        return f"链条编号应为 {verdict.bound + 1}，实为 {seq}：中间的链环被删掉了。"
    if line[0] is None:
        return f"第 {seq} 条不见了：它的台账行被删掉了。"
    name = f"第 {seq} 条（{line[2]} {line[3]}，编号 {line[1]}）"
    algorithm = str(kept).partition(":")[0]
    if algorithm not in ALGORITHMS:
        return f"{name}的链环被改动：{kept!r} 不是摘要。"
    try:
        text = line_text(line)
    except ValueError as error:
        return f"{name}被改动，已经读不出来：{error}。"
    if link_hash(verdict.head, seq, text, algorithm=algorithm) != kept:
        return f"{name}与装订时不一致：这一行或它的链环被改动过。"
    return ""


def _printable(text: str) -> str:
    """Bytes that are no longer text, shown as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _count_unbound(verdict: Verdict) -> None:
    """Lines that wait for the binder are well; lines that neither wait nor are bound were not written by the program."""
    unlinked = "FROM ledger_line l WHERE NOT EXISTS (SELECT 1 FROM ledger_link k WHERE k.line_id = l.id)"
    verdict.unbound = _count(f"SELECT COUNT(*) {unlinked}")
    stray = _count(f"SELECT COUNT(*) {unlinked} AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.line_id = l.id)")
    lost = _count("SELECT COUNT(*) FROM ledger_pending p WHERE NOT EXISTS "
                  "(SELECT 1 FROM ledger_line l WHERE l.id = p.line_id)")  # fmt: skip
    if stray:
        verdict.faults.append(f"有 {stray} 条台账行没有排队等待装订：它们不是由程序写入的。")
    if lost:
        verdict.faults.append(f"等待装订的台账行少了 {lost} 条：它们被删掉了。")


def _broken_pages() -> list[str]:
    """What SQLite finds wrong with its own file: an index that no longer says what its table says."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(3)")
        return [f"数据库文件已损坏：{told}。" for (told,) in cursor.fetchall() if told != "ok"]


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
