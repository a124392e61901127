"""Ways out of the house by which a person is told something: a group robot, mail, a text message.

Apprise sends; here is which ways there are, what a person writes for each, and what becomes of it. Anything that could
reach into the bureau's own network is set by who runs the server (`XIUHUA_MAIL_URL`, `XIUHUA_SMS_URL`), never on a page.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.kit.refusals import Refused

TOKEN = r"[A-Za-z0-9_-]{8,120}"
TIMEOUT_S = 4.0


class Way(models.TextChoices):
    """Where a notice goes."""

    WECOM = "wecom", _("企业微信群机器人")
    DINGTALK = "dingtalk", _("钉钉群机器人")
    FEISHU = "feishu", _("飞书群机器人")
    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")


HOOKS = {
    Way.WECOM: (rf"(?:https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)?({TOKEN})", "wecombot://{}"),
    Way.DINGTALK: (rf"(?:https://oapi\.dingtalk\.com/robot/send\?access_token=)?({TOKEN})", "dingtalk://{}"),
    Way.FEISHU: (rf"(?:https://open\.feishu\.cn/open-apis/bot/v2/hook/)?({TOKEN})", "feishu://{}"),
}
"""What a robot's address looks like as its maker shows it, and how Apprise names it."""
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,24}")
PHONE = re.compile(r"1\d{10}")


def usable() -> list[Way]:
    """The ways that this server can send by: robots always, mail and text messages when it was told how."""
    given = {Way.MAIL: settings.XIUHUA_MAIL_URL, Way.SMS: settings.XIUHUA_SMS_URL}
    return [way for way in Way if given.get(way, "robot")]


def check_address(way: str, text: str) -> str:
    """What a person wrote as the address of a way, tidied; refused with what is expected."""
    text = text.strip()
    if way not in Way.values:
        raise Refused("channel.way", "请选择通知方式。", field="way")
    if Way(way) not in usable():
        raise Refused("channel.unset", "服务器还没有设置怎样发邮件或短信，请联系系统管理员。", field="way")
    if way in HOOKS:
        found = re.fullmatch(HOOKS[Way(way)][0], text)
        if found is None:
            raise Refused("channel.hook", "请粘贴群机器人的 Webhook 地址，原样复制。", field="address")
        return found[1]
    if way == Way.MAIL and MAIL.fullmatch(text):
        return text
    if way == Way.SMS and PHONE.fullmatch(text):
        return text
    raise Refused("channel.address", "请写完整的邮箱，或者 11 位手机号。", field="address")


def url_of(way: str, address: str) -> str:
    """What Apprise is given for an address; the times it may wait are short, for many others wait too."""
    if way in HOOKS:
        url = HOOKS[Way(way)][1].format(quote(address, safe=""))
    else:
        base, name = (settings.XIUHUA_MAIL_URL, "to") if way == Way.MAIL else (settings.XIUHUA_SMS_URL, ":phone")
        url = f"{base}{'&' if '?' in base else '?'}{name}={quote(address, safe='@')}"
    return f"{url}{'&' if '?' in url else '?'}cto={TIMEOUT_S}&rto={TIMEOUT_S}"


def send(way: str, address: str, title: str, text: str) -> bool:
    """Send one notice; tells whether the other side took it."""
    import apprise  # noqa: PLC0415 — takes a while, and only the worker sends

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log names addresses
    out = apprise.Apprise()
    return bool(out.add(url_of(way, address)) and out.notify(title=title, body=text))
