"""The demo city's four tables: drafted and put in force by the same actions as a real bureau's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from xiuhua.city.official_tables import OfficialTable, Printed, draft_table, enact_table
from xiuhua.city.segment_duties import SEGMENT_DUTIES
from xiuhua.city.squad_duties import SQUAD_DUTIES
from xiuhua.config.demo.plan import SQUADS
from xiuhua.kit.sheets import Row
from xiuhua.ledger.act import Act
from xiuhua.programme.task_table import TASKS
from xiuhua.rounds.checklist_table import CHECKLISTS

NUMBERS = {
    "tasks": "示范〔2020〕1号",
    "squad_duties": "示范〔2020〕2号",
    "segment_duties": "示范〔2020〕3号",
    "checklists": "示范〔2020〕4号",
}
TEN = (
    # name, measures, target, offices, squads, due
    ("停车秩序提升", "补划停车位和停车线，违停先劝导后警告，重点路段联合交警", "主次干道机动车、非机动车入位停放", "市容管理科", "各中队", "2020-06-30"),
    ("经营秩序提升", "疏导点定时定位，占道和店外经营随巡随清", "主干道无占道经营，次干道有序", "市容管理科", "各中队", "2020-09-30"),
    ("立面清洁提升", "张贴、喷涂、橱窗广告分路段清理，设便民张贴栏", "主次干道无乱贴乱画，背街小巷三日内清除", "市容管理科", "各中队", "2020-05-31"),
    ("广告牌匾提升", "排查破损和违规广告牌，限期拆除或修复", "无破损、无缺亮、无违规设置", "广告管理科", "各中队", "2020-06-30"),
    ("空气净化提升", "露天烧烤和焚烧现场制止，渣土车沿线查遗撒", "建成区无露天烧烤、无焚烧冒烟", "规划执法科", "各中队", "2020-09-30"),
    ("违法建设治理", "新增违建零容忍，存量建台账分批拆除", "新增违建当日发现、七日内处置", "规划执法科", "各中队", "2020-12-31"),
    ("门前责任提升", "一封信入户，逐店签门前三包", "沿街商户签订和公示全覆盖", "宣传科", "各中队", "2020-04-30"),
    ("重点站点达标", "按标准条件每周检查市场、学校、车站周边", "重点站点每月达标率不低于九成", "督查考核科", "城区一中队、城区二中队、城区三中队、城区四中队", "长期坚持"),
    ("队伍形象提升", "学法规、练规范、查着装，两人以上执法、全程记录", "人人持证上岗，文明用语、规范程序", "法制科", "各中队", "长期坚持"),
    ("宣传发动提升", "电视、报纸、电子屏、宣传车、公众号五路宣传", "市民知晓率明显提高", "宣传科、办公室", "机动中队", "长期坚持"),
)  # fmt: skip
CONDITIONS = {
    ("A", "主次干道和商业街"): ("地面见本色，没有成片垃圾和污渍", "★没有占道摊点，划定的疏导点除外", "★车辆停在线内，盲道没有被占", "店招完好，没有乱贴乱画"),
    ("B", "背街小巷"): ("路面硬化平整，没有积水", "★没有乱堆的杂物和旧家具", "墙面没有小广告", "★消防通道畅通"),
    ("C", "农贸市场及周边"): ("★一百米内没有外溢的摊位", "划行归市，摊位整齐", "★门前停车有序", "地面干净，垃圾及时清运"),
    ("D", "公交站台"): ("站牌完好，线路写得准确", "★座椅和灯箱没有小广告", "★三十米内没有摊点和占站的单车", "果皮箱没有满溢"),
    ("E", "车站及站前广场"): ("★没有揽客、喊客", "停车和落客分区清楚", "★没有摊点和散发的广告", "果皮箱、烟头收集器没有满溢"),
    ("F", "商场超市及门前"): ("★门前三包责任牌上墙", "★没有促销占道和音响扰民", "橱窗没有乱贴", "门前停车不占盲道和消防通道"),
    ("G", "居民小区和社区"): ("★出入口没有摊点和乱停", "没有私搭乱建、毁绿占绿", "★楼道没有堆物和飞线", "公益广告和居民公约完好"),
    ("H", "学校及周边"): ("★校门两侧二百米没有摊点", "★上下学时段有人值守、车辆有序", "没有小卡片和培训小广告", "斑马线和护栏完好"),
    ("I", "广场和公园"): ("★没有流动兜售", "设施完好，没有刻画", "没有遛狗不牵绳、遗便不清", "★音响不扰民"),
    ("J", "建筑工地及沿线"): ("★围挡连续整洁", "★出入口硬化，车辆不带泥上路", "渣土车密闭，沿线没有遗撒", "裸土覆盖，没有明显扬尘"),
}  # fmt: skip
OWNERS = ("环卫", "本局", "本局", "本局")


def put_tables_in_force(
    act: Callable[[], Act], *, leaders: Sequence[str], offices: Sequence[str], day: dt.date
) -> None:
    """All four on the day when the city begins; the streets' table is written from who answers for them."""
    _put(act, TASKS, _read(TASKS, _tasks(leaders), day), day)
    _put(act, SQUAD_DUTIES, _read(SQUAD_DUTIES, _squads(leaders, offices), day), day)
    _put(act, SEGMENT_DUTIES, SEGMENT_DUTIES.in_force(day), day)
    _put(act, CHECKLISTS, _read(CHECKLISTS, _conditions(), day), day)


def _put(act: Callable[[], Act], table: OfficialTable, rows: Sequence[Printed], day: dt.date) -> None:
    version = draft_table(act(), kind=table.kind, rows=rows, number=NUMBERS[table.kind], dated=day)
    enact_table(act(), version=version, from_day=day)


def _read(table: OfficialTable, cells: Sequence[dict[str, str]], day: dt.date) -> list[Printed]:
    rows = [Row(n, one) for n, one in enumerate(cells, start=1)]
    table.read(rows, day, day.year)
    return [printed for row in rows for printed in row.value]


def _tasks(leaders: Sequence[str]) -> list[dict[str, str]]:
    return [
        {
            "number": str(n), "name": name, "measures": measures, "target": target, "offices": offices, "squads": squads, "due": due,
            "leader": leaders[(n - 1) % len(leaders)],
        }
        for n, (name, measures, target, offices, squads, due) in enumerate(TEN, start=1)
    ]  # fmt: skip


def _squads(leaders: Sequence[str], offices: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"leader": leaders[n % len(leaders)], "squad": squad, "office": offices[n % len(offices)]}
        for n, squad in enumerate(SQUADS)
    ]


def _conditions() -> list[dict[str, str]]:
    return [
        {
            "type_code": code, "type_name": name, "code": f"{code}-{n + 1:02d}", "text": text.lstrip("★"), "owner": OWNERS[n],
            "key_item": "★" if text.startswith("★") else "", "score": "25",
        }
        for (code, name), texts in CONDITIONS.items()
        for n, text in enumerate(texts)
    ]  # fmt: skip
