"""The ledger at the desk: lists that narrow, one line with its place in the chain, voiding, the scan, the sheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.town import Town, declare_campaigns, key
from xiuhua.campaigns.actions import attribute_line
from xiuhua.cases.counts import record_count
from xiuhua.kit.files import keep
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line, Link
from xiuhua.programme.actions import Opening, open_figures

pytestmark = pytest.mark.django_db
LEDGER = "desk:ledger"
SCAN = b"%PDF-1.4 the ledger of last year, scanned"


@pytest.fixture
def worked(town: Town, signed_in, clock) -> Town:
    """Two counts of two squads, one of them for a campaign, and a figure from before with its scan."""
    declare_campaigns(town)
    record_count(town.act("p-zhao", name="postings"), item="posting_pasted", quantity=40, segment="S1")
    record_count(town.act("p-other", name="stalls"), item="stall_moved", quantity=7, segment="S3")
    scan = keep(SCAN, at=town.at, klass="evidence")
    day = dt.date(2020, 3, 10)
    rows = [Opening("parking_bay", Decimal(120), town.units["Z2"], dt.date(2020, 3, 1), day)]
    open_figures(
        town.act("p-office", name="opening"), batch="paper-1", rows=rows, scan=scan.digest,
        approver=town.people["p-leader"],
    )  # fmt: skip
    return town


def line_of(name: str) -> Line:
    return Line.objects.get(key=key(name))


@pytest.mark.parametrize(
    ("asked", "seen", "unseen"),
    [
        ({"kind": "count.recorded"}, "stalls", "opening"),
        ({"item": "posting_pasted"}, "postings", "stalls"),
        ({"unit": "QZ/Z2/"}, "stalls", "postings"),
        ({"campaign": "C-POSTING"}, "postings", "stalls"),
        ({"from": "2020-03-16", "to": "2020-03-16"}, "stalls", "opening"),
        ({"only": "backfilled"}, "opening", "stalls"),
    ],
)
def test_each_filter_narrows_the_list(worked: Town, signed_in, asked: dict[str, str], seen: str, unseen: str) -> None:
    page = signed_in("office").get(reverse(LEDGER), asked).content.decode()
    assert reverse("desk:line", args=[key(seen)]) in page
    assert reverse("desk:line", args=[key(unseen)]) not in page


def test_lines_about_one_thing_are_found_by_its_code(worked: Town, signed_in) -> None:
    line = line_of("stalls")
    page = signed_in("office").get(reverse(LEDGER), {"about": line.about}).content.decode()
    assert page.count(reverse("desk:line", args=[line.key])) == 1
    assert "没有符合条件的台账行" in signed_in("office").get(reverse(LEDGER), {"about": "nothing"}).content.decode()


def test_a_line_shows_its_fields_its_number_and_its_hash(worked: Town, signed_in) -> None:
    bind()
    line = line_of("postings")
    link = Link.objects.get(line_id=line.pk)
    page = signed_in("office").get(reverse("desk:line", args=[line.key])).content.decode()
    for expected in (
        str(line.key), "快报", "赵敏", "城区一中队", "张贴小广告 40 处", "立面清洁专项治理", "S1", str(link.seq), link.hash,
    ):  # fmt: skip
        assert expected in page


def test_a_line_that_is_not_there_is_absent(worked: Town, signed_in) -> None:
    assert signed_in("office").get(reverse("desk:line", args=[key("nothing")])).status_code == 404


def test_voiding_writes_another_line_and_both_point_at_each_other(worked: Town, signed_in) -> None:
    office, line = signed_in("office"), line_of("stalls")
    where = reverse("desk:void_line", args=[line.key])
    wrong = office.post(where, {"key": str(key("press")), "reason": ""})
    assert wrong.status_code == 422
    assert "请选择作废原因" in wrong.content.decode()
    assert office.post(where, {"key": str(key("press")), "reason": "mistake"}).status_code == 302
    void = Line.objects.get(kind="line.voided")
    assert (void.key, void.corrects, void.by) == (key("press"), line.key, "p-office")
    page = office.get(reverse("desk:line", args=[line.key])).content.decode()
    assert "已作废" in page
    assert reverse("desk:line", args=[void.key]) in page
    assert 'name="reason"' not in page
    again = office.post(where, {"key": str(key("press again")), "reason": "mistake"})
    assert (again.status_code, Line.objects.filter(kind="line.voided").count()) == (422, 1)


def test_an_officer_cannot_void(worked: Town, signed_in) -> None:
    zhao, line = signed_in("zhao"), line_of("postings")
    assert "作废这一行" not in zhao.get(reverse("desk:line", args=[line.key])).content.decode()
    answer = zhao.post(reverse("desk:void_line", args=[line.key]), {"key": str(key("press")), "reason": "mistake"})
    assert (answer.status_code, Line.objects.filter(kind="line.voided").count()) == (403, 0)


def test_a_line_moved_to_another_campaign_says_so(worked: Town, signed_in) -> None:
    line = line_of("postings")
    attribute_line(worked.act("p-office", name="move"), line=line.key, campaign="C-AIR", reason="mistaken")
    page = signed_in("office").get(reverse("desk:line", args=[line.key])).content.decode()
    assert "改归“空气净化专项治理”" in page


def test_a_figure_from_before_opens_its_scan(worked: Town, signed_in) -> None:
    office, line = signed_in("office"), line_of("opening")
    page = office.get(reverse("desk:figure", args=["parking_bays"]), {"from": "2020-03-01", "to": "2020-03-16"})
    assert "其中补录120个" in page.content.decode()
    scan = reverse("desk:scan", args=[keep(SCAN).digest])
    assert scan in page.content.decode()
    assert scan in office.get(reverse("desk:line", args=[line.key])).content.decode()
    answer = office.get(scan)
    assert (answer.content, answer.headers["Content-Type"]) == (SCAN, "application/pdf")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_only_scans_of_figures_are_opened_this_way(worked: Town, signed_in) -> None:
    other = keep(b"%PDF-1.4 something else", at=worked.at)
    assert signed_in("office").get(reverse("desk:scan", args=[other.digest])).status_code == 404


def sheet(answer) -> list[dict[str, str]]:
    raw = b"".join(answer.streaming_content).decode()
    assert raw.startswith("\ufeff")
    assert "赵敏" not in raw
    return list(csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"))))


def test_the_sheet_has_the_lines_of_the_list_and_no_names(worked: Town, signed_in) -> None:
    answer = signed_in("office").post(f"{reverse('desk:take_ledger')}?kind=count.recorded", {"for": "inside"})
    rows = sheet(answer)
    assert [(row["统计项"], row["数量"], row["计量单位"]) for row in rows] == [
        ("劝离流动摊点", "7", "处"), ("张贴小广告", "40", "处"),
    ]  # fmt: skip
    assert [row["经办人代码"] for row in rows] == ["p-other", "p-zhao"]


def test_each_export_writes_who_took_how_many_lines(worked: Town, signed_in) -> None:
    office, where = signed_in("office"), f"{reverse('desk:take_ledger')}?kind=count.recorded"
    for meant in ("inside", "beyond"):
        sheet(office.post(where, {"for": meant}))
    taken = Line.objects.filter(kind="list.taken").order_by("id")
    assert [(line.by, json.loads(line.facts)) for line in taken] == [
        ("p-office", {"listed": "lines", "rows": 2}), ("p-office", {"listed": "lines_beyond", "rows": 2}),
    ]  # fmt: skip
    assert office.get(where).status_code == 405, "a sheet leaves by a press, never by an address"


def test_beyond_the_bureau_persons_have_other_codes_the_same_throughout_one_file(worked: Town, signed_in) -> None:
    record_count(worked.act("p-zhao", name="more", minutes=200), item="stall_moved", quantity=3, segment="S1")
    office, where = signed_in("office"), f"{reverse('desk:take_ledger')}?kind=count.recorded"
    first, second = (sheet(office.post(where, {"for": "beyond"})) for _ in range(2))
    codes = [row["经办人代码"] for row in first]
    assert len(codes) == 3 and len(set(codes)) == 2, "two of the three are of one person"
    assert not set(codes) & {row["经办人代码"] for row in second}, "two files cannot be laid side by side"
    assert "p-zhao" not in str(first) and "p-other" not in str(first)


def test_only_who_may_publish_gives_lines_beyond_the_bureau(worked: Town, signed_in) -> None:
    where = reverse("desk:take_ledger")
    assert "给局外单位" not in signed_in("zhao").get(reverse(LEDGER)).content.decode()
    assert signed_in("zhao").post(where, {"for": "beyond"}).status_code == 403
    assert signed_in("office").post(f"{where}?about=nothing", {"for": "inside"}).status_code == 422, "nothing to take"
    assert not Line.objects.filter(kind="list.taken").exists()


def test_the_sheet_of_a_figure_adds_up_to_it(worked: Town, signed_in) -> None:
    where = f"{reverse('desk:take_figure', args=['postings_cleaned'])}?from=2020-03-01&to=2020-03-16"
    assert sum(Decimal(row["数量"]) for row in sheet(signed_in("office").post(where, {"for": "inside"}))) == 40


def test_a_line_is_put_under_another_campaign_on_its_page(worked: Town, signed_in) -> None:
    office, line = signed_in("office"), line_of("postings")
    where, shown = reverse("desk:attribute_line", args=[line.key]), reverse("desk:line", args=[line.key])
    assert "现在计在“立面清洁专项治理”" in office.get(shown).content.decode()
    asked = {"key": str(key("move")), "campaign": "C-AIR", "moved_because": "mistaken"}
    for wrong, sentence in (({"campaign": "?"}, "请选择应该计在哪个专项"), ({"moved_because": ""}, "请选择改归原因")):
        answer = office.post(where, asked | wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert office.post(where, asked).status_code == 302
    moved = Line.objects.get(kind="line.attributed")
    assert (moved.key, moved.corrects, moved.campaign, moved.by) == (key("move"), line.key, "C-AIR", "p-office")
    page = office.get(shown).content.decode()
    assert "现在计在“空气净化专项治理”" in page and "改归“空气净化专项治理”" in page
    assert (
        office.post(where, {"key": str(key("none")), "campaign": "", "moved_because": "out_of_scope"}).status_code
        == 302
    )
    assert "现在不归任何专项" in office.get(shown).content.decode()


def test_who_voids_no_line_moves_none(worked: Town, signed_in) -> None:
    zhao, line = signed_in("zhao"), line_of("postings")
    assert "改归专项</button>" not in zhao.get(reverse("desk:line", args=[line.key])).content.decode()
    told = {"key": str(key("move")), "campaign": "C-AIR", "moved_because": "mistaken"}
    assert zhao.post(reverse("desk:attribute_line", args=[line.key]), told).status_code == 403


def test_who_is_not_signed_in_is_led_to_the_sign_in(worked: Town, client) -> None:
    for where in (reverse(LEDGER), reverse("desk:line", args=[key("stalls")]), reverse("desk:brief")):
        answer = client.get(where)
        assert (answer.status_code, "sign" in answer.headers["Location"]) == (302, True)
