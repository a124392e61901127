"""人员交接: drawn up, each item gets a new holder, both sides sign, then cases and duties move and access ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import uuid5

from xiuhua.cases.handing_on import hand_on_case
from xiuhua.cases.models import Case
from xiuhua.city.access import must
from xiuhua.city.models import Person, Post
from xiuhua.city.posts import leave_post
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import roster as kinds
from xiuhua.programme.belongings import SORTS, belongings
from xiuhua.programme.models import Rotation, RotationItem, RotationSignature

State = Rotation.State
OPEN = (State.DRAWN, State.SIGNED)


def _of(line: object) -> Rotation:
    return Rotation.objects.get(code=getattr(line, "about", "").partition(":")[2])


def _locked(rotation: Rotation) -> Rotation:
    """The hand-over as it stands now, open, and nobody else's until this act is done."""
    found = (
        Rotation.objects.select_for_update(of=("self",))
        .select_related("person", "post__unit")
        .filter(pk=rotation.pk)
        .first()
    )
    if found is None:
        raise Absent("rotation.absent")
    if found.state not in OPEN:
        raise Refused("rotation.over", "这张交接单{state}，不能再改。", state=found.get_state_display())
    return found


@action(answer=_of)
def draw_rotation(act: Act, *, post: Post, on: dt.date, successor: Person | None = None, words: str = "") -> Rotation:
    """A hand-over is drawn up: everything the person holds is collected; a successor is proposed for all of it."""
    must(act.by, "rotate", unit=post.unit.path)
    if post.ends_on is not None:
        raise Refused("city.post_ended", "这个岗位已于 {ends_on} 结束。", ends_on=post.ends_on)
    if on < bureau_day(act.at):
        raise Refused("post.past", "离岗日期不能早于今天：过去的责任不能改写。", field="on")
    if successor == post.person:
        raise Refused("rotation.self", "不能交接给自己。", field="successor")
    Post.objects.select_for_update().get(pk=post.pk)
    if Rotation.objects.filter(post=post, state__in=OPEN).exists():
        raise Refused("rotation.twice", "{name}已经有一张没办完的交接单。", name=post.person.name)
    rotation = Rotation.objects.create(
        code=act.key.hex[:24],
        person=post.person,
        post=post,
        on=on,
        words=words.strip()[:300],
        drawn_by=act.by.code,
        drawn_at=act.at,
    )
    found = belongings(post, bureau_day(act.at))
    RotationItem.objects.bulk_create(
        [
            RotationItem(rotation=rotation, sort=one.sort, code=one.code, words=one.words[:300], to=successor)
            for one in found
        ]
    )
    act.record(
        kinds.RotationDrawn(person=post.person.code, post=post.code, on=on.isoformat(), items=len(found)),
        about=f"rotation:{rotation.code}", for_unit=post.unit.path,
    )  # fmt: skip
    return rotation


@action(answer=_of)
def settle_rotation(
    act: Act,
    *,
    rotation: Rotation,
    holders: Mapping[int, Person | None],
    ending: Sequence[int] = (),
    pads: Sequence[str] = (),
) -> Rotation:
    """Who takes over which item; duties may end instead. `pads` are further items written by hand: 空白单据 by numbers.

    Signatures given before are void: what was signed has changed.
    """
    rotation = _locked(rotation)
    must(act.by, "rotate", unit=rotation.post.unit.path)
    items = {one.pk: one for one in rotation.items.all()}
    if set(holders) - set(items):
        raise Refused("rotation.items", "交接单的内容已经变了，请刷新页面后再定接收人。")
    for pk, one in items.items():
        one.to, one.ends = holders.get(pk, one.to), pk in ending and one.sort == "duty"
        if one.to == rotation.person:
            raise Refused("rotation.self", "不能交接给自己。", field="to")
        one.to = None if one.ends else one.to
    RotationItem.objects.bulk_update(items.values(), ["to", "ends"])
    added = [one.strip()[:300] for one in pads if one.strip()]
    heir = next((one.to for one in items.values() if one.to), None)
    RotationItem.objects.bulk_create(
        [RotationItem(rotation=rotation, sort="pad", words=words, to=heir) for words in added]
    )
    rotation.signatures.all().delete()
    rotation.state = State.DRAWN
    rotation.save(update_fields=["state"])
    held = sum(bool(one.to or one.ends) for one in items.values()) + (len(added) if heir else 0)
    act.record(
        kinds.RotationSettled(items=len(items) + len(added), held=held),
        about=f"rotation:{rotation.code}",
        for_unit=rotation.post.unit.path,
    )
    return rotation


