"""送达: sent, seen, taken on; what nobody looked at rises; and who was told outside the program, once."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from tests.town import Town
from xiuhua.cases.actions import acknowledge_case, dispatch_case, recall_case, return_case, rework_case, see_case
from xiuhua.cases.handing_on import hand_on_case
from xiuhua.cases.models import Case
from xiuhua.city.models import Channel, Notice
from xiuhua.city.notices import add_channel, end_channel, send_notices
from xiuhua.kit.channels import check_address
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings) -> Iterator[list[dict[str, str]]]:
    """A gateway for text messages on this machine: what it was told."""
    told: list[dict[str, str]] = []

    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(500 if body["phone"].endswith("0") else 200)
            self.end_headers()
            told.append(body)

        def log_message(self, *_told: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.XIUHUA_SMS_URL = f"json://127.0.0.1:{server.server_port}/send"
    settings.XIUHUA_ADDRESS = "https://cg.example.cn"
    yield told
    server.shutdown()


def seconds(town: Town, minutes: float, more: float) -> dt.datetime:
    return town.at + dt.timedelta(minutes=minutes, seconds=more)


def test_a_case_is_sent_seen_and_taken_on_by_who_was_sent(town: Town) -> None:
    case = town.case(upto="dispatched")
    assert (case.sent_at, case.seen_at, case.acknowledged_at) == (case.dispatched_at, None, None)
    assert list(Case.objects.unseen(seconds(town, 20, 1))) == [case]
    with pytest.raises(Refused, match="派给了别人"):
        see_case(town.act("p-liu", minutes=16), case=case)
    case = see_case(town.act("p-zhao", minutes=17), case=case)
    assert case.seen_at == seconds(town, 17, 0) and not Case.objects.unseen(seconds(town, 90, 0)).exists()
    case = acknowledge_case(town.act("p-zhao", minutes=18), case=case)
    assert case.acknowledged_at == seconds(town, 18, 0)
    with pytest.raises(Refused, match="已经接单"):
        acknowledge_case(town.act("p-zhao", minutes=19), case=case)
    assert [one.kind for one in Line.objects.about(case.number)][-2:] == ["case.seen", "case.acknowledged"]


def test_taking_on_at_once_is_seeing_too_and_the_form_of_the_desk_is_not_stale_by_it(town: Town) -> None:
    case = town.case(upto="dispatched")
    before = case.version
    case = acknowledge_case(town.act("p-zhao", minutes=16), case=case)
    assert case.seen_at == case.acknowledged_at and case.version == before
    return_case(town.act("p-desk", minutes=17), case=case, reason="wrong_person", version=before)


def test_told_on_the_phone_the_desk_writes_it_down_with_who_said_so(town: Town) -> None:
    case = town.case(upto="dispatched")
    with pytest.raises(Refused, match="岗位不能做"):
        acknowledge_case(town.act("p-liu", minutes=16), case=case, person=town.people["p-zhao"])
    case = acknowledge_case(town.act("p-desk", minutes=16), case=case, person=town.people["p-zhao"])
    line = Line.objects.get(kind="case.acknowledged")
    assert (line.by, '"by_phone":true' in line.facts, "p-zhao" in line.facts) == ("p-desk", True, True)


def test_a_case_sent_to_a_unit_becomes_theirs_who_takes_it_on(town: Town) -> None:
    case = town.case(upto="filed")
    case = dispatch_case(town.act("p-desk", minutes=15), case=case, unit=town.units["Z1"])
    with pytest.raises(Refused):
        acknowledge_case(town.act("p-other", minutes=16), case=case)
    case = acknowledge_case(town.act("p-liu", minutes=16), case=case)
    assert case.handler == "p-liu"


def test_a_rework_and_a_handing_on_go_out_anew(town: Town) -> None:
    case = town.case(upto="handled")
    case = rework_case(town.act("p-desk", minutes=25), case=case, reason="not_done")
    assert case.sent_at == seconds(town, 25, 0) and case.seen_at is None
    acknowledge_case(town.act("p-zhao", minutes=26), case=case)
    case = hand_on_case(town.act("p-chief", minutes=27), case=case, person=town.people["p-liu"])
    assert case.sent_at == seconds(town, 27, 0) and case.acknowledged_at is None
    assert Case.objects.unseen(seconds(town, 40, 0)).count() == 1


def test_a_case_that_came_back_or_stands_still_is_not_unseen(town: Town) -> None:
    case = town.case(upto="dispatched")
    return_case(town.act("p-zhao", minutes=16), case=case, reason="not_ours")
    assert not Case.objects.unseen(seconds(town, 90, 0)).exists()


def test_a_step_taken_back_takes_the_sending_back(town: Town) -> None:
    case = town.case(upto="filed")
    case = dispatch_case(town.act("p-desk", minutes=15), case=case, unit=town.units["Z1"])
    case = recall_case(town.act("p-desk", at=seconds(town, 15, 5)), case=case)
    assert (case.state, case.sent_at) == ("filed", None)


# ---------------------------------------------------------------- outside the program


def reached(town: Town, who: str, number: str) -> Channel:
    return add_channel(town.act("p-admin"), person=town.people[who], way="sms", address=number)


def test_the_notice_leaves_when_the_step_can_no_longer_be_taken_back_and_once(town: Town, gateway) -> None:
    reached(town, "p-zhao", "13800000001")
    case = town.case(upto="dispatched")
    assert send_notices(seconds(town, 15, 14)) == 0 and gateway == []
    assert send_notices(seconds(town, 15, 15)) == 1
    (told,) = gateway
    assert told["phone"] == "13800000001" and case.number in told["title"]
    assert told["message"].endswith(f"https://cg.example.cn/street/case/{case.number}/")
    assert "范公亭路" in told["message"]
    assert send_notices(seconds(town, 15, 30)) == 0 and len(gateway) == 1


def test_what_is_taken_back_never_leaves(town: Town, gateway) -> None:
    reached(town, "p-chief", "13800000001")
    case = town.case(upto="filed")
    case = dispatch_case(town.act("p-desk", minutes=15), case=case, unit=town.units["Z1"])
    recall_case(town.act("p-desk", at=seconds(town, 15, 8)), case=case)
    assert send_notices(seconds(town, 30, 0)) == 0 and gateway == []
    assert Notice.objects.get().state == "dropped"


def test_a_gateway_that_fails_is_asked_three_times_and_the_channel_says_so(town: Town, gateway) -> None:
    channel = reached(town, "p-zhao", "13800000000")
    town.case(upto="dispatched")
    assert [send_notices(seconds(town, 16 + n, 0)) for n in range(6)] == [0] * 6
    channel.refresh_from_db()
    assert (len(gateway), Notice.objects.get().state, channel.failed) == (3, "failed", 3)


def test_news_of_yesterday_is_no_news(town: Town, gateway) -> None:
    reached(town, "p-zhao", "13800000001")
    town.case(upto="dispatched")
    assert send_notices(town.at + dt.timedelta(days=1)) == 0 and gateway == []


def test_an_address_is_sealed_in_no_line_and_only_ones_own_or_the_administrators(town: Town, gateway) -> None:
    channel = reached(town, "p-zhao", "13800000001")
    assert "13800000001" not in channel.address_sealed and channel.hint == "0001"
    assert not Line.objects.filter(facts__contains="13800000001").exists()
    with pytest.raises(Refused, match="岗位不能做"):
        end_channel(town.act("p-liu"), channel=channel)
    with pytest.raises(Refused, match="已经有了"):
        reached(town, "p-zhao", "13800000001")
    end_channel(town.act("p-zhao"), channel=channel)
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("way", "text", "kept"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx", "693a91f6-7xxx"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=abcdef123456", "abcdef123456"),
        ("feishu", " https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-4e5f ", "0a1b2c3d-4e5f"),
        ("feishu", "http://10.0.0.8/hook/0a1b2c3d", None),
        ("wecom", "json://127.0.0.1/x", None),
        ("sms", "13800000001", None),
        ("mail", "a@b.cn", None),
        ("syslog", "x", None),
    ],
)
def test_only_addresses_of_known_robots_and_of_what_the_server_was_told(way: str, text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Refused):
            check_address(way, text)
    else:
        assert check_address(way, text) == kept
