"""Who and where: the bureau, its units and people, the places of the city, rosters, postings and presence."""

from xiuhua.city.models.hours import HoursRule
from xiuhua.city.models.notices import Channel, Notice
from xiuhua.city.models.people import Account, Bureau, Duty, Person, Post, Role, Token, Unit
from xiuhua.city.models.permitted import Clearing, PermittedPlace, PlaceEdit
from xiuhua.city.models.places import Area, Facility, Grid, Segment, Shop, Side, Site, SiteType
from xiuhua.city.models.postings import DayWeather, FixedPost, PostedAt, Posting, PostingSheet, Weather
from xiuhua.city.models.presence import Answered, CheckIn, RollCall
from xiuhua.city.models.rota import Leave, Pattern, Rostered, ShiftKind, Substitution, Swap
from xiuhua.city.models.tables import TableRow, TableVersion

__all__ = [
    "Account", "Answered", "Area", "Bureau", "Channel", "CheckIn", "Clearing", "DayWeather", "Duty", "Facility", "FixedPost", "Grid", "HoursRule", "Leave", "Notice",
    "Pattern", "PermittedPlace", "Person", "PlaceEdit", "Post", "PostedAt", "Posting", "PostingSheet", "Role", "RollCall",
    "Rostered", "Segment", "ShiftKind", "Shop", "Side", "Site", "SiteType", "Substitution", "Swap", "TableRow", "TableVersion", "Token", "Unit",
    "Weather",
]  # fmt: skip
