"""The whole bureau in one file, and back, on either database, with the same head."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from django.db import connection

from tests import guards
from tests.town import Town, declare_campaigns, make_accounts
from xiuhua.cases.models import Case, Word
from xiuhua.city.models import Account
from xiuhua.config.archive import MANIFEST, Manifest, opened, tables, write_backup
from xiuhua.config.folds import compare
from xiuhua.config.restoring import restore
from xiuhua.kit.files import original_of, path_of
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line, Link, Pending
from xiuhua.ledger.verify import verify_chain

pytestmark = pytest.mark.django_db


def quietly(_text: str) -> None:
    """Progress that nobody reads."""


def back(path: Path) -> None:
    with opened(path) as found:
        restore(found, say=quietly)


def emptied() -> None:
    """The database as it is before anything is in it."""
    guards.take_down()
    with connection.cursor() as cursor:
        for model in reversed(tables()):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    guards.put_up()


@pytest.fixture
def work(town: Town) -> Town:
    """A bureau with some of everything: a case through the loop, a campaign, a count, accounts, words under seal."""
    declare_campaigns(town)
    make_accounts(town)
    town.case("done", upto="closed", photos=(town.photo(10),), contact="13800000000")
    town.case("open", upto="dispatched")
    return town


@pytest.fixture
def kept(work: Town, tmp_path: Path) -> tuple[Path, Manifest]:
    path = tmp_path / "bureau.zip"
    return path, write_backup(path, say=quietly)


def test_what_is_restored_is_what_was_there_with_the_same_head(
    kept: tuple[Path, Manifest], tmp_path: Path, settings
) -> None:
    path, manifest = kept
    lines = list(Line.objects.order_by("id").values_list())
    links = list(Link.objects.order_by("seq").values_list())
    emptied()
    settings.XIUHUA_HOME = tmp_path / "elsewhere"
    back(path)
    assert list(Line.objects.order_by("id").values_list()) == lines
    assert list(Link.objects.order_by("seq").values_list()) == links
    assert not Pending.objects.exists()
    assert verify_chain(expected_head=manifest.head).ok
    assert compare() == []
    assert Account.objects.get(username="zhao").check_password("practice-makes-perfect")
    assert unseal(Word.objects.get(kind="contact").text) == "13800000000"
    assert len(original_of(StoredFile.objects.first().digest)[0]) > 500
    again = write_backup(tmp_path / "again.zip", say=quietly)
    assert [page.sha256 for page in again.tables] == [page.sha256 for page in manifest.tables]


def test_work_goes_on_after_restoring_with_the_next_numbers(kept: tuple[Path, Manifest], work: Town) -> None:
    before = Case.objects.order_by("-id").first()
    last_line = Line.objects.order_by("-id").first().pk
    emptied()
    back(kept[0])
    work.at = work.at.replace(hour=15)
    case = work.case("new")
    assert case.pk > before.pk and case.number > before.number
    assert Line.objects.get(about=case.number).pk > last_line
    assert Pending.objects.count() == 1 and compare() == []


def test_lines_that_are_written_while_a_backup_is_made_wait_for_the_next_one(work: Town, tmp_path: Path) -> None:
    manifest = write_backup(tmp_path / "a.zip", say=quietly)
    told = {page.table: page.rows for page in manifest.tables}
    assert told["ledger_line"] == told["ledger_link"] == manifest.bound == Line.objects.count()
    assert told["ledger_pending"] == 0
    assert "django_session" not in told and "axes_accessattempt" not in told
    assert told["city_account"] == Account.objects.count()


def test_the_file_is_text_that_no_database_owns(kept: tuple[Path, Manifest], work: Town) -> None:
    with zipfile.ZipFile(kept[0]) as book:
        page = next(page for page in kept[1].tables if page.table == "ledger_line")
        first = json.loads(book.read(page.member).splitlines()[0])
        row = dict(zip(page.columns, first, strict=True))
        assert row["kind"] == "bureau.founded" and row["share"] == "1.000000" and row["quantity"] is None
        assert row["happened_at"] == "2020-02-03T01:00:01Z" and row["day"] == "2020-02-03"
    assert oct(kept[0].stat().st_mode)[-3:] == "600"


# ---------------------------------------------------------------- what is refused


def test_a_database_with_anything_in_it_is_not_overwritten(kept: tuple[Path, Manifest]) -> None:
    lines = Line.objects.count()
    with pytest.raises(Refused, match="已经有数据") as refused:
        back(kept[0])
    assert refused.value.code == "backup.not_empty" and Line.objects.count() == lines


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a backup in which some members are changed or gone."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(other, "w") as made:
        for name in book.namelist():
            raw = change(name, book.read(name))
            if raw is not None:
                made.writestr(name, raw)
    return other


def _manifest(**told: Any) -> Callable[[str, bytes], bytes]:
    return lambda name, raw: json.dumps(json.loads(raw) | told).encode() if name == MANIFEST else raw


def _newer(name: str, raw: bytes) -> bytes:
    if name != MANIFEST:
        return raw
    told = json.loads(raw)
    told["tables"][0]["columns"].append("weather")
    return json.dumps(told).encode()


def _one_row_less(name: str, raw: bytes) -> bytes:
    return raw.partition(b"\n")[2] if name.endswith("cases_case.jsonl") else raw


def _other_quantity(name: str, raw: bytes) -> bytes:
    return raw.replace(b"p-zhao", b"p-liu0") if name.endswith("ledger_line.jsonl") else raw


def _other_photo(name: str, raw: bytes) -> bytes:
    return raw[:-1] + b"\0" if name.startswith("files/") else raw


WRONG: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "another zip": (lambda name, raw: None if name == MANIFEST else raw, "backup.foreign"),
    "another program's": (_manifest(format="other"), "backup.foreign"),
    "a newer format": (_manifest(format="xiuhua-backup-2"), "backup.newer"),
    "a newer column": (_newer, "backup.newer"),
    "the practice bureau's": (_manifest(practice=True), "backup.practice"),
    "no head": (_manifest(head=5), "backup.broken"),
    "a row less": (_one_row_less, "backup.broken"),
    "a changed line": (_other_quantity, "backup.ledger"),
    "a page less": (lambda name, raw: None if name.endswith("city_unit.jsonl") else raw, "backup.broken"),
    "no text": (lambda name, raw: b"\xff\xfe" if name.endswith("city_unit.jsonl") else raw, "backup.broken"),
    "other types": (lambda name, raw: b"[1]\n" if name.endswith("city_unit.jsonl") else raw, "backup.broken"),
    "a changed photo": (_other_photo, "backup.file"),
    "a photo less": (lambda name, raw: None if name.startswith("files/") else raw, "backup.broken"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_backup_that_is_not_whole_is_refused_and_nothing_comes_of_it(
    what: str, kept: tuple[Path, Manifest], tmp_path: Path, settings
) -> None:
    change, code = WRONG[what]
    path = rewritten(kept[0], change)
    if what in ("a changed line",):  # somebody who also counts the digest anew
        path = _told_anew(path)
    emptied()
    settings.XIUHUA_HOME = tmp_path / "elsewhere"
    with pytest.raises(Refused) as refused:
        back(path)
    assert refused.value.code == code and "。" in refused.value.message
    assert not any(model._base_manager.exists() for model in tables())
    assert not [one for one in (tmp_path / "elsewhere").rglob("*") if one.is_file()]


def _told_anew(path: Path) -> Path:
    import hashlib

    with zipfile.ZipFile(path) as book:
        told = json.loads(book.read(MANIFEST))
        for page in told["tables"]:
            page["sha256"] = hashlib.sha256(book.read(f"rows/{page['table']}.jsonl")).hexdigest()
    path.rename(path.with_name("first.zip"))
    return rewritten(
        path.with_name("first.zip"), lambda name, raw: json.dumps(told).encode() if name == MANIFEST else raw
    )


def test_half_a_file_and_no_file_are_refused(kept: tuple[Path, Manifest], tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(kept[0].read_bytes()[:-300])
    with pytest.raises(Refused, match="没有传完整"), opened(half):
        pass
    with pytest.raises(Refused, match="没有这个文件"), opened(tmp_path / "none.zip"):
        pass


def test_a_lost_photo_is_named_in_the_backup_and_keeps_nothing_else_out(work: Town, tmp_path: Path) -> None:
    lost = StoredFile.objects.first().digest
    path_of(lost).unlink()
    manifest = write_backup(tmp_path / "a.zip", say=quietly)
    assert manifest.lost == [lost] and manifest.files == StoredFile.objects.count() - 1
    emptied()
    back(tmp_path / "a.zip")
    assert StoredFile.objects.filter(digest=lost).exists()


def test_a_backup_that_stops_half_way_leaves_no_file(
    work: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_told: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("xiuhua.config.archive._write_files", full)
    with pytest.raises(OSError, match="no space"):
        write_backup(tmp_path / "a.zip", say=quietly)
    assert list(tmp_path.glob("*.zip")) == list(tmp_path.glob(".*.part")) == []


# ---------------------------------------------------------------- from database to database


def xiuhua(*told: str, home: Path, url: str = "") -> dict[str, Any]:
    """The command in a process of its own; its answer."""
    own = {"XIUHUA_HOME": str(home), "XIUHUA_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", "from xiuhua.config.cli import main; main()", *told, "--json"],
        env={**os.environ, **own}, capture_output=True, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="goes from SQLite to PostgreSQL and back")
def test_the_head_survives_postgresql_to_sqlite_to_postgresql_to_sqlite(
    kept: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, manifest = kept
    server = urlparse(os.environ["XIUHUA_DATABASE_URL"])
    name = f"{connection.settings_dict['NAME']}_restored"
    url = server._replace(path=f"/{name}").geturl()
    homes = [tmp_path / one for one in ("first", "second", "third")]
    for home in homes:
        home.mkdir()
    _on_server(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    try:
        heads = [xiuhua("restore", str(path), home=homes[0])["head"]]
        heads += [xiuhua("backup", "--to", str(tmp_path / "lite.zip"), home=homes[0])["head"]]
        heads += [xiuhua("restore", str(tmp_path / "lite.zip"), home=homes[1], url=url)["head"]]
        heads += [xiuhua("verify", "--head", manifest.head, "--files", home=homes[1], url=url)["head"]]
        heads += [xiuhua("backup", "--to", str(tmp_path / "post.zip"), home=homes[1], url=url)["head"]]
        heads += [xiuhua("restore", str(tmp_path / "post.zip"), home=homes[2])["head"]]
        heads += [xiuhua("verify", "--head", manifest.head, "--files", home=homes[2])["head"]]
    finally:
        _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    assert set(heads) == {manifest.head}
    with opened(path) as first, opened(tmp_path / "post.zip") as last:
        assert [page.sha256 for page in last.manifest.tables] == [page.sha256 for page in first.manifest.tables]


def _on_server(*statements: str) -> None:
    import psycopg

    described = connection.get_connection_params() | {"dbname": "postgres"}
    told = {name: described[name] for name in ("dbname", "user", "password", "host", "port") if described.get(name)}
    with psycopg.connect(**told, autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def test_the_command_says_what_it_did_and_its_status_tells(kept: tuple[Path, Manifest], tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    home.mkdir()
    found = xiuhua("restore", str(kept[0]), home=home)
    assert found["restored"] and found["head"] == kept[1].head and found["tables"]["cases_case"] == 2
    verdict = xiuhua("verify", "--head", kept[1].head, "--files", home=home)
    assert verdict["ok"] and verdict["bound"] == kept[1].bound
