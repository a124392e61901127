"""Digests that carry their algorithm, and the one text form of a value that they are taken over."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from xiuhua.kit.refusals import Refused

ALGORITHMS = ("sha256", "sm3")


def hexdigest(raw: bytes, *, algorithm: str = "sha256") -> str:
    """The bare hex digest of some bytes. SM3 comes from the OpenSSL that Python was built with."""
    if algorithm not in ALGORITHMS:
        raise Refused("digest.algorithm", "不认识摘要算法“{algorithm}”，可用 sha256 或 sm3。", algorithm=algorithm)
    try:
        return hashlib.new(algorithm, raw).hexdigest()
    except ValueError as error:
        raise Refused("digest.algorithm", "这台机器的 OpenSSL 没有 {algorithm} 算法。", algorithm=algorithm) from error


def digest(raw: bytes, *, algorithm: str = "sha256") -> str:
    """`algorithm:hex`, so that another algorithm can take over without touching what is stored."""
    return f"{algorithm}:{hexdigest(raw, algorithm=algorithm)}"


def plain(value: Any) -> Any:
    """A value as JSON knows it: one form for each value, on every machine and database."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize(), "f")
        case float():
            return value
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return digest(value)
        case Mapping():
            return {str(name): plain(part) for name, part in value.items()}
        case set() | frozenset():
            return sorted(plain(part) for part in value)
        case Sequence():
            return [plain(part) for part in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "pk"):
        if value.pk is not None:
            return f"{value._meta.label_lower}:{value.pk}"
        return {field.attname: plain(getattr(value, field.attname)) for field in value._meta.concrete_fields}
    raise TypeError(f"no plain form for {type(value).__name__}")


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spaces: equal values give equal bytes."""
    try:
        return ENCODER.encode(value)
    except TypeError:  # a key that is no text
        return ENCODER.encode(plain(value))


# It asks for the plain form only of what JSON does not know, which is several times quicker than for everything.
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=plain)
