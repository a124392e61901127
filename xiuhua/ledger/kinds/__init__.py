"""All kinds of lines, by the room that writes them. Importing this package fills the dictionary."""

from xiuhua.ledger.kinds import case, city, enforcement, line, places, programme, roster, rounds, standards, tables

__all__ = [
    "case", "city", "enforcement", "line", "places", "programme", "roster", "rounds", "standards", "tables",
]  # fmt: skip
