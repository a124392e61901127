"""One box for everything: a case number, words of a place, a road, a shop, a plate, a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases.searching import found_by, tidy
from xiuhua.city.access import may
from xiuhua.city.answers import Candidate
from xiuhua.city.models import Person, Post, Segment, Shop
from xiuhua.city.queries import person_names
from xiuhua.city.resolving import resolve_phrase
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.views.resolving import facts_of
from xiuhua.doors.desk.where import segments_like
from xiuhua.doors.desk.worklist import Row, road_names, rows_of
from xiuhua.enforcement.models import Slip
from xiuhua.enforcement.plates import plate_of
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.act import By, bureau_day

MOST = 20
MOST_PLACES = 4


@dataclass
class Hits:
    """What fits the words, a few of each sort."""

    cases: list[Row] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    people: list[tuple[Person, list[Post]]] = field(default_factory=list)
    slips: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[Candidate, str]] = field(default_factory=list)
    plate: str = ""
    plate_hidden: bool = False

    def __bool__(self) -> bool:
        return bool(self.places or self.cases or self.segments or self.shops or self.people or self.slips)


@require_safe
@never_cache
@desk_page()
def search(request: HttpRequest, by: By) -> HttpResponse:
    """The answers; a whole case number leads straight to its case."""
    words = request.GET.get("q", "").strip()[:60]
    at = timezone.now()
    exact = visible_cases(by).filter(number=tidy(words).upper()).first() if words else None
    if exact is not None:
        return redirect("desk:case", number=exact.number)
    hits = hits_of(by, words, at) if words else Hits()
    return render(request, "desk/search.html", {"words": words, "hits": hits, "at": at, "most": MOST})


def hits_of(by: By, words: str, at: dt.datetime) -> Hits:
    """Look everywhere where this person may look."""
    hits = Hits()
    cases = found_by(visible_cases(by), words).order_by("-reported_at", "-id")[:MOST]
    hits.cases = rows_of(list(cases), at)
    hits.segments = segments_like(words, most=MOST)
    shops = Shop.objects.filter(Q(name__icontains=words) | Q(code__iexact=words)).select_related("segment")
    hits.shops = list(shops.defer("segment__line").order_by("name", "id")[:MOST])
    hits.people = _people(words, bureau_day(at))
    hits.places = _places(words, at)
    _plates(hits, by, words)
    return hits


def _places(words: str, at: dt.datetime) -> list[tuple[Candidate, str]]:
    """What the words mean as an address, a crossing or a name; a road alone is among the segments already."""
    found = [one for one in resolve_phrase(words, at).candidates if one.how != "road" and one.segment]
    return [(one, " · ".join(part for part in facts_of(one) if part)) for one in found[:MOST_PLACES]]


def _people(words: str, day: dt.date) -> list[tuple[Person, list[Post]]]:
    """People of the bureau by name or certificate, with the posts that they hold today."""
    people = list(Person.objects.filter(Q(name__icontains=words) | Q(certificate=words)).order_by("name", "id")[:MOST])
    held: dict[int, list[Post]] = {}
    for post in Post.objects.held_on(day).filter(person__in=people).select_related("unit").order_by("id"):
        held.setdefault(post.person_id, []).append(post)
    return [(person, held.get(person.pk, [])) for person in people]


def _plates(hits: Hits, by: By, words: str) -> None:
    """Warnings on exactly this plate; part of a plate finds nothing, since only a keyed hash is kept."""
    try:
        plate = plate_of(words)
    except Refused:
        return
    hits.plate = plate
    if not may(by, "see_plates"):
        hits.plate_hidden = True
        return
    slips = list(
        Slip.objects.filter(plate_hash=keyed_hash(plate)).select_related("penalty").order_by("-at", "-id")[:MOST]
    )
    roads, names = road_names({slip.segment for slip in slips}), person_names({slip.by for slip in slips})
    hits.slips = [
        {
            "slip": slip,
            "road": roads.get(slip.segment, ""),
            "who": names.get(slip.by, ""),
            "fined": hasattr(slip, "penalty"),
        }
        for slip in slips
    ]
