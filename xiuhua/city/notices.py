"""Notices to people: written down with the act that they tell of, sent by the worker a little later, once.

A person without a way out of the house gets none; what is new always stands on the phone's own page too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import F

from xiuhua.city.access import must
from xiuhua.city.models import Channel, Notice, Person
from xiuhua.kit import channels
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.seals import seal, unseal
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds import roster as kinds

MOST_CHANNELS = 5
MOST_TRIES = 3
AGAIN_AFTER = dt.timedelta(minutes=1)
AT_ONCE = 20
STALE = dt.timedelta(hours=6)
"""A notice that could not leave for so long is no news any more (our choice)."""


@action(answer=lambda line: Channel.objects.get(code=line.key.hex))
def add_channel(act: Act, *, person: Person, way: str, address: str) -> Channel:
    """Notices reach a person by this way from now on; the address is sealed and in no line."""
    if act.by.code != person.code:
        must(act.by, "administer")
    address = channels.check_address(way, address)
    every = list(person.channels.select_for_update())
    if len(every) >= MOST_CHANNELS:
        raise Refused("channel.many", "最多 5 种通知方式，请先删掉不用的。", field="way")
    if any(one.way == way and unseal(one.address_sealed) == address for one in every):
        raise Refused("channel.same", "这个通知方式已经有了。", field="address")
    line = act.record(kinds.ChannelAdded(way=way), about=f"person:{person.code}")
    return Channel.objects.create(
        code=line.key.hex, person=person, way=way, address_sealed=seal(address), hint=address[-4:], made_at=act.at
    )


@action(answer=lambda line: None)
def end_channel(act: Act, *, channel: Channel) -> None:
    """Nothing more is sent by this way; its address is erased."""
    if act.by.code != channel.person.code:
        must(act.by, "administer")
    act.record(kinds.ChannelEnded(way=channel.way), about=f"person:{channel.person.code}")
    channel.delete()


def change_channel(act: Act, *, person: Person, told: Mapping[str, str]) -> None:
    """What a form about one's ways says: end the one that it names, or add another."""
    if told.get("end"):
        channel = person.channels.filter(code=told["end"]).first()
        if channel is None:
            raise Absent("channel.absent", "这个通知方式已经删掉了。")
        return end_channel(act, channel=channel)
    add_channel(act, person=person, way=told.get("way", ""), address=told.get("address", ""))
    return None


change_channel.is_action = True  # type: ignore[attr-defined]


def write_notices(cause: UUID, people: Iterable[str], *, title: str, text: str, path: str, due_at: dt.datetime) -> int:
    """A notice for each of these people who has a way out; how many. `path` is the page that it leads to."""
    reached = list(Person.objects.filter(code__in=list(people), channels__isnull=False).distinct())
    link = f"{settings.XIUHUA_ADDRESS}{path}" if settings.XIUHUA_ADDRESS else ""
    told = f"{text} {link}".strip()[:400]
    Notice.objects.bulk_create(
        [Notice(cause=cause, person=one, title=title[:80], text=told, due_at=due_at) for one in reached],
        ignore_conflicts=True,
    )
    return len(reached)


def drop_notices(cause: UUID) -> int:
    """What a line would tell is taken back before it left; how many."""
    waiting = Notice.objects.filter(cause=cause, state=Notice.State.WAITING)
    return waiting.update(state=Notice.State.DROPPED)


def send_notices(at: dt.datetime) -> int:
    """Send what is due; how many went out. Each is marked before it leaves, so that no crash sends it twice."""
    due = Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=at).select_related("person").order_by("due_at")
    sent = 0
    for one in due[:AT_ONCE]:
        if one.due_at < at - STALE:
            Notice.objects.filter(pk=one.pk).update(state=Notice.State.FAILED)
            continue
        mine = Notice.objects.filter(pk=one.pk, state=Notice.State.WAITING, tries=one.tries)
        if not mine.update(tries=F("tries") + 1, state=Notice.State.SENT, sent_at=at):
            continue  # somebody else was quicker, or it was taken back
        took = [_sent(channel, one, at) for channel in one.person.channels.all()]  # by every way, not just the first
        if any(took):
            sent += 1
        elif one.tries + 1 < MOST_TRIES:
            Notice.objects.filter(pk=one.pk).update(state=Notice.State.WAITING, sent_at=None, due_at=at + AGAIN_AFTER)
        else:
            Notice.objects.filter(pk=one.pk).update(state=Notice.State.FAILED, sent_at=None)
    return sent


def _sent(channel: Channel, notice: Notice, at: dt.datetime) -> bool:
    """Whether one channel took it; how often it failed in a row stands with it."""
    took = channels.send(channel.way, unseal(channel.address_sealed), notice.title, notice.text)
    told = {"failed": 0, "sent_at": at} if took else {"failed": F("failed") + 1}
    Channel.objects.filter(pk=channel.pk).update(**told)
    return took
