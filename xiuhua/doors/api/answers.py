"""How a refusal looks to a machine, in one place: {"error": {code, message, field, facts}}, never a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from xiuhua.doors.frame.errors import body_of, status_of
from xiuhua.kit.refusals import Absent, Refused

TYPES: dict[str, Any] = {
    "missing": gettext_lazy("缺少 %(field)s。"),
    "extra_forbidden": gettext_lazy("没有 %(field)s 这个字段，请对照文档。"),
    "string_too_long": gettext_lazy("%(field)s 太长，最多 %(max_length)s 个字。"),
    "string_too_short": gettext_lazy("%(field)s 不能为空。"),
    "string_type": gettext_lazy("%(field)s 应是文字。"),
    "string_unicode": gettext_lazy("%(field)s 有无法识别的字符。"),
    "string_pattern_mismatch": gettext_lazy("%(field)s 的格式不对。"),
    "too_long": gettext_lazy("%(field)s 最多 %(max_length)s 项。"),
    "too_short": gettext_lazy("%(field)s 至少 %(min_length)s 项。"),
    "list_type": gettext_lazy("%(field)s 应是列表。"),
    "finite_number": gettext_lazy("%(field)s 应是有限的数。"),
    "greater_than_equal": gettext_lazy("%(field)s 不能小于 %(ge)s。"),
    "greater_than": gettext_lazy("%(field)s 要大于 %(gt)s。"),
    "less_than_equal": gettext_lazy("%(field)s 不能大于 %(le)s。"),
    "less_than": gettext_lazy("%(field)s 要小于 %(lt)s。"),
    "literal_error": gettext_lazy("%(field)s 应是其中之一：%(expected)s。"),
    "enum": gettext_lazy("%(field)s 应是其中之一：%(expected)s。"),
    "timezone_aware": gettext_lazy("%(field)s 没有时区，请写成 2020-03-16T09:00:00+08:00。"),
    "value_error": gettext_lazy("%(field)s：%(error)s"),
}
FAMILIES: dict[str, Any] = {
    "uuid": gettext_lazy("%(field)s 应是 UUID。"),
    "datetime": gettext_lazy("%(field)s 应是带时区的时间，例如 2020-03-16T09:00:00+08:00。"),
    "timezone": gettext_lazy("%(field)s 应是带时区的时间，例如 2020-03-16T09:00:00+08:00。"),
    "date": gettext_lazy("%(field)s 应是日期，例如 2020-03-16。"),
    "int": gettext_lazy("%(field)s 应是整数。"),
    "float": gettext_lazy("%(field)s 应是数字。"),
    "bool": gettext_lazy("%(field)s 应是 true 或 false。"),
    "model": gettext_lazy("%(field)s 应是对象。"),
    "dict": gettext_lazy("%(field)s 应是对象。"),
}
ASKED_AS = {"body", "query", "path", "told", "wanted"}


def refuse(refused: Refused, status: int | None = None) -> HttpResponse:
    """A refusal as its answer."""
    answer = JsonResponse(
        body_of(refused), status=status or status_of(refused), json_dumps_params={"ensure_ascii": False}
    )
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def answer_refusals(api: NinjaAPI) -> None:
    """Whatever goes wrong in an operation is answered here."""
    api.add_exception_handler(Refused, lambda request, refused: refuse(refused))
    api.add_exception_handler(AuthenticationError, lambda request, error: refuse(NOT_SIGNED_IN, 401))
    api.add_exception_handler(ValidationError, _malformed)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(RequestDataTooBig, lambda request, error: refuse(TOO_BIG, 413))
    api.add_exception_handler(Http404, lambda request, error: refuse(Absent("page.absent", _("没有这个地址。"))))


NOT_SIGNED_IN = Refused(
    "access.token", gettext_lazy("请在 Authorization 里带上在用的令牌：Bearer xh_…，或者先在浏览器里登录。")
)

TOO_BIG = Refused("input.too_big", gettext_lazy("请求体超过 30 MB，请分几次发送。"))


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        told = _("请求体读不出来：应是 UTF-8 编码的 JSON，不超过 30 MB，层数不要太深。")
        return refuse(Refused("input.unreadable", told), 400)
    return refuse(Refused("input.http", str(error)), error.status_code)


def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first fault in a sentence, and all of them among the facts."""
    faults = [(_field_of(one), _sentence(one)) for one in error.errors]
    field, sentence = faults[0]
    others = {f"fault_{n}": told for n, (_field, told) in enumerate(faults[:20], start=1)} if len(faults) > 1 else {}
    return refuse(Refused.told("input.malformed", sentence, field=field, **others), 422)


def _field_of(fault: dict[str, Any]) -> str:
    steps = [str(step) for step in fault["loc"]]
    while len(steps) > 1 and steps[0] in ASKED_AS:
        steps.pop(0)
    return ".".join(steps)[:120]


def _sentence(fault: dict[str, Any]) -> str:
    kind, field = str(fault["type"]), _field_of(fault)
    blanks = {name: str(value)[:200] for name, value in fault.get("ctx", {}).items()} | {"field": field}
    template = TYPES.get(kind) or next((words for name, words in FAMILIES.items() if kind.startswith(name)), None)
    if template is None:
        return _("%(field)s 的值不对。") % blanks
    return str(template) % blanks
