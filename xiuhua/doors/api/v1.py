"""Version 1 of the API: what a machine may ask and tell. Fields may be added to answers; nothing is taken away."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.operation import Operation

from xiuhua.doors.api.answers import answer_refusals
from xiuhua.doors.api.callers import BrowserSession, MachineToken
from xiuhua.doors.api.reference import Reference
from xiuhua.doors.api.routes import cases, city, counts, ledger, photos, steps, system

DESCRIPTION = """\
其他系统从这里上报问题、办理案件、跟读台账、取用指标。令牌由系统管理员用 `xiuhua token 名称 --person 人员编码` 签发，密文只显示一次。

The machine door of 绣花 Xiuhua. Other systems report problems, take the steps of a case and follow the ledger.

* **Signing in**: `Authorization: Bearer xh_…` (an administrator issues it with `xiuhua token NAME --person CODE`), or
  the session of a signed-in browser; what changes something then needs the header `X-CSRFToken`.
* **Idempotency**: whatever changes something carries a `key`, a UUID made by the caller. The same key with the same
  content gives the first answer again and changes nothing; the same key with other content is refused with 409.
* **Refusals**: `{"error": {"code", "message", "field", "facts"}}`. 401 not signed in, 403 not your task, 404 not there or
  not yours, 409 somebody was quicker or the key was used for something else, 422 a rule or a field says no.
* **Times** are ISO 8601 with a time zone. **Positions** are WGS84, longitude and latitude in degrees.
"""


class Version1(NinjaAPI):
    """Operations are called by the names of their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Version1(
    title="绣花 Xiuhua",
    version="1",
    description=DESCRIPTION,
    docs=Reference(),
    auth=[MachineToken(), BrowserSession()],
    urls_namespace="api:v1",
)
answer_refusals(api)
for prefix, router, tag in (
    ("/cases", cases.router, "案件 cases"),
    ("/cases", steps.router, "步骤 steps"),
    ("/photos", photos.router, "照片 photos"),
    ("/counts", counts.router, "快报 counts"),
    ("", city.router, "城市 city"),
    ("", ledger.router, "台账与指标 ledger and figures"),
    ("", system.router, "系统 system"),
):
    api.add_router(prefix, router, tags=[tag])
