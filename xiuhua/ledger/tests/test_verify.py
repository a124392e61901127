"""What a database administrator could do to the ledger, and what verifying says about it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests import guards
from xiuhua.ledger.binder import bind
from xiuhua.ledger.chain import COLUMNS
from xiuhua.ledger.models import Line, Link, Pending
from xiuhua.ledger.tests.written import act, count, write
from xiuhua.ledger.verify import verify_chain

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def lines() -> list[Line]:
    """Six bound lines of one act each, the third with every column filled; no trigger keeps them any more."""
    written = [*write(2), count(act("full"), quantity=3), *write(3, begin=3)]
    bind()
    guards.take_down()
    return written


# One byte of each column: as it is, and what it becomes.
CHANGES = {
    "key": "other key", "kind": "count.recordee", "about": "count:", "by": "p-zhap", "post": "p-zhao-2",
    "unit": "QZ/Z2/", "for_unit": "QZ/Z3/", "share": "0.900000", "grid": "370781001001002", "segment": "S2",
    "campaign": "C-2", "round": "Y2", "source": "officfr", "lon_e7": 1_184_820_001, "lat_e7": 366_901_001,
    "happened_at": "2020-03-16 01:00:01+00:00", "recorded_at": "2020-03-16 01:00:01+00:00", "day": "2020-03-17",
    "item": "sign", "quantity": "3.001", "corrects": "00000000000000000000000000000001", "request": "sha256:1",
    "facts": '{"case":"","photo":"1"}',
}  # fmt: skip


def test_every_column_of_a_line_is_tried() -> None:
    assert set(CHANGES) == set(COLUMNS) - {"id"}


@pytest.mark.parametrize("column", CHANGES)
def test_any_changed_column_names_the_line(lines: list[Line], column: str) -> None:
    value = uuid4().hex if column == "key" else CHANGES[column]
    if connection.vendor == "sqlite" and column.endswith("_at"):
        value = str(value).removesuffix("+00:00")
    sql(f'UPDATE ledger_line SET "{column}" = %s WHERE id = %s', value, lines[2].pk)
    verdict = verify_chain()
    assert len(verdict.faults) == 1
    assert verdict.faults[0].startswith("第 3 条（")
    assert "与装订时不一致" in verdict.faults[0]
    assert verdict.bound == 6 and not verdict.ok


@pytest.mark.parametrize("column", ["kind", "about", "by", "unit", "request", "facts"])
def test_any_flipped_byte_of_a_text_names_the_line(lines: list[Line], column: str) -> None:
    text = str(getattr(lines[2], column))
    for where in range(len(text)):
        flipped = text[:where] + chr(ord(text[where]) ^ 1) + text[where + 1 :]
        sql(f'UPDATE ledger_line SET "{column}" = %s WHERE id = %s', flipped, lines[2].pk)
        assert verify_chain().faults[0].startswith("第 3 条（"), f"byte {where} of {column}"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="how SQLite keeps bytes")
@pytest.mark.parametrize(
    "change",
    [
        "key = upper(key)",
        "happened_at = replace(happened_at, ' ', 'T')",
        "happened_at = happened_at || '.000000'",
        "day = day || ' '",
        "quantity = 3.0000000000000004",
        "quantity = 'drei'",
        "lon_e7 = 1184820000.5",
        "facts = CAST(facts AS BLOB)",
        "facts = CAST(x'7b22ff' AS TEXT)",
        "about = CAST(x'e88c83e585' AS TEXT)",
        "by = x'00'",
        "happened_at = 5",
    ],
)
def test_bytes_that_mean_the_same_or_nothing_are_changes_too(lines: list[Line], change: str) -> None:
    sql(f"UPDATE ledger_line SET {change} WHERE id = {lines[2].pk}")
    verdict = verify_chain()
    assert len(verdict.faults) == 1 and verdict.faults[0].startswith("第 3 条（")
    verdict.faults[0].encode()  # it can be printed


def test_an_id_that_was_changed_on_both_sides_is_found(lines: list[Line]) -> None:
    sql("UPDATE ledger_line SET id = id + 100 WHERE id = %s", lines[2].pk)
    sql("UPDATE ledger_link SET line_id = line_id + 100 WHERE seq = 3")
    assert [one.partition("（")[0] for one in verify_chain().faults] == ["第 3 条"]


def test_text_moved_over_the_border_of_two_columns_is_found(lines: list[Line]) -> None:
    sql("UPDATE ledger_line SET segment = 'S1C', campaign = '-1' WHERE id = %s", lines[2].pk)
    assert verify_chain().faults[0].startswith("第 3 条（")


def test_a_deleted_line_is_named_and_its_neighbour_is_not(lines: list[Line]) -> None:
    sql("DELETE FROM ledger_line WHERE id = %s", lines[2].pk)
    assert verify_chain().faults == ["第 3 条不见了：它的台账行被删掉了。"]


def test_a_line_deleted_with_its_link_leaves_a_gap(lines: list[Line]) -> None:
    sql("DELETE FROM ledger_line WHERE id = %s", lines[2].pk)
    sql("DELETE FROM ledger_link WHERE seq = 3")
    assert verify_chain().faults[0] == "链条编号应为 3，实为 4：中间的链环被删掉了。"


def test_a_gap_that_was_closed_by_counting_anew_is_found(lines: list[Line]) -> None:
    sql("DELETE FROM ledger_line WHERE id = %s", lines[2].pk)
    sql("DELETE FROM ledger_link WHERE seq = 3")
    for seq in (4, 5, 6):
        sql("UPDATE ledger_link SET seq = %s WHERE seq = %s", seq - 1, seq)
    assert verify_chain().faults[0].startswith("第 3 条（")


def test_a_cut_tail_is_found_by_the_head_on_a_brief_alone(lines: list[Line]) -> None:
    printed = Link.objects.get(seq=6).hash
    assert verify_chain(expected_head=printed).head_seen_at == 6
    for line, seq in ((lines[4], 5), (lines[5], 6)):
        sql("DELETE FROM ledger_line WHERE id = %s", line.pk)
        sql("DELETE FROM ledger_link WHERE seq = %s", seq)
    assert verify_chain().ok  # nobody can tell without the brief
    faults = verify_chain(expected_head=printed).faults
    assert len(faults) == 1 and "尾部被截断" in faults[0]
    assert verify_chain(expected_head=Link.objects.get(seq=4).hash).ok


def test_swapped_links_are_found(lines: list[Line]) -> None:
    sql("UPDATE ledger_link SET line_id = -1 WHERE seq = 2")
    sql("UPDATE ledger_link SET line_id = %s WHERE seq = 5", lines[1].pk)
    sql("UPDATE ledger_link SET line_id = %s WHERE seq = 2", lines[4].pk)
    assert [one.partition("（")[0] for one in verify_chain().faults] == ["第 2 条", "第 5 条"]


@pytest.mark.parametrize("hash_", ["", "0", "md5:0", "sha256:" + "0" * 64])
def test_a_changed_link_is_found_and_named(lines: list[Line], hash_: str) -> None:
    sql("UPDATE ledger_link SET hash = %s WHERE seq = 3", hash_)
    assert verify_chain().faults[0].startswith("第 3 条（")


def test_a_line_slipped_in_between_breaks_the_chain_there(lines: list[Line]) -> None:
    slipped = _slip_in(lines[2])
    for seq in (6, 5, 4):
        sql("UPDATE ledger_link SET seq = %s WHERE seq = %s", seq + 1, seq)
    sql("INSERT INTO ledger_link (seq, line_id, hash) VALUES (4, %s, %s)", slipped, "sha256:" + "1" * 64)
    assert verify_chain().faults[0].startswith("第 4 条（")


def test_a_line_written_past_the_queue_never_gets_a_number_and_is_reported(lines: list[Line]) -> None:
    _slip_in(lines[2])
    bind()
    verdict = verify_chain()
    assert (verdict.bound, verdict.unbound) == (6, 1)
    assert verdict.faults == ["有 1 条台账行没有排队等待装订：它们不是由程序写入的。"]


def test_a_line_removed_while_it_waited_is_reported() -> None:
    write(2)
    guards.take_down()
    sql("DELETE FROM ledger_line WHERE id = %s", Pending.objects.latest("line_id").pk)
    assert verify_chain().faults == ["等待装订的台账行少了 1 条：它们被删掉了。"]


def test_lines_that_wait_for_the_binder_are_counted_and_no_fault() -> None:
    write(2)
    bind()
    write(3, begin=2)
    verdict = verify_chain()
    assert (verdict.bound, verdict.unbound, verdict.ok) == (2, 3, True)


def test_only_the_first_faults_are_told_when_everything_is_wrong(lines: list[Line]) -> None:
    sql("UPDATE ledger_line SET by = %s" if connection.vendor == "sqlite" else 'UPDATE ledger_line SET "by" = %s', "x")
    assert len(verify_chain(most=4).faults) == 4
    assert len(verify_chain().faults) == 6


def _slip_in(like: Line) -> int:
    """A copy of a line under another key, written past every trigger."""
    made = {one.attname: getattr(like, one.attname) for one in Line._meta.concrete_fields}
    return Line.objects.create(**(made | {"id": like.pk + 50, "key": uuid4()})).pk
