"""自行处置: whoever found it put it right there and then, and tells both at once. Somebody else still looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid5

from xiuhua.cases.counts import count_for_case
from xiuhua.cases.intake import Report, open_case
from xiuhua.cases.models import Case, CasePhoto
from xiuhua.cases.stepping import keep_photos, record, step
from xiuhua.city.access import must
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds import case as kinds

WAYS = {"guided": "疏导", "managed": "管理", "enforced": "执法"}


def check_told(way: str, item: str, quantity: int) -> None:
    """What is told of a handling makes sense: a known way, and an item with its quantity or neither."""
    if way not in WAYS:
        raise Refused("case.way", "请选择处置方式：{listed}。", field="way", listed="、".join(WAYS.values()))
    if bool(item) != bool(quantity):
        which = ("quantity", "请写数量，没有可计的就都留空。") if item else ("item", "请选这个数量是什么。")
        raise Refused("count.half", which[1], field=which[0])


@action(answer=lambda line: Case.objects.get(number=line.about))
def report_on_spot(
    act: Act,
    *,
    report: Report,
    photos: Sequence[str],
    way: str = "managed",
    item: str = "",
    quantity: int = 0,
    words: str = "",
) -> Case:
    """A problem that was put right when it was found: the report with its photos before, and the photos after.

    No limit runs, for none was needed; the case waits for its check like any other. `act.key` is not the report's own.
    """
    must(act.by, "handle_case")
    check_told(way, item, quantity)
    if not report.photos:
        raise Refused("case.no_photo_before", "自行处置要有一张处置前的照片。", field="photos")
    if not photos:
        raise Refused("case.no_photo", "请拍一张处置后的照片，核查的人要看。", field="after_photos")
    if set(photos) & set(report.photos):
        raise Refused("case.same_photo", "处置后的照片和处置前的是同一张，请拍一张处置后的。", field="after_photos")
    opened = open_case(
        Act(by=act.by, at=report.at, key=uuid5(act.key, "open"), recorded_at=act.recorded_at), report=report
    )
    case = step(act, opened, "spot", opened.version)
    case.for_unit = case.for_unit or act.by.unit
    case.handler, case.handled_at = act.by.code, act.at
    keep_photos(act, case, photos, CasePhoto.Moment.AFTER)
    fact = kinds.CaseHandled(state=case.state, way=way, photos=len(photos), on_spot=True)
    case = record(act, case, fact, words=words)
    if item:
        count_for_case(act, case=case, item=item, quantity=quantity)
    return case
