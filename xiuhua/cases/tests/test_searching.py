"""Search in Chinese by pairs of characters: on either database the cases of a scan of every text, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.town import Town, build_town
from xiuhua.cases.models import Case
from xiuhua.cases.searching import found_by, grams_of, terms_of, tidy, words_of
from xiuhua.cases.word_index import lay_word_index

pytestmark = pytest.mark.django_db


def hits(words: str) -> set[str]:
    return set(found_by(Case.objects.all(), words).values_list("place", flat=True))


def test_words_roads_shops_and_numbers_are_found_two_characters_too(town: Town) -> None:
    first = town.case("a", place="范公亭路 12 号张记水果店门前", description="占道摆摊")
    second = town.case("b", place="海岱路与荣利街交叉口", description="ＫＴＶ门口乱停２辆车")
    one, two = first.place, second.place
    for words in (
        "范公亭路",
        "张记",
        "水果店",
        "摆摊",
        "路12号张",
        "范公亭 摆摊",
        first.number,
        first.number[-4:],
        "张",
        "亭路",
        "门前",
    ):
        assert one in hits(words), words
    for words in ("海岱", "ktv", "KTV门口", "2辆", "荣利街 ＫＴＶ", "停２"):
        assert hits(words) == {two}, words
    for words in ("范公路", "海岱路 摆摊", "水果 ktv", "", "  ", "，", "kt门"):
        assert hits(words) == set(), words
    assert hits("门") == {one, two}
    assert hits("范公亭路") >= {one}  # the road of the segment is a word of every case on it


def test_a_case_is_found_from_the_moment_it_is_reported_and_no_longer_when_its_text_is_gone(town: Town) -> None:
    case = town.case("a", place="南阳河桥头")
    assert hits("南阳河") == {"南阳河桥头"}
    Case.objects.filter(pk=case.pk).update(text="", grams="")
    assert hits("南阳河") == set()
    Case.objects.filter(pk=case.pk).update(text="新的", grams=grams_of("新的"))
    assert hits("新的") == {"南阳河桥头"}


def test_an_index_that_lost_its_triggers_is_laid_anew_with_what_it_missed(town: Town) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its index by itself")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cases_words_new")
    town.case("a", place="旗城路早市")
    assert hits("早市") == set()
    lay_word_index()
    assert hits("早市") == {"旗城路早市"}


def test_signs_that_mean_something_to_an_engine_mean_nothing(town: Town) -> None:
    town.case("a", place="甲乙丙")
    for words in (
        '"',
        "'",
        "*",
        "甲*",
        "甲 AND 乙",
        "NOT 甲",
        "甲:*",
        "%",
        "甲%",
        "_",
        "(",
        "\\",
        "-甲",
        "x00041",
        "😀",
        "\x00",
    ):
        assert hits(words) <= {"甲乙丙"}
    assert hits("甲%") == set() and hits("甲*") == set() and hits("甲 乙丙") == {"甲乙丙"}


def test_terms_are_what_stands_between_spaces() -> None:
    assert terms_of("  范公亭路　摊 ＫＴＶ 摊 ") == ["范公亭路", "ktv", "摊"]
    assert tidy("Ａ　B\tｃ①") == "abc1" and words_of(("a b", "", "c")) == "ab\nc"


SIGNS = st.text(alphabet="范公亭路海岱街12aB ，()％臺台é", max_size=7)


class LikeAScan(TestCase):
    """Whatever the texts and the question, the index gives what reading every text gives."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(SIGNS, min_size=1, max_size=5), SIGNS)
    def test_the_index_gives_what_a_scan_gives(self, texts: list[str], asked: str) -> None:
        if not Case.objects.exists():
            self.town = build_town()
        rows = []
        for n, text in enumerate(texts):
            words = words_of((text, "路口"))
            rows.append(
                Case(number=f"N{n}", token=f"t{n}", source="citizen", category="stall", place=str(n), text=words,
                     grams=grams_of(words), reported_at=self.town.at, moved_at=self.town.at)
            )  # fmt: skip
        Case.objects.bulk_create(rows)
        terms = terms_of(asked)
        scan = {row.place for row in rows if terms and all(term in row.text for term in terms)}
        assert hits(asked) == scan
        Case.objects.all().delete()
