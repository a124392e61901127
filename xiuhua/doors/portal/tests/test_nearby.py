"""附近公示: closed cases with released pictures, by road and not by what the reporter typed; and the public pages."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from xiuhua.cases.actions import release_photos, withdraw_photos
from xiuhua.cases.models import Case
from xiuhua.ledger.models import Line


@pytest.fixture
def citizen(town, clock) -> Client:
    return Client()


def publish(town, name, **changes):
    shade = sum(name.encode()) % 200
    case = town.case(name, upto="closed", photos=(town.photo(shade),), **changes)
    photos = [photo.digest for photo in case.photos.all()]
    return release_photos(town.act("p-desk", minutes=60), case=case, photos=photos)


def test_an_empty_list_says_what_would_fill_it(citizen):
    assert "照片经人工检查才会公开" in citizen.get(reverse("portal:nearby")).text
    assert "还没有公示的案件" in citizen.get(reverse("portal:home")).text


def test_a_published_case_shows_its_road_and_not_what_was_typed(town, citizen):
    case = publish(town, "shown", place="范公亭路 12 号李某家门前")
    for where in (reverse("portal:nearby"), reverse("portal:home"), reverse("portal:shown", args=[case.number])):
        page = citizen.get(where).text
        assert "范公亭路占道经营" in page and "城区一中队" in page
        assert "李某" not in page and case.description not in page and case.token not in page


def test_a_withdrawn_case_is_gone_from_every_page(town, citizen):
    case = publish(town, "shown")
    photos = list(case.photos.all())
    withdraw_photos(town.act("p-desk", minutes=61), case=case, photos=[photo.digest for photo in photos])
    assert case.number not in citizen.get(reverse("portal:nearby")).text
    assert citizen.get(reverse("portal:shown", args=[case.number])).status_code == 404
    assert citizen.get(reverse("portal:photo", args=[photos[0].pk, "thumb"])).status_code == 404


def test_a_category_is_chosen_and_the_nearest_comes_first(town, citizen):
    near = publish(town, "near", lon=118.4840, lat=36.6915)
    far = publish(town, "far", lon=118.4801, lat=36.6902)
    posting = publish(town, "posting")
    Case.objects.filter(pk=posting.pk).update(category="posting")  # the town files everything as a stall
    page = citizen.get(reverse("portal:nearby"), {"category": "posting"}).text
    assert posting.number in page and near.number not in page
    page = citizen.get(reverse("portal:nearby"), {"lon": "118.484", "lat": "36.692"}).text
    assert page.index(near.number) < page.index(far.number)
    assert "约 50 米" in page
    assert "5 公里内还没有" in citizen.get(reverse("portal:nearby"), {"lon": "100", "lat": "30"}).text


@pytest.mark.parametrize(
    "query", ["lon=nan&lat=nan", "lon=x", "page=-1", "page=x", "category=dragon", "lon=1e999&lat=0"]
)
def test_a_strange_address_shows_the_plain_list(town, citizen, query):
    case = publish(town, "shown")
    answer = citizen.get(f"{reverse('portal:nearby')}?{query}")
    assert answer.status_code == 200 and case.number in answer.text


@pytest.mark.parametrize("number", ["XH00000000-0000", "a%00b", "..%2f", "x" * 300])
def test_a_number_that_is_not_published_is_not_there(town, citizen, number):
    assert citizen.get(f"/public/nearby/{number}/").status_code == 404


def test_more_cases_ask_no_more_questions(town, citizen, django_assert_max_num_queries):
    for n in range(14):
        publish(town, f"case-{n}", lon=118.48 + n * 0.0002)
    with django_assert_max_num_queries(8):
        page = citizen.get(reverse("portal:nearby")).text
    assert page.count("xh-public-case__text") == 12 and "?page=2" in page


def test_the_map_to_choose_a_place_on_has_the_streets_and_no_duties(town, citizen):
    answer = citizen.get(reverse("portal:streets"))
    features = json.loads(answer.content)["features"]
    assert features[0]["properties"] == {"name": "范公亭路", "cls": "primary"}
    again = citizen.get(reverse("portal:streets"), headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert len(json.loads(citizen.get(reverse("portal:boundary")).content)["features"]) == 1


def test_large_type_without_scripts_is_a_cookie_and_leads_back_only_here(citizen):
    answer = citizen.get(reverse("portal:large"), {"next": reverse("portal:nearby")})
    assert answer.headers["Location"] == reverse("portal:nearby")
    assert 'class="xh-public xh-care' in citizen.get(reverse("portal:nearby")).text
    assert (
        citizen.get(reverse("portal:large"), {"next": "https://elsewhere.example/"}).headers["Location"] == "/public/"
    )
    assert 'class="xh-public xh-care' not in citizen.get(reverse("portal:nearby")).text


def test_looking_writes_no_line_and_opens_no_session(town, citizen):
    case = publish(town, "shown")
    lines = Line.objects.count()
    for where in ("home", "report", "nearby", "mine", "find"):
        assert citizen.get(reverse(f"portal:{where}")).status_code == 200
    citizen.get(reverse("portal:follow", args=[case.token]))
    assert Line.objects.count() == lines
    assert set(citizen.cookies) <= {"xiuhua_csrf"}
