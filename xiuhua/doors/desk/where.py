"""Which road segment somebody means: typed as words, chosen from a list, kept as a code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from xiuhua.city.models import Segment
from xiuhua.kit.refusals import Refused

CODE_AT_END = re.compile(r"\[([^\[\]]{1,32})\]\s*$")
MOST = 20


def told(segment: Segment) -> str:
    """A segment as the list offers it: the words that people know, and the code that is meant."""
    return f"{segment} [{segment.code}]"


def segments_like(words: str, *, most: int = MOST) -> list[Segment]:
    """Segments whose road, ends or code hold all the words; roads that begin so come first."""
    found = Segment.objects.in_use().defer("line")
    for word in words.split():
        found = found.filter(
            Q(road__icontains=word) | Q(from_name__icontains=word) | Q(to_name__icontains=word) | Q(code__iexact=word)
        )
    rows = list(found.order_by("road", "code")[: most * 5])
    rows.sort(key=lambda one: (not one.road.startswith(words.split()[0] if words.split() else ""), one.road, one.code))
    return rows[:most]


def segment_meant(text: str, *, field: str = "segment") -> Segment:
    """The one segment that a text means; refused with what it might mean when that is not clear."""
    text = text.strip()
    if not text:
        raise Refused("segment.none", _("请选择路段：输入路名，再从列表里选一段。"), field=field)
    chosen = CODE_AT_END.search(text)
    code = chosen.group(1) if chosen else text
    exact = Segment.objects.defer("line").filter(code=code).first()
    if exact is not None:
        return exact
    named = list(Segment.objects.in_use().defer("line").filter(road=text).order_by("code")[:2])
    found = named if len(named) == 1 else segments_like(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            "segment.unknown",
            _("没有找到路段“%(text)s”，请换个路名，或只写路名的一部分。") % {"text": text},
            field=field,
        )
    raise Refused.told("segment.which", _which(found), field=field, choices=[told(one) for one in found])


def _which(found: Sequence[Segment]) -> str:
    some = "、".join(str(one) for one in found[:3])
    return _("有 %(n)d 个路段符合，请从列表里选一段：%(some)s 等。") % {"n": len(found), "some": some}
