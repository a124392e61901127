"""批示 at the desk: taken down with its scan, followed to its end, printed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, photo
from xiuhua.programme.models import Instruction

pytestmark = pytest.mark.django_db

WHERE = "/desk/instructions/"
TYPED = {"leader": "张市长", "given_on": "2020-03-16", "due_on": "2020-03-19", "words": "三日内整改到位。"}


def key(n: int) -> str:
    return f"00000000-0000-4000-8000-0000000003{n:02d}"


def test_an_instruction_goes_its_way_by_forms(town: Town, signed_in, clock) -> None:
    clock(minutes=5)
    office = signed_in("office")
    scan = SimpleUploadedFile("scan.jpg", photo(90), content_type="image/jpeg")
    office.post(WHERE, TYPED | {"key": key(1), "scan": scan})
    one = Instruction.objects.get()
    page = f"{WHERE}{one.code}/"
    assert "三日内整改到位" in office.get(page).content.decode()
    assert office.get(f"{page}scan").headers["Content-Type"] == "image/jpeg"
    clock(minutes=6)
    for n, told in enumerate(
        ({"verb": "split", "unit": "Z1", "words": "巡查"}, {"verb": "finish", "words": "查完了"},
         {"verb": "report", "feedback": "已整改。"}, {"verb": "read", "words": ""}, {"verb": "strike"}), start=2
    ):  # fmt: skip
        part = {"part": one.parts.get().pk} if told["verb"] == "finish" else {}
        office.post(f"{page}step", told | part | {"key": key(n)})
        clock(minutes=6 + n)
    one.refresh_from_db()
    assert one.state == "struck"
    assert office.get(f"{page}feedback.docx").content[:2] == b"PK"
    assert office.get(f"{WHERE}open.pdf").content[:4] == b"%PDF"
    assert one.number in office.get(WHERE).content.decode()


def test_wrong_fields_come_back_with_what_was_typed(town: Town, signed_in, clock) -> None:
    office = signed_in("office")
    answer = office.post(WHERE, TYPED | {"key": key(20), "due_on": "2020-03-01"})
    assert answer.status_code == 422 and "三日内整改到位。" in answer.content.decode()
    assert not Instruction.objects.exists()
    assert office.post(WHERE, TYPED | {"key": key(21), "given_on": "x"}).status_code == 422
    office.post(WHERE, TYPED | {"key": key(22)})
    step = reverse("desk:instruction_step", args=[Instruction.objects.get().code])
    assert office.post(step, {"verb": "split", "case": "XH1", "key": key(23)}).status_code == 422
    assert signed_in("zhao").post(WHERE, TYPED | {"key": key(24)}).status_code == 403
    assert signed_in("office").get("/desk/instructions/nothing/").status_code == 404
