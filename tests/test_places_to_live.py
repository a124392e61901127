"""Where the house may stand: behind a path prefix, cut off by the proxy or not, and under several host names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import io, json, sys
from django.test import Client
from xiuhua.config.wsgi import application
from django.core.management import call_command
call_command("migrate", verbosity=0)
def get(path, host="a.example"):
    told = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": host, "SERVER_PORT": "80", "HTTP_HOST": host,
               "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "QUERY_STRING": ""}
    body = application(environ, lambda status, headers, exc=None: told.update(status=status, headers=dict(headers)))
    return {"status": told["status"][:3], "to": told["headers"].get("Location", ""), "body": b"".join(body).decode()[:4000]}
json.dump([get(p, h) for p, h in json.loads(sys.argv[1])], sys.stdout)
"""


def ask(home: Path, asked: list[tuple[str, str]], **environment: str) -> list[dict[str, str]]:
    """Ask a process of its own, set up by the environment as a bureau would."""
    told = {**os.environ, "XIUHUA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xiuhua.config.settings", **environment}
    told.pop("XIUHUA_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(asked)], env=told, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("cut", [True, False])
def test_behind_a_prefix_every_address_carries_it(tmp_path: Path, cut: bool) -> None:
    before = "" if cut else "/xiuhua"
    home, page = ask(
        tmp_path, [(f"{before}/", "a.example"), (f"{before}/sign-in/", "a.example")],
        XIUHUA_PATH_PREFIX="/xiuhua", XIUHUA_HOSTS="a.example,b.example",
    )  # fmt: skip
    assert home["to"] == "/xiuhua/sign-in/"
    assert page["status"] == "200"
    assert 'action="/xiuhua/sign-in/"' in page["body"]
    assert "/xiuhua/static/xh/" in page["body"]
    assert 'href="/static/' not in page["body"]


def test_it_answers_under_each_of_its_host_names_and_no_other(tmp_path: Path) -> None:
    asked = [("/sign-in/", "a.example"), ("/sign-in/", "b.example"), ("/sign-in/", "c.example")]
    answers = ask(tmp_path, asked, XIUHUA_HOSTS="a.example,b.example")
    assert [one["status"] for one in answers] == ["200", "200", "400"]


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("XIUHUA_PATH_PREFIX", "xiuhua", "要以 / 开头"),
        ("XIUHUA_DATABASE_URL", "mysql://x/y", "要以 sqlite:/// 或 postgresql:// 开头"),
        ("XIUHUA_DATABASE_URL", "sqlite:///", "后面要写数据库文件的路径"),
        ("XIUHUA_TIME_ZONE", "Asia/Qingzhou", "不是时区名"),
        ("XIUHUA_DIGEST", "md5", "可用 sha256 或 sm3"),
        ("XIUHUA_HTTPS", "maybe", "请写 yes 或 no"),
        ("XIUHUA_SECRET_KEY", "short", "至少 32 个字符"),
    ],
)
def test_an_unfit_setting_stops_the_program_with_a_sentence(tmp_path: Path, name: str, value: str, part: str) -> None:
    told = {**os.environ, "XIUHUA_HOME": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-c", "import xiuhua.config.settings"], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert name in done.stderr and part in done.stderr
    assert "Traceback" not in done.stderr
