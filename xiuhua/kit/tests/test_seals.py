"""What is personal is sealed: readable with this bureau's key alone, and it says with which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash, masked, seal, unseal


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_was_sealed_comes_back(text: str) -> None:
    assert unseal(seal(text)) == text


def test_a_seal_names_its_cipher_and_its_key_and_hides_the_text() -> None:
    sealed = seal("鲁G12345")
    cipher, key, body = sealed.split(":")
    assert cipher == "aes256gcm"
    assert len(key) == 8 and int(key, 16) >= 0
    assert "鲁" not in body and "12345" not in body
    assert seal("鲁G12345") != sealed  # equal texts cannot be told from their seals


def test_a_seal_of_another_key_is_refused_and_names_that_key(settings) -> None:
    sealed = seal("13800000000")
    settings.SECRET_KEY = "another bureau's secret, long enough to be one"
    with pytest.raises(Refused) as refused:
        unseal(sealed)
    assert refused.value.code == "seal.key"
    assert sealed.split(":")[1] in refused.value.message


@pytest.mark.parametrize("where", [-3, -30])
def test_a_seal_that_was_tampered_with_is_refused(where: int) -> None:
    sealed = seal("鲁G12345 王先生 13800000000")
    broken = sealed[:where] + ("A" if sealed[where] != "A" else "B") + sealed[where + 1 :]
    with pytest.raises(Refused) as refused:
        unseal(broken)
    assert refused.value.code == "seal.broken"


@pytest.mark.parametrize("stray", ["plain text", "aes256gcm", "sm4:12345678:AAAA"])
def test_what_is_no_seal_of_ours_is_refused_with_a_sentence(stray: str) -> None:
    with pytest.raises(Refused, match="密钥"):
        unseal(stray)


def test_equal_plates_have_equal_hashes_under_one_key_alone(settings) -> None:
    algorithm, _key, body = keyed_hash("鲁G12345").split(":")
    assert algorithm == "hmac-sha256" and len(body) == 64
    assert keyed_hash("鲁G12345") == keyed_hash("鲁G12345") != keyed_hash("鲁G12346")
    before = keyed_hash("鲁G12345")
    settings.SECRET_KEY = "another bureau's secret, long enough to be one"
    assert keyed_hash("鲁G12345") != before


@pytest.mark.parametrize(
    ("text", "shown"), [("13812345678", "138******78"), ("鲁G12345", "鲁G1**45"), ("12345", "*****"), ("", "")]
)
def test_most_people_see_the_middle_as_stars(text: str, shown: str) -> None:
    assert masked(text) == shown
