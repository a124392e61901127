"""Who calls: a machine with a bearer token, or a person whose browser is signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from xiuhua.city.queries import by_of_account
from xiuhua.city.tokens import holder_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By


class MachineToken(HttpBearer):
    """`Authorization: Bearer xh_…`: the token acts for a person, within the posts that the person holds now."""

    def authenticate(self, request: HttpRequest, token: str) -> By:
        by = holder_of(token, timezone.now())
        if by is None:
            raise AuthenticationError
        return _with_post(by)


class BrowserSession(APIKeyCookie):
    """The session of a signed-in person. What changes something needs the header X-CSRFToken as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> By | None:
        if not request.user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Refused("access.csrf", _("缺少 X-CSRFToken，或者页面打开太久，请刷新页面后再试。"))
        return _with_post(by_of_account(request.user, timezone.now()))

    def authenticate(self, request: HttpRequest, key: str | None) -> By | None:
        raise NotImplementedError("the session was read already")


def _with_post(by: By) -> By:
    if not by.roles:
        raise Refused("access.no_post", _("这个令牌或账号今天没有登记岗位，请找系统管理员登记单位和岗位。"))
    return by
