"""核查: by whom is in the loop; here is how: on the spot or by pictures, by a rule for each category and source.

A county with three hundred cases a day cannot visit all: a rule names the share that is visited, drawn by lot. The lot is
a keyed hash of the case's number, so that nobody on the street can tell beforehand which case will be visited.
"""

from __future__ import annotations

from xiuhua.cases.models import Case, Category, CheckRule, Source
from xiuhua.city.access import must
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds import case as kinds

ON_SITE = "on_site"


@action(answer=lambda line: None)
def set_check_rule(act: Act, *, category: str = "", source: str = "", share: int | None = None) -> None:
    """So many in a hundred cases of a category and a source are checked on the spot from now on; no share ends the rule."""
    must(act.by, "set_standards")
    if category not in ("", *Category.values) or source not in ("", *Source.values):
        raise Refused("check.what", "请选择类别和来源。", field="category")
    if share is not None and not 0 <= share <= 100:
        raise Refused("check.share", "现场核查的比例写 0 到 100。", field="share")
    CheckRule.objects.filter(category=category, source=source).delete()
    act.record(
        kinds.CheckRuleSet(category=category, source=source, share=-1 if share is None else share),
        about=f"check:{category}:{source}",
    )
    if share is not None:
        CheckRule.objects.create(category=category, source=source, share=share, changed_by=act.by.code)


def share_for(case: Case) -> int:
    """The share that is checked on the spot: the rule that names most of category and source counts; without one, none."""
    rules = {
        (one.category, one.source): one.share
        for one in CheckRule.objects.filter(category__in=("", case.category), source__in=("", case.source))
    }
    order = ((case.category, case.source), (case.category, ""), ("", case.source), ("", ""))
    return next((rules[one] for one in order if one in rules), 0)


def draw_check(case: Case) -> None:
    """How this handling of the case will be checked."""
    share = share_for(case)
    lot = int(keyed_hash(f"check:{case.number}:{case.turn}")[-8:], 16) % 100
    case.check_by = ON_SITE if lot < share else ""


def must_be_seen(case: Case, method: str) -> None:
    """Refuse a check by pictures where the rule wants somebody to go there."""
    if case.check_by == ON_SITE and method != ON_SITE:
        raise Refused("case.check_on_site", "这件案件按规则要到现场核查，请在手机上到现场拍照核查。", field="method")
