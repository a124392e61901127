"""What a bureau may set from outside: read once, checked early, each with a sentence.

`SETTINGS` is the whole list; `docs/settings.md` is generated from it.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlparse
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HOUSE = Path(__file__).resolve().parents[2]


class Unfit(SystemExit):
    """A setting that cannot be used: the program stops at once and says which and why."""

    def __init__(self, name: str, value: str, why: str) -> None:
        super().__init__(f"设置 {name}={value!r} 不能用：{why}\n(setting {name} is unfit, see docs/settings.md)")


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is without it, and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("XIUHUA_HOME", "./var", "Folder for the database, files, keys and backups of this bureau."),
    Setting(
        "XIUHUA_DATABASE_URL",
        "sqlite:///$XIUHUA_HOME/xiuhua.sqlite3",
        "Database: `sqlite:///path` or `postgresql://user:password@host:port/name`.",
    ),
    Setting("XIUHUA_DATA", "../shared/data", "Folder with real inputs that tests and benchmarks read where they lie."),
    Setting("XIUHUA_SECRET_KEY", "", "Secret of sessions and tokens; made and kept in XIUHUA_HOME when empty."),
    Setting("XIUHUA_HOSTS", "127.0.0.1,localhost", "Host names under which it answers, comma-separated; `*` for any."),
    Setting("XIUHUA_PATH_PREFIX", "", "Path under which it lives behind a proxy, such as `/xiuhua`."),
    Setting("XIUHUA_HTTPS", "no", "`yes` when people reach it over https: cookies are then sent over https alone."),
    Setting(
        "XIUHUA_PROXIES",
        "",
        "Addresses or networks of the proxies in front of it, comma-separated: only what they say about where a "
        "citizen's request came from is believed.",
    ),
    Setting("XIUHUA_TIME_ZONE", "Asia/Shanghai", "Time zone of the bureau: it decides which day a line falls on."),
    Setting("XIUHUA_DIGEST", "sha256", "Digest of the ledger chain for new lines: `sha256` or `sm3`."),
    Setting(
        "XIUHUA_PRACTICE", "no", "`yes` for the practice database with its banner; `xiuhua run --practice` sets it."
    ),
    Setting(
        "XIUHUA_PRACTICE_DATABASE_URL",
        "sqlite:///$XIUHUA_HOME/practice/xiuhua.sqlite3",
        "Database of the practice bureau, where XIUHUA_DATABASE_URL names that of the bureau at work.",
    ),
    Setting(
        "XIUHUA_ADDRESS",
        "",
        "Address under which people reach it, such as `https://cg.example.cn`: notices link to it.",
    ),
    Setting(
        "XIUHUA_MAIL_URL",
        "",
        "How mail leaves, as an Apprise address such as `mailtos://user:password@smtp.example.cn`; nobody is sent mail when empty.",
    ),
    Setting(
        "XIUHUA_SMS_URL",
        "",
        "Gateway for text messages as an Apprise address such as `jsons://gateway.example.cn/send`: it gets title, message "
        "and `phone` as JSON.",
    ),
    Setting("XIUHUA_DEBUG", "no", "`yes` shows faults in the browser; never for a bureau at work."),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """A setting's text, or its default; only settings in the list can be asked for."""
    return os.environ.get(name, "").strip() or _DEFAULTS[name]


def yes(name: str) -> bool:
    value = text(name).lower()
    if value in {"yes", "true", "1", "on"}:
        return True
    if value in {"no", "false", "0", "off"}:
        return False
    raise Unfit(name, value, "请写 yes 或 no。")


def home() -> Path:
    """The bureau's folder, made when it is not there; practice lives in a folder of its own inside it."""
    folder = Path(text("XIUHUA_HOME")).expanduser().resolve()
    if yes("XIUHUA_PRACTICE"):
        folder = folder / "practice"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unfit("XIUHUA_HOME", str(folder), f"文件夹建不了（{error.strerror}）。") from error
    return folder


def data() -> Path:
    """Where the real inputs lie; the folder need not exist."""
    folder = Path(text("XIUHUA_DATA")).expanduser()
    return folder if folder.is_absolute() else (HOUSE / folder).resolve()


def database(folder: Path) -> dict[str, object]:
    """Django's description of the database behind XIUHUA_DATABASE_URL."""
    url = text("XIUHUA_DATABASE_URL").replace("$XIUHUA_HOME", str(folder))
    if yes("XIUHUA_PRACTICE") and "XIUHUA_DATABASE_URL" in os.environ:
        url = os.environ.get("XIUHUA_PRACTICE_DATABASE_URL") or f"sqlite:///{folder}/xiuhua.sqlite3"
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        if not path.strip("/"):
            raise Unfit("XIUHUA_DATABASE_URL", url, "sqlite:/// 后面要写数据库文件的路径。")
        if path.startswith(("/./", "/../")):
            path = path[1:]
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        if not parts.path.strip("/"):
            raise Unfit("XIUHUA_DATABASE_URL", url.split("@")[-1], "主机后面要写数据库名。")
        if importlib.util.find_spec("psycopg") is None:
            raise Unfit(
                "XIUHUA_DATABASE_URL", parts.scheme, "还没有装 PostgreSQL 驱动，请运行 pip install 'xiuhua[postgres]'。"
            )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
        }
    raise Unfit("XIUHUA_DATABASE_URL", url.split("@")[-1], "要以 sqlite:/// 或 postgresql:// 开头。")


def secret_key(folder: Path) -> str:
    """The secret given, or one made once and kept readable by its owner alone."""
    given = text("XIUHUA_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise Unfit("XIUHUA_SECRET_KEY", "…", "太短，至少 32 个字符。")
        return given
    kept = folder / "secret-key"
    if not kept.exists():
        import secrets

        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def path_prefix() -> str:
    prefix = text("XIUHUA_PATH_PREFIX").rstrip("/")
    if prefix and not prefix.startswith("/"):
        raise Unfit("XIUHUA_PATH_PREFIX", prefix, "要以 / 开头，例如 /xiuhua。")
    return prefix


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks such as `10.0.0.8, 192.168.0.0/16`."""
    found = []
    for part in filter(None, (one.strip() for one in text(name).split(","))):
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as error:
            raise Unfit(name, part, "不是 IP 地址或网段，例如 10.0.0.8 或 192.168.0.0/16。") from error
    return found


def time_zone() -> str:
    name = text("XIUHUA_TIME_ZONE")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unfit("XIUHUA_TIME_ZONE", name, "不是时区名，例如 Asia/Shanghai。") from error
    return name


def digest_algorithm() -> str:
    name = text("XIUHUA_DIGEST")
    if name not in {"sha256", "sm3"}:
        raise Unfit("XIUHUA_DIGEST", name, "可用 sha256 或 sm3。")
    return name
