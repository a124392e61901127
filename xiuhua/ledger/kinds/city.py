"""Lines of the city: who and where."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("bureau.founded", "建局")
class BureauFounded(Fact):
    """A bureau began to use the platform."""

    name: str
    time_zone: str
    division: str


@kind("unit.named", "单位定名", moves=True)
class UnitNamed(Fact):
    """A unit was set up or given another name. `path` is its place in the tree."""

    name: str
    kind_of_unit: str
    path: str
    state: str = "open"


@kind("unit.moved", "单位调整")
class UnitMoved(Fact):
    """A unit moved to another place in the tree."""

    path_before: str
    path_after: str


@kind("post.begun", "到岗任职")
class PostBegun(Fact):
    """A person took up a post in a unit. The person is the code in `about`."""

    post: str
    role: str
    unit: str


@kind("post.ended", "离岗")
class PostEnded(Fact):
    """A person left a post; `ends_on` is the day, where it is not the day of the act."""

    post: str
    ends_on: str = ""


@kind("network.registered", "路网登记")
class NetworkRegistered(Fact):
    """A road network came in from a file: so many segments new, known and the same, known and told otherwise.

    `system` is the coordinate system that the file was in.
    """

    network: str
    added: int
    unchanged: int
    differing: int
    length_m: float
    system: str = "wgs84"


@kind("segment.registered", "路段登记", moves=True)
class SegmentRegistered(Fact):
    """A road segment came into the register: what coverage is measured against."""

    road: str
    length_m: float
    cls: str
    network: str
    state: str = "open"


@kind("site.registered", "点位登记", moves=True)
class SiteRegistered(Fact):
    """A site to be inspected (market, school, station …) came into the register."""

    type_code: str
    state: str = "open"


@kind("shop.registered", "商户登记", moves=True)
class ShopRegistered(Fact):
    """A shop with frontage on a street came into the register."""

    trade: str
    state: str = "open"


@kind("shop.closed", "商户停业", moves=True)
class ShopClosed(Fact):
    """A shop closed for good."""

    reason: str
    state: str = "closed"


@kind("duty.begun", "责任明确")
class DutyBegun(Fact):
    """Somebody answers for something from this day on. `thing` is a code such as `segment:S0012`.

    `shift` is the name of a shift, empty for all day; `version` the code of the table that put it in force; `begins_on`
    the day, where it is not the day of the act.
    """

    thing: str
    role: str
    person: str
    primary: bool
    shift: str = ""
    confirmed: bool = True
    version: str = ""
    begins_on: str = ""


@kind("duty.ended", "责任解除")
class DutyEnded(Fact):
    """Somebody no longer answers for it; `ends_on` is the day, where it is not the day of the act."""

    thing: str
    role: str
    person: str
    ends_on: str = ""


@kind("facility.built", "设施建成", sums=True)
class FacilityBuilt(Fact):
    """Bays, lines, notice boards or signs were put in for citizens. The quantity is in the item's unit."""

    facility: str


@kind("place.cleared", "清场检查")
class PlaceCleared(Fact):
    """Somebody looked at a permitted place after its stalls had left. `late` when the time given for it was over."""

    closed_at: str
    clean: bool
    late: bool
    photos: int


@kind("calendar.set", "日历调整")
class CalendarSet(Fact):
    """A day was declared a working day or a day off."""

    on: str
    workday: bool
    provisional: bool


@kind("patience.set", "未读提醒")
class PatienceSet(Fact):
    """After how many minutes a case that nobody looked at rises at the desk."""

    minutes: int


@kind("hours.set", "工作时间")
class HoursSet(Fact):
    """From a day on the working days of a unit, or of the bureau, have these hours; none is as the bureau has them."""

    begins_on: str
    hours: list[str]


@kind("rooms.switched", "功能启停")
class RoomsSwitched(Fact):
    """The bureau switched rooms on or off."""

    on: list[str]
    off: list[str]


@kind("account.opened", "开通账号")
class AccountOpened(Fact):
    """A person of the bureau got a sign-in. The person is the code in `about`; the account's name is in no line."""


@kind("account.reset", "重设密码")
class AccountReset(Fact):
    """A sign-in got another one-time password: the old one opens nothing any more."""


@kind("account.closed", "停用账号")
class AccountClosed(Fact):
    """A sign-in no longer opens anything."""


@kind("account.secured", "设定密码")
class AccountSecured(Fact):
    """The person behind a sign-in chose a password of their own."""


@kind("token.issued", "令牌签发", moves=True)
class TokenIssued(Fact):
    """A machine got a token: from now on it acts for the person named by code."""

    person: str
    state: str = "open"


@kind("token.ended", "令牌停用", moves=True)
class TokenEnded(Fact):
    """A machine's token no longer opens anything."""

    person: str
    state: str = "ended"
