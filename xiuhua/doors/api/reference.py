"""The reference page of the API, made from its OpenAPI description: what to ask, what to send, what comes back.

Made on the server and without a script: it opens in an office without internet, prints, and is searched by the server.
Open addresses: `?q=words` keeps the operations that contain all the words, `?op=name` unfolds one of them.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

DEEPEST = 3
"""How far fields inside fields are listed; what lies deeper is said to be an object."""
SAMPLES = {"number": "XH20200316-0001", "digest": "sha256:" + "0" * 64, "from": "2020-03-01", "to": "2020-05-03"}


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body: its dotted name, type and limits."""

    name: str
    kind: str
    required: bool
    told: str
    limits: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True)
class Answer:
    """What comes back under one status."""

    status: str
    kind: str
    fields: tuple[Field, ...]
    example: str

    @property
    def is_good(self) -> bool:
        return self.status.startswith(("2", "3"))

    @property
    def told(self) -> str:
        return {
            "200": _("成功"), "201": _("已新建"), "304": _("没有变化"), "403": _("不是您的职责"), "404": _("没有，或者不归您看"),
            "409": _("别人先办了一步，或者编号已用于别的内容"), "422": _("有一条规则或一个字段不通过"),
        }.get(self.status, "")  # fmt: skip


class Operation:
    """One method of one address."""

    def __init__(self, told: dict[str, Any], method: str, path: str, operation: dict[str, Any], host: str) -> None:
        self._told, self._operation, self._host = told, operation, host
        self.method, self.path = method.upper(), path
        self.name: str = operation["operationId"]
        self.tag: str = operation["tags"][0]
        self.is_open = False

    @property
    def title(self) -> str:
        """What it is called: the Chinese summary, or in English the name of the operation in words."""
        if _is_english():
            return self.name.replace("_", " ").capitalize()
        return str(self._operation["summary"])

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self._operation.get("description", "").split("\n\n")]

    @property
    def needs_sign_in(self) -> bool:
        return bool(self._operation.get("security"))

    @cached_property
    def parameters(self) -> list[Field]:
        found = self._operation.get("parameters", [])
        places = {"path": _("地址里"), "query": _("问号后"), "header": _("请求头")}
        return [
            self._field(one["name"], one["schema"], bool(one.get("required")), one.get("description", ""), places.get(one["in"], ""))
            for one in found
        ]  # fmt: skip

    @cached_property
    def sends(self) -> list[str]:
        """The types of content that it takes."""
        return list(self._operation.get("requestBody", {}).get("content", {}))

    @cached_property
    def _body(self) -> dict[str, Any]:
        content = self._operation.get("requestBody", {}).get("content", {})
        return self._resolved(content["application/json"]["schema"]) if "application/json" in content else {}

    @cached_property
    def fields(self) -> list[Field]:
        return list(self._fields_of(self._body))

    @cached_property
    def answers(self) -> list[Answer]:
        return [self._answer(status, one) for status, one in sorted(self._operation["responses"].items())]

    def _answer(self, status: str, told: dict[str, Any]) -> Answer:
        content = told.get("content", {})
        schema = content[next(iter(content))]["schema"] if content else {}
        fields = () if status.startswith(("4", "5")) else tuple(self._fields_of(schema))
        kind = next(iter(content), "") if schema.get("format") == "binary" else self._kind(schema) if schema else ""
        return Answer(status, kind, fields, _pretty(self._example(schema)) if fields else "")

    @cached_property
    def curl(self) -> str:
        """A call that can be pasted into a terminal once TOKEN is set."""
        where = self.path
        for field in self.parameters:
            where = where.replace("{" + field.name + "}", SAMPLES.get(field.name, field.name))
        asked = [one for one in self._operation.get("parameters", []) if one["in"] == "query" and one.get("required")]
        where += "?" + "&".join(f"{one['name']}={SAMPLES.get(one['name'], '…')}" for one in asked) if asked else ""
        lines = [f"curl {'' if self.method == 'GET' else f'-X {self.method} '}{shlex.quote(self._host + where)}"]
        if self.needs_sign_in:
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if self._body:
            lines.append("-H 'Content-Type: application/json'")
            lines.append(f"-d {shlex.quote(_pretty(self._example(self._body)))}")
        elif self.sends:
            lines += [f"-H 'Content-Type: {self.sends[0]}'", "--data-binary @photo.jpg"]
        return " \\\n  ".join(lines)

    def holds(self, words: list[str]) -> bool:
        names = (field.name + " " + field.told for field in [*self.parameters, *self.fields])
        text = " ".join(
            [
                self.method,
                self.path,
                self.name,
                self.title,
                self._operation["summary"],
                self.tag,
                *self.paragraphs,
                *names,
            ]
        )
        return all(word in text.casefold() for word in words)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return self._told["components"]["schemas"][name] if name else schema

    def _inner(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema behind a reference, an optional, or a list."""
        schema = self._resolved(schema)
        one = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), None)
        return self._inner(one) if one else self._inner(schema["items"]) if "items" in schema else schema

    def _fields_of(self, schema: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[Field]:
        inner = self._inner(schema)
        required = set(inner.get("required", []))
        for name, one in inner.get("properties", {}).items():
            yield self._field(before + name, one, name in required, one.get("description", ""))
            if depth < DEEPEST:
                many = "[]" if self._kind(one).endswith("[]") else ""
                yield from self._fields_of(one, f"{before}{name}{many}.", depth + 1)

    def _field(self, name: str, schema: dict[str, Any], required: bool, told: str, where: str = "") -> Field:
        return Field(name, self._kind(schema), required, told, tuple(_limits(self._plain(schema))), where)

    def _plain(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), {})
        return schema | self._resolved(found) if found else schema

    def _kind(self, schema: dict[str, Any]) -> str:
        schema = self._plain(self._resolved(schema))
        if schema.get("type") == "array":
            return self._kind(schema.get("items", {})) + "[]"
        if "properties" in schema or schema.get("type") == "object":
            return str(schema.get("title") or "object")
        return str(schema.get("format") or schema.get("type") or json.dumps(schema.get("const", "any")))

    def _example(self, schema: dict[str, Any]) -> Any:
        found = self._resolved(schema)
        if found.get("examples"):
            return found["examples"][0]
        return [self._example(found["items"])] if "items" in found else {}


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield " | ".join(str(one) for one in schema["enum"])
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')}…{schema.get('maximum', '')}"
    if "maxLength" in schema:
        yield _("最多 %(n)s 个字") % {"n": schema["maxLength"]}
    if "maxItems" in schema:
        yield _("最多 %(n)s 项") % {"n": schema["maxItems"]}
    if schema.get("default") not in (None, "", [], {}):
        yield _("不填就是 %(value)s") % {"value": json.dumps(schema["default"], ensure_ascii=False)}


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class Group:
    """The operations under one tag, which is called in Chinese and in English."""

    tag: str
    operations: list[Operation]

    @property
    def title(self) -> str:
        chinese, _space, english = self.tag.partition(" ")
        return english.capitalize() if _is_english() and english else chinese


def groups_of(told: dict[str, Any], *, host: str, words: str = "", chosen: str = "") -> list[Group]:
    """The operations of an OpenAPI description by tag, those that hold all the words; few found ones are unfolded."""
    asked = words.casefold().split()
    found: dict[str, list[Operation]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            one = Operation(told, method, path, operation, host)
            if one.holds(asked):
                found.setdefault(one.tag, []).append(one)
    every = [one for group in found.values() for one in group]
    for one in every:
        one.is_open = one.name == chosen or (bool(asked) and len(every) <= 3)
    return [Group(tag, operations) for tag, operations in found.items()]


class Reference(DocsBase):
    """What `/docs` answers."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        words = request.GET.get("q", "").strip()[:100]
        raw = self.get_openapi_url(api, kwargs)
        host = f"{request.scheme}://{request.get_host()}"
        told = json.loads(json.dumps(api.get_openapi_schema(path_prefix=raw.removesuffix("openapi.json")), default=str))
        groups = groups_of(told, host=host, words=words, chosen=request.GET.get("op", ""))
        context = {
            "groups": groups, "words": words, "raw": raw, "version": told["info"]["version"],
            "total": sum(len(group.operations) for group in groups), "home": f"{host}{raw.removesuffix('openapi.json')}",
        }  # fmt: skip
        return render(request, "api/reference.html", context)
