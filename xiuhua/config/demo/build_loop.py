"""The loop of the demo's cases: every step by an action of somebody who may."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from xiuhua.cases import actions as steps
from xiuhua.cases.intake import Report, open_case
from xiuhua.cases.models import Case, StandardRow
from xiuhua.city.models import Person
from xiuhua.config.demo import build_words as words
from xiuhua.config.demo.build_cast import Cast
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.demo.build_tales import AGAIN, WAYS, Tale, drawn
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act
from xiuhua.programme.actions import order_supervision


class Loop:
    """Takes cases round the loop: every step by an action of somebody who may."""

    def __init__(self, cast: Cast, studio: Studio, until: dt.datetime | None = None) -> None:
        self.cast = cast
        self.until = until
        self.studio = studio
        self.standards = {row.code: row for row in StandardRow.objects.all()}

    # ------------------------------------------------------------ the report

    def report(self, tale: Tale, at: dt.datetime, *, key: UUID | None = None) -> Case:
        """Somebody found it."""
        random, spot = tale.random, tale.spot
        who = self._reporter(tale)
        act = self.cast.act(who, at, key=key)
        pictured = tale.source != "hotline"
        if tale.photos is None:
            tale.photos = self.studio.pair(random, tale.category, at)
        report = Report(
            key=act.key, category=tale.category, source=tale.source, at=at, place=spot.place,
            description=random.choice(words.TOLD[tale.standard]), lon=spot.lon, lat=spot.lat,
            segment=spot.segment.code if who else "", photos=(tale.photos.before,) if pictured else (),
            contact=f"100{random.randrange(10**8):08d}" if tale.source in ("citizen", "hotline") else "",
        )  # fmt: skip
        tale.case = open_case(act, report=report)
        return tale.case

    def _reporter(self, tale: Tale) -> Person | None:
        cast, random = self.cast, tale.random
        answer = cast.answers[tale.spot.segment.code]
        match tale.source:
            case "citizen":
                return None
            case "officer":
                return random.choice((answer.officer, *tale.spot.squad.officers))
            case "assistant":
                return random.choice((answer.assistant, *tale.spot.squad.assistants))
            case "civilised_office":
                return cast.staff["CCB"][0]
            case "urban_committee":
                return cast.staff["CGW"][0]
            case "street":
                return random.choice((cast.staff["WFJD"][0], cast.staff["YMJD"][0]))
            case "leader":
                return random.choice(cast.roles["leader"])
        return random.choice(cast.roles["acceptor"])

    # ------------------------------------------------------------ the steps

    def step(self, tale: Tale, at: dt.datetime, *, counts: bool = True) -> Case:
        """Take the next step of a case, and give it back as it stands after it."""
        verb = tale.next_step
        tale.taken += 1
        tale.case = self._handle(tale, at, counts=counts) if verb == "handle" else getattr(self, f"_{verb}")(tale, at)
        return tale.told

    def _accept(self, tale: Tale, at: dt.datetime) -> Case:
        return steps.accept_case(self._desk("acceptor", tale, at), case=tale.told)

    def _refuse(self, tale: Tale, at: dt.datetime) -> Case:
        reason = tale.random.choice(tuple(words.WORDS_REFUSE))
        act = self._desk("acceptor", tale, at)
        return steps.refuse_case(act, case=tale.told, reason=reason, words=words.WORDS_REFUSE[reason])

    def _file(self, tale: Tale, at: dt.datetime) -> Case:
        return steps.file_case(self._desk("acceptor", tale, at), case=tale.told, standard=self.standards[tale.standard])

    def _unfile(self, tale: Tale, at: dt.datetime) -> Case:
        return steps.unfile_case(
            self._desk("dispatcher", tale, at), case=tale.told, reason="wrong_matter", words="类别选错，请重新立案。"
        )

    def _dispatch(self, tale: Tale, at: dt.datetime) -> Case:
        """To whoever answers for the segment; now and then to the mobile squad, or to somebody else of the squad."""
        random, squad = tale.random, tale.spot.squad
        chance = random.random()
        person, why = self.cast.answers[tale.spot.segment.code].officer, ["duty", "squad"]
        if chance < 0.08:
            squad, why = self.cast.mobile, ["free"]
            person = random.choice(squad.officers)
        elif chance < 0.2:
            person, why = random.choice(squad.officers), ["squad", "near"]
        act = self._desk("dispatcher", tale, at)
        case = steps.dispatch_case(act, case=tale.told, unit=squad.unit, person=person, why=why)
        return self._acknowledge(case, person, at + dt.timedelta(seconds=random.randint(25, 400)))

    def _acknowledge(self, case: Case, person: Person, at: dt.datetime) -> Case:
        """Who was sent takes it on within minutes; not yet, when that moment has not come."""
        fresh = self.until is not None and at > self.until - dt.timedelta(minutes=12)
        if fresh and (at > (self.until or at) or int(case.number[-1]) % 3 == 0):
            return case
        return steps.acknowledge_case(self.cast.act(person, at), case=case)

    def _return(self, tale: Tale, at: dt.datetime) -> Case:
        reason = tale.random.choice(tuple(words.WORDS_BACK))
        act = self.cast.act(self.cast.people[tale.told.handler], at)
        return steps.return_case(act, case=tale.told, reason=reason, words=words.WORDS_BACK[reason])

    def _handle(self, tale: Tale, at: dt.datetime, *, counts: bool) -> Case:
        """The first handling counts what it cleared; when a count just told it, the case names that count."""
        random, case = tale.random, tale.told
        pair = tale.photos or self.studio.pair(random, tale.category, at)
        told = {
            "case": case, "photos": [pair.after], "before": [pair.before], "way": drawn(random, WAYS),
            "words": random.choice(words.DONE[tale.category]),
        }  # fmt: skip
        if tale.handled:
            told |= {"photos": [self.studio.pair(random, tale.category, at).after], "before": []}
        counting = bool(counts and tale.item and not tale.handled)
        who = self.cast.people[case.handler]
        key = self.cast.act(who, at).key
        tale.handled += 1
        try:
            amount = {"item": tale.item, "quantity": tale.amount} if counting else {}
            case = steps.handle_case(self.cast.act(who, at, key=key), **told, **amount)
        except Refused as refused:
            if refused.code != "count.told_by_count":
                raise
            return steps.handle_case(self.cast.act(who, at, key=key), **told, counted_by=refused.facts["count"])
        tale.counted = tale.amount if counting else 0
        return case

    def _rework(self, tale: Tale, at: dt.datetime) -> Case:
        reason = tale.random.choice(tuple(words.WORDS_REWORK))
        act = self._desk("dispatcher", tale, at)
        case = steps.rework_case(act, case=tale.told, reason=reason, words=words.WORDS_REWORK[reason])
        who = self.cast.people[case.handler]
        return self._acknowledge(case, who, at + dt.timedelta(seconds=tale.random.randint(25, 180)))

    def _check(self, tale: Tale, at: dt.datetime) -> Case:
        """By picture at the desk, or on the spot by an inspector."""
        if tale.random.random() < 0.25:
            inspector = tale.random.choice(self.cast.roles["inspector"])
            photo = (tale.photos or self.studio.pair(tale.random, tale.category, at)).after
            return steps.check_case(self.cast.act(inspector, at), case=tale.told, method="on_site", photos=[photo])
        return steps.check_case(self._desk("dispatcher", tale, at), case=tale.told)

    def _close(self, tale: Tale, at: dt.datetime) -> Case:
        return steps.close_case(self._desk("acceptor", tale, at), case=tale.told)

    def _reopen(self, tale: Tale, at: dt.datetime) -> Case:
        return steps.reopen_case(
            self._desk("dispatcher", tale, at), case=tale.told, reason="came_back", words="问题反复，继续处置。"
        )

    def rate(self, tale: Tale, at: dt.datetime) -> None:
        """The citizen who reported it says whether they are content."""
        random = tale.random
        score = random.choices((3, 2, 1), weights=(7, 2, 1))[0]
        said = random.choice(words.CONTENT[:2] if score == 3 else words.CONTENT[2:])
        why = random.choice(("not_solved", "came_back", "slow", "slow")) if score == 1 else ""
        tale.case = steps.rate_case(self.cast.act(None, at), case=tale.told, score=score, reason=why, words=said)
        if tale.case.is_open:
            tale.steps += AGAIN

    def press(self, tale: Tale, at: dt.datetime) -> None:
        """A leader presses for a case that is late."""
        leader = tale.random.choice(self.cast.roles["leader"])
        act = self.cast.act(leader, at)
        order_supervision(
            act, case=tale.told, words=tale.random.choice(words.PRESS), due_on=at.date() + dt.timedelta(days=1)
        )

    def _desk(self, role: str, tale: Tale, at: dt.datetime) -> Act:
        """Who sits at the desk that hour: the first of the two by day, the second in the evening."""
        return self.cast.act(self.cast.one(role, 0 if 8 <= at.hour < 18 else 1), at)
