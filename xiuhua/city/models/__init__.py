"""Who and where: the bureau, its units and people, and the places of the city."""

from xiuhua.city.models.people import Account, Bureau, Duty, Person, Post, Role, Token, Unit
from xiuhua.city.models.permitted import PermittedPlace, PlaceEdit
from xiuhua.city.models.places import Area, Facility, Grid, Segment, Shop, Side, Site, SiteType

__all__ = [
    "Account", "Area", "Bureau", "Duty", "Facility", "Grid", "PermittedPlace", "Person", "PlaceEdit", "Post", "Role",
    "Segment", "Shop", "Side", "Site", "SiteType", "Token", "Unit",
]  # fmt: skip
