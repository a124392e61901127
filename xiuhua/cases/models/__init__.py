"""Cases and what goes with them, and the standards that they are filed under."""

from xiuhua.cases.models.beside import Appeal, Extension, Handover, LastStep
from xiuhua.cases.models.desks import Looking, SavedFilter
from xiuhua.cases.models.loop import Case, CasePhoto, CaseQuerySet, Count, Source, Word, new_token
from xiuhua.cases.models.orders import HotlineOrder, OrderAsk
from xiuhua.cases.models.replies import ChatBatch, ChatDraft, Reply, SourceRule
from xiuhua.cases.models.standards import Category, CheckRule, CityMatter, Kind, StageRule, StandardRow, StandardVersion

__all__ = [
    "Appeal",
    "Case",
    "CasePhoto",
    "CaseQuerySet",
    "Category",
    "ChatBatch",
    "ChatDraft",
    "CheckRule",
    "CityMatter",
    "Count",
    "Extension",
    "Handover",
    "HotlineOrder",
    "Kind",
    "LastStep",
    "Looking",
    "OrderAsk",
    "Reply",
    "SavedFilter",
    "Source",
    "SourceRule",
    "StageRule",
    "StandardRow",
    "StandardVersion",
    "Word",
    "new_token",
]  # fmt: skip
