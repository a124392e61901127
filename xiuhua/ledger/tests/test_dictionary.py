"""The dictionary of kinds: every kind can be written, kept and read again, now and after it gained a field."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import MISSING, FrozenInstanceError, fields, is_dataclass

import pytest

from xiuhua.ledger import dictionary
from xiuhua.ledger.dictionary import KINDS, Fact, kind, read_facts
from xiuhua.ledger.kinds.case import CaseClosed

EXAMPLES = {str: "码", int: 7, float: 345.5, bool: True, list[str]: ["甲", "乙"]}


def example(cls: type[Fact]) -> Fact:
    """A fact of a kind with every field filled."""
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: EXAMPLES[hints[field.name]] for field in fields(cls)})


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_says_only_what_json_can_keep_and_comes_back_equal(name: str) -> None:
    fact = example(KINDS[name])
    text = fact.text()
    assert read_facts(name, text) == fact
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_is_frozen_named_in_the_past_tense_and_documented(name: str) -> None:
    cls = KINDS[name]
    assert is_dataclass(cls) and cls.kind == name and cls.label
    assert cls.__doc__ and not cls.__doc__.startswith(f"{cls.__name__}(")
    assert all(part.isidentifier() for part in name.split(".")) and len(name) <= 40
    fact = example(cls)
    with pytest.raises(FrozenInstanceError):
        fact.label = "other"  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(name for name, cls in KINDS.items() if cls.moves))
def test_a_kind_that_moves_something_carries_the_state_after_it(name: str) -> None:
    assert typing.get_type_hints(KINDS[name])["state"] is str


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_has_no_room_for_what_is_personal(name: str) -> None:
    personal = {"plate", "phone", "text", "words", "address", "certificate", "contact", "note", "description"}
    assert not personal & {field.name for field in fields(KINDS[name])}
    assert not any(isinstance(hint, types.UnionType) for hint in typing.get_type_hints(KINDS[name]).values())


def test_a_kind_of_a_newer_program_is_passed_over() -> None:
    assert read_facts("case.teleported", '{"state":"away"}') is None


def test_facts_of_a_newer_program_are_passed_over_field_by_field() -> None:
    assert read_facts("case.closed", '{"late":false,"state":"closed","weather":"rain"}') == CaseClosed(
        state="closed", late=False
    )


def test_a_kind_that_gained_a_field_still_reads_its_old_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "KINDS", {})

    @kind("tree.planted", "植树")
    class TreePlanted(Fact):
        """A tree was planted."""

        species: str

    old = TreePlanted(species="银杏").text()
    monkeypatch.setattr(dictionary, "KINDS", {})

    @kind("tree.planted", "植树")
    class TreePlantedAndMeasured(Fact):
        """A tree was planted."""

        species: str
        height_m: float = 0.0

    assert read_facts("tree.planted", old) == TreePlantedAndMeasured(species="银杏", height_m=0.0)


def test_two_kinds_of_one_name_and_a_field_that_hides_the_kind_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "KINDS", dict(KINDS))
    with pytest.raises(RuntimeError, match="two kinds"):
        kind("case.closed", "结案")(type("Again", (Fact,), {"__annotations__": {"state": "str"}}))
    with pytest.raises(RuntimeError, match="tells of the kind itself"):
        kind("tree.felled", "伐树")(type("Felled", (Fact,), {"__annotations__": {"label": "str"}}))


def test_the_optional_fields_of_a_kind_come_after_those_it_began_with() -> None:
    for name, cls in KINDS.items():
        optional = [field.default is not MISSING or field.default_factory is not MISSING for field in fields(cls)]
        assert optional == sorted(optional), name
