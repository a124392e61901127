"""Words that stand in tables of the rooms and are translated when they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from xiuhua.campaigns.actions import ATTRIBUTIONS
from xiuhua.cases import flow
from xiuhua.cases.actions import WAYS
from xiuhua.cases.arithmetic import CHANGES, PAUSES
from xiuhua.cases.clocks import URGENCIES
from xiuhua.cases.dispatch import WHY
from xiuhua.cases.reports import SENTENCES
from xiuhua.city.answering import WHY as ANSWERING
from xiuhua.city.availability import AWAY
from xiuhua.city.correcting import REASONS as VOID_REASONS
from xiuhua.enforcement.actions import KEEPING_CATEGORIES, SIGN_KINDS
from xiuhua.kit.sheets.rows import LEFT_OUT
from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.items import ITEMS
from xiuhua.programme.tables import SHEETS
from xiuhua.rounds.actions import PARTNERS, SPOILED


def words() -> Iterator[str]:
    """Every word of every such table."""
    yield from flow.STATES.values()
    yield from flow.STITCHES
    yield from (label for label, _share in URGENCIES.values())
    yield from (*PAUSES.values(), *CHANGES.values(), *(words.split("，")[0] for words in CHANGES.values()))
    yield from (move.label for move in flow.MOVES.values())
    for reasons in flow.REASONS.values():
        yield from reasons.values()
    yield from WAYS.values()
    yield from WHY.values()
    yield from ANSWERING.values()
    yield from AWAY.values()
    yield from (sentence for _field, sentence in SENTENCES.values())
    yield from VOID_REASONS.values()
    for table in (ATTRIBUTIONS, SIGN_KINDS, KEEPING_CATEGORIES, PARTNERS, SPOILED):
        yield from table.values()
    yield from (kind.label for kind in KINDS.values())
    for item in ITEMS.values():
        yield from (item.label, item.unit)
    for sheet in SHEETS.values():
        yield from (sheet.label, sheet.about)
        yield from (column.label for column in sheet.columns)
        yield from (word for ask in sheet.asks for word in (ask.label, ask.hint))
    yield from LEFT_OUT
