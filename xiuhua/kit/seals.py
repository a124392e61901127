"""Sealing what is personal: plates, phones, contacts. Each seal and keyed hash names its algorithm and its key.

So another cipher (SM4) or key can take over while what was sealed before stays readable.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from xiuhua.kit.refusals import Refused

CIPHER = "aes256gcm"
KEYED = "hmac-sha256"


@functools.lru_cache(maxsize=8)
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"xiuhua", info=purpose.encode()).derive(secret.encode())


def key_id() -> str:
    """A short name of the key in use: the first bytes of a digest of it, which tell nothing about it."""
    return hashlib.sha256(_key(settings.SECRET_KEY, "id")).hexdigest()[:8]


def seal(text: str) -> str:
    """`cipher:key:nonce+text`: unreadable without the key of this bureau. Empty stays empty."""
    if not text:
        return ""
    nonce = os.urandom(12)
    sealed = AESGCM(_key(settings.SECRET_KEY, "seal")).encrypt(nonce, text.encode(), None)
    return f"{CIPHER}:{key_id()}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str) -> str:
    """What was sealed; refused when the key is another one."""
    if not sealed:
        return ""
    cipher, _colon, rest = sealed.partition(":")
    key, _colon, body = rest.partition(":")
    if cipher != CIPHER or key != key_id():
        raise Refused(
            "seal.key", "这段加密内容用的是另一把密钥（{cipher}:{key}），请恢复当时的密钥。", cipher=cipher, key=key
        )
    try:
        raw = base64.b64decode(body, validate=True)
        return AESGCM(_key(settings.SECRET_KEY, "seal")).decrypt(raw[:12], raw[12:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise Refused("seal.broken", "这段加密内容已损坏，无法读出。") from error


def keyed_hash(text: str) -> str:
    """`algorithm:key:hex`: equal texts give equal hashes, and nobody without the key can try texts out."""
    body = hmac.new(_key(settings.SECRET_KEY, "hash"), text.encode(), hashlib.sha256).hexdigest()
    return f"{KEYED}:{key_id()}:{body}"


def masked(text: str, *, keep_first: int = 3, keep_last: int = 2) -> str:
    """A phone or plate as most people may see it: the middle is stars."""
    if len(text) <= keep_first + keep_last:
        return "*" * len(text)
    return text[:keep_first] + "*" * (len(text) - keep_first - keep_last) + text[-keep_last:]
