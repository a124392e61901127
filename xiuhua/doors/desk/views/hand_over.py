"""The list of parked vehicles for the traffic police: a masked preview, then in full on paper, which the ledger notes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.plates import plain_plate, shown_plate
from xiuhua.doors.desk.registers import Asked, naming
from xiuhua.doors.desk.views.slips import CHOICES, chosen
from xiuhua.doors.frame.errors import status_of
from xiuhua.enforcement.models import Slip
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.exporting import note_list

MOST = 500


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="slips", verb="decide_penalty")
def hand_over(request: HttpRequest, by: By) -> HttpResponse:
    """The slips that the address asks for. Printing plates in full is a POST of its own with a line in the ledger."""
    asked = Asked(request.GET, CHOICES, keeps=("vehicle",))
    standing = chosen(asked).filter(pk__in=Slip.objects.standing().values("pk"))
    rows = list(standing.order_by("at", "id")[:MOST])
    context: dict[str, Any] = {
        "asked": asked, "at": timezone.now(), "key": fresh_key(), "room": "slips",
        "count": standing.count(), "most": MOST, "choices": (), "path": request.path,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "desk/rooms/hand_over.html", context | {"rows": shown(rows, plain=False)})
    try:
        note_list(act_of(request, by), listed="slips_to_police", rows=len(rows))
    except Refused as refused:
        shown_again = context | {"rows": shown(rows, plain=False), "refused": refused}
        return render(request, "desk/rooms/hand_over.html", shown_again, status=status_of(refused))
    return render(request, "desk/rooms/hand_over_paper.html", context | {"rows": shown(rows, plain=True)})


def shown(rows: list[Slip], *, plain: bool) -> list[dict[str, Any]]:
    words = naming((one.segment for one in rows), (one.by for one in rows))
    return [
        {
            "slip": one,
            "plate": plain_plate(one) if plain else shown_plate(one),
            "segment": words.segments.get(one.segment, one.segment),
            "by": words.people.get(one.by, ""),
        }
        for one in rows
    ]