def signers(rotation: Rotation) -> list[Person]:
    """Who must sign: the one who leaves, then everybody who takes something over."""
    heirs = [one.to for one in rotation.items.select_related("to") if one.to]
    return list(dict.fromkeys([rotation.person, *heirs]))


@action(answer=_of)
def sign_rotation(act: Act, *, rotation: Rotation, person: Person, ink: bool = False) -> Rotation:
    """A person signs with the own sign-in; whoever draws hand-overs up may note that the paper was signed in ink."""
    rotation = _locked(rotation)
    unit = rotation.post.unit.path
    if ink:
        must(act.by, "rotate", unit=unit)
    elif act.by.code != person.code:
        raise Refused("rotation.other", "只能自己签自己的；纸上签的请点“纸上已签”。")
    if person not in signers(rotation):
        raise Refused("rotation.signer", "{name}不在这张交接单上，不用签。", name=person.name)
    bare = [one for one in rotation.items.all() if not one.to and not one.ends]
    if bare:
        sorts = "、".join(dict.fromkeys(str(SORTS[one.sort]) for one in bare))
        raise Refused("rotation.bare", "还有 {n} 项没有接收人（{sorts}），定好再签。", n=len(bare), sorts=sorts)
    if rotation.signatures.filter(person=person).exists():
        raise Refused("rotation.signed", "{name}已经签过了。", name=person.name)
    RotationSignature.objects.create(rotation=rotation, person=person, ink=ink, at=act.at)
    signed = set(rotation.signatures.values_list("person_id", flat=True))
    rotation.state = State.SIGNED if {one.pk for one in signers(rotation)} <= signed else State.DRAWN
    rotation.save(update_fields=["state"])
    act.record(
        kinds.RotationSigned(person=person.code, ink=ink, state=str(rotation.state)),
        about=f"rotation:{rotation.code}",
        for_unit=unit,
    )
    return rotation


@action(answer=_of)
def complete_rotation(act: Act, *, rotation: Rotation) -> Rotation:
    """All have signed: cases in work go to their new holders, duties move on the day, the post and its access end."""
    rotation = _locked(rotation)
    unit = rotation.post.unit.path
    must(act.by, "rotate", unit=unit)
    if rotation.state != State.SIGNED:
        raise Refused("rotation.unsigned", "还没有签齐：交出的人和每个接收人都要签。")
    act.record(kinds.RotationDone(), about=f"rotation:{rotation.code}", for_unit=unit)
    heirs: dict[str, Person | None] = {}
    for item in rotation.items.select_related("to").order_by("id"):
        if item.sort == "duty":
            heirs[item.code] = item.to
        elif item.sort == "case" and item.to:
            case = Case.objects.filter(number=item.code, handler=rotation.person.code, state="dispatched").first()
            if case is not None:
                hand_on_case(_part(act, f"case:{item.code}"), case=case, person=item.to)
    leave_post(_part(act, "post"), post=rotation.post, on=max(rotation.on, bureau_day(act.at)), heirs=heirs)
    rotation.state, rotation.done_at = State.DONE, act.at
    rotation.save(update_fields=["state", "done_at"])
    return rotation


def _part(act: Act, name: str) -> Act:
    """The act of a part of this one, under a key of its own made from this one's."""
    return Act(by=act.by, at=act.at, key=uuid5(act.key, name), recorded_at=act.recorded_at)


@action(answer=_of)
def drop_rotation(act: Act, *, rotation: Rotation) -> Rotation:
    """The hand-over was not wanted after all: it is void, and nothing has moved."""
    rotation = _locked(rotation)
    must(act.by, "rotate", unit=rotation.post.unit.path)
    rotation.state = State.DROPPED
    rotation.save(update_fields=["state"])
    act.record(kinds.RotationDropped(), about=f"rotation:{rotation.code}", for_unit=rotation.post.unit.path)
    return rotation


def waiting_for(code: str) -> list[Rotation]:
    """The hand-overs that a person (by code) has still to sign."""
    found = (
        Rotation.objects.filter(state=State.DRAWN)
        .exclude(signatures__person__code=code)
        .select_related("person", "post__unit")
    )
    return [one for one in found if any(person.code == code for person in signers(one))]
