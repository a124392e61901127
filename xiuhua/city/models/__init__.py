"""Who and where: the bureau, its units and people, and the places of the city."""

from xiuhua.city.models.people import Account, Bureau, Duty, Person, Post, Role, Token, Unit
from xiuhua.city.models.places import Facility, Grid, Segment, Shop, Site

__all__ = [
    "Account", "Bureau", "Duty", "Facility", "Grid", "Person", "Post", "Role", "Segment", "Shop", "Site", "Token",
    "Unit",
]  # fmt: skip
