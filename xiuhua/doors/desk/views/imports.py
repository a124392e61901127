"""导入表格: an administrator drops a file of roads, of cases or of figures from before, and reads what became of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.cases.importing import import_cases
from xiuhua.cases.mappings import known_mappings
from xiuhua.city.access import may, must
from xiuhua.city.importing import import_roads
from xiuhua.city.models import Post, Role
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.wizard import batches_for, tables_for
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.files import keep, original_of
from xiuhua.kit.jobs import ask_job
from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.programme.openings import COLUMNS, import_openings

LARGEST_MB = 200
LARGE_BYTES = 1_000_000
"""A file beyond this comes in in the background (our choice: some 5,000 cases)."""


@dataclass(frozen=True)
class Result:
    """What became of a file, in the words of the command line, and the rejected rows to take back."""

    sentences: list[str]
    rejects: str = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="imports", verb="import_table")
def imports(request: HttpRequest, by: By) -> HttpResponse:
    """The tables of the wizard; for an administrator three forms, a post of one answers with what became of its file."""
    context = form_context() | {
        "tables": tables_for(by), "batches": batches_for(by), "may_administer": may(by, "administer")
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "desk/imports.html", context)
    must(by, "administer")
    sort = request.POST.get("sort", "")
    if sort not in DOES:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": sort})
    context |= {"sort": sort, "typed": request.POST}
    try:
        if (job := _later(request, by, sort)) is not None:
            return redirect("desk:job", code=job.code)
        result = DOES[sort](request, by)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context |= {
            "refused": refused,
            "wrong": refused.field if refused.field in ("name", "mapping", "approver", "system") else "",
        }
        return render(request, "desk/imports.html", context, status=status_of(refused))
    return render(request, "desk/imports.html", context | {"result": result, "typed": {}})


def form_context() -> dict[str, Any]:
    leaders = Post.objects.held_on(bureau_day(timezone.now())).filter(role=Role.LEADER).select_related("person")
    return {
        "room": "imports",
        "mappings": known_mappings(),
        "leaders": {post.person.code: post.person.name for post in leaders.order_by("id")},
        "columns": [theirs[0] for theirs in COLUMNS.values()],
        "items": [_(one.label) for one in ITEMS.values()],
        "key": fresh_key(),
        "typed": {},
    }


def uploaded(request: HttpRequest, name: str) -> UploadedFile:
    """The file of a form; refused when there is none, or when it is larger than any real one."""
    file = request.FILES.get(name)
    if file is None or not file.size:
        raise Refused("import.file", _("请选择文件。"), field=name)
    if file.size > LARGEST_MB << 20:
        raise Refused(
            "import.large", _("文件超过 %(n)d MB，请用命令行 xiuhua import 导入。") % {"n": LARGEST_MB}, field=name
        )
    return file


def _later(request: HttpRequest, by: By, sort: str) -> Job | None:
    """A large file of roads or cases comes in in the background; nothing when it is small enough to be done now."""
    if sort not in ("roads", "cases"):
        return None
    file = uploaded(request, "file")
    if not file.size or file.size <= LARGE_BYTES:
        return None
    act, own = act_of(request, by), request.FILES.get("own_mapping")
    mapping = request.POST.get("mapping", "")
    if sort == "cases" and own is None and mapping not in known_mappings():
        raise Refused("import.mapping", _("请选择对照表，或上传自己的 .toml 对照表。"), field="mapping")
    ask = {
        "file": keep(file.read(), at=act.at, most=LARGEST_MB << 20).digest, "system": request.POST.get("system", ""),
        "mapping": mapping, "own_mapping": keep(own.read(), at=act.at).digest if isinstance(own, UploadedFile) else "",
    }  # fmt: skip
    about = request.POST.get("name", "").strip()[:16] if sort == "roads" else ""
    return ask_job(f"import_{sort}", key=act.key, by=by.code, at=act.at, about=about, name=file.name or "", ask=ask)


@contextmanager
def laid_out(*files: UploadedFile | None) -> Iterator[list[Path | None]]:
    """Uploaded files under their own names in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="xiuhua-import-") as folder:
        paths: list[Path | None] = []
        for number, file in enumerate(files):
            if file is None:
                paths.append(None)
                continue
            path = Path(folder) / str(number) / (re.sub(r"[\\/\0]", "-", file.name or "file")[-80:] or "file")
            path.parent.mkdir()
            with path.open("wb") as out:
                for piece in file.chunks():
                    out.write(piece)
            paths.append(path)
        yield paths


def roads(request: HttpRequest, by: By) -> Result:
    """Streets from GeoJSON or OSM XML."""
    file = uploaded(request, "file")
    done = import_roads(
        act_of(request, by),
        raw=file.read(),
        filename=file.name or "",
        name=request.POST.get("name", ""),
        system=request.POST.get("system", ""),
    )
    return Result(list(done.sentences()))


def cases(request: HttpRequest, by: By) -> Result:
    """Cases of another system from CSV, with a mapping that comes with the program or an own one."""
    own = request.FILES.get("own_mapping")
    with laid_out(uploaded(request, "file"), own if isinstance(own, UploadedFile) else None) as (file, mapping):
        assert file is not None
        named = request.POST.get("mapping", "")
        if mapping is None and named not in known_mappings():
            raise Refused("import.mapping", _("请选择对照表，或上传自己的 .toml 对照表。"), field="mapping")
        rejects = file.with_name("rejects.csv")
        done = import_cases(
            file, mapping=str(mapping or named), by=by, at=timezone.now(), progress=lambda _told: None, rejects=rejects
        )
        kept = keep(rejects.read_bytes()).digest if done.rejects else ""
        return Result(list(replace(done, rejects=None).sentences(file.name)), kept)


def openings(request: HttpRequest, by: By) -> Result:
    """Figures from before, with the scan of their source and who approved them."""
    with laid_out(uploaded(request, "file"), uploaded(request, "scan")) as (file, scan):
        assert file is not None and scan is not None
        approver = request.POST.get("approver", "").strip()
        if not approver:
            raise Refused("figure.approver", _("请选择审批的领导。"), field="approver")
        figures = import_openings(file, scan=scan, approver=approver, by=by, at=timezone.now())
    batch = figures[0].batch if figures else ""
    return Result(
        [_("%(file)s：补录 %(n)d 项，批次 %(batch)s。") % {"file": file.name, "n": len(figures), "batch": batch}]
    )


DOES: dict[str, Callable[[HttpRequest, By], Result]] = {"roads": roads, "cases": cases, "openings": openings}


@require_safe
@desk_page(room="imports", verb="administer")
def rejects(request: HttpRequest, by: By, digest: str) -> HttpResponse:
    """The rejected rows of an import, each with its 原因."""
    raw, _content_type = original_of(digest)
    answer = HttpResponse(raw, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename*=UTF-8''%E9%80%80%E5%9B%9E%E7%9A%84%E8%A1%8C.csv"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
