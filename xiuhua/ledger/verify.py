"""Verifying: was any line changed, cut or slipped in since it was bound?"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from xiuhua.kit.digests import ALGORITHMS
from xiuhua.ledger.chain import ZERO, line_text, link_hash, stored


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
    verdict = Verdict()
    previous = ZERO
    for row in stored("JOIN ledger_link k ON k.line_id = l.id ORDER BY k.seq"):
        seq, kept, *line = row
        verdict.bound += 1
        if seq != verdict.bound and len(verdict.faults) < most:
            verdict.faults.append(f"链条编号应为 {verdict.bound}，实为 {seq}：中间少了 {seq - verdict.bound} 条。")
            verdict.bound = seq
        fault = _fault(previous, seq, kept, line)
        if fault and len(verdict.faults) < most:
            verdict.faults.append(fault)
        previous = kept
        if expected_head and kept == expected_head:
            verdict.head_seen_at = seq
    verdict.head = previous
    verdict.unbound = _count("SELECT COUNT(*) FROM ledger_line l WHERE NOT EXISTS "
                             "(SELECT 1 FROM ledger_link k WHERE k.line_id = l.id)")  # fmt: skip
    lost = _count("SELECT COUNT(*) FROM ledger_link k WHERE NOT EXISTS "
                  "(SELECT 1 FROM ledger_line l WHERE l.id = k.line_id)")  # fmt: skip
    if lost:
        verdict.faults.append(f"有 {lost} 个链环找不到它的台账行：行被删掉了。")
    if expected_head and verdict.head_seen_at is None:
        verdict.faults.append(f"链条里没有给出的链头 {expected_head}：尾部被截断，或者不是同一本台账。")
    return verdict


def _fault(previous: str, seq: int, kept: object, line: list[object]) -> str:
    name = f"第 {seq} 条（{line[1]}，{line[2]} {line[3]}）"
    algorithm = str(kept).partition(":")[0]
    if algorithm not in ALGORITHMS:
        return f"{name}的链环被改动：{kept!r} 不是摘要。"
    try:
        text = line_text(line)
    except (ValueError, TypeError) as error:
        return f"{name}被改动，已经读不出来：{error}。"
    if link_hash(previous, seq, text, algorithm=algorithm) != kept:
        return f"{name}与装订时不一致：这一行或它的链环被改动过。"
    return ""


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
