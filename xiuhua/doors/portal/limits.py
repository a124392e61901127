"""How often one address may knock at the public door.

Carriers put many phones behind one address, so the numbers are wide: they stop a machine, not a street of neighbours.
Counts lie in the cache of the process, so with several worker processes the bound is that many times the number.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from xiuhua.kit.refusals import Refused


@dataclass(frozen=True)
class Limit:
    """So many times within a span from one address; `sentence` tells how many minutes to wait."""

    name: str
    most: int
    span: dt.timedelta
    sentence: Any


REPORTS = Limit(
    "report", 30, dt.timedelta(hours=1),
    gettext_lazy("这个网络一小时内已经上报 %(most)d 次，请过 %(minutes)d 分钟再提交，填好的内容还在。急事请拨 12345。"),
)  # fmt: skip
REPORTS_A_DAY = Limit(
    "day", 200, dt.timedelta(days=1),
    gettext_lazy("这个网络今天已经上报 %(most)d 次，请过 %(minutes)d 分钟再提交，填好的内容还在。急事请拨 12345。"),
)  # fmt: skip
RATINGS = Limit(
    "rate", 30, dt.timedelta(hours=1),
    gettext_lazy("这个网络一小时内已经评价 %(most)d 次，请过 %(minutes)d 分钟再试。"),
)  # fmt: skip
LOOKS = Limit(
    "look", 300, dt.timedelta(minutes=10),
    gettext_lazy("这个网络查询太频繁，请过 %(minutes)d 分钟再试。"),
)  # fmt: skip


def spend(request: HttpRequest, *limits: Limit) -> None:
    """Count this request against limits; refused, with how long to wait, when one is used up."""
    now, address = timezone.now().timestamp(), neighbourhood(address_of(request))
    for limit in limits:
        span = limit.span.total_seconds()
        window = int(now // span)
        key = f"portal:{limit.name}:{address}:{window}"
        cache.add(key, 0, timeout=span)
        try:
            used = cache.incr(key)
        except ValueError:  # it went out between the two
            used = 1
        if used > limit.most:
            minutes = max(1, math.ceil(((window + 1) * span - now) / 60))
            raise Refused("portal.limit", limit.sentence % {"most": limit.most, "minutes": minutes})


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the connection's other end, or what a proxy of ours says was its other end.

    Anybody can write anything into X-Forwarded-For, so each hop is believed only when a listed proxy told it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while hops and _is_proxy(address):
        told = hops.pop()
        if not _is_address(told):
            break
        address = told
    return address


def neighbourhood(address: str) -> str:
    """What counts as one address: an IPv4 address, or the 64 bits that one household of IPv6 has."""
    if not _is_address(address):
        return "unknown"
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network(f"{found}/64", strict=False).network_address)
    return str(found)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_proxy(address: str) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in settings.XIUHUA_PROXIES)
