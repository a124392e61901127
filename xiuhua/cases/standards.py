"""The filing standard that a bureau starts with: the six kinds of problem of a street, in the project's own words.

Matter codes follow GB/T 47678.5-2026. Limits are municipal: these follow what cities publish and are meant to be
edited; a row is dated, so a case keeps the row that it was filed under.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xiuhua.cases.models import StandardRow

FIRST_DAY = dt.date(2004, 1, 1)
SOURCE = "默认标准（示例，可修改）"
UNIT, SUPERVISOR = "责任中队", "市容管理科"
"""Who puts right and who watches by default: words of this project's own, to be replaced by the bureau's."""

ROWS = (
    # code, matter, name, category, condition, closing, limit, kind
    ("P1", "09009", "机动车乱停放", "parking", "机动车停在人行道、盲道或泊位线外", "车辆驶离或入位", "4", "work_hours"),
    ("P2", "09010", "非机动车乱停放", "parking", "非机动车未入位、堆放杂乱或占用停车位", "摆放整齐，通道畅通", "2", "work_hours"),
    ("P3", "09011", "共享单车乱停放", "parking", "共享单车堆积、占道或占压盲道", "清运或摆放整齐", "2", "work_hours"),
    ("S1", "09006", "占道经营", "stall", "占用道路、桥面、广场摆摊经营，不在允许的地点和时段", "摊点撤离，地面干净", "2", "emergency_hours"),
    ("S2", "09001", "无照经营游商", "stall", "流动叫卖、沿街兜售", "劝离", "2", "emergency_hours"),
    ("S3", "09004", "占道废品收购", "stall", "占用道路收购、堆放废品", "清理完毕", "1", "work_days"),
    ("F1", "09005", "店外经营", "shopfront", "货品、桌椅摆出门窗以外", "物品收回店内", "2", "emergency_hours"),
    ("G1", "07003", "违规户外广告", "sign", "未经许可设置，或陈旧、破损的广告牌", "拆除或修复", "5", "work_days"),
    ("G2", "07006", "违规牌匾标识", "sign", "门头牌匾违规、破损、缺字", "整改或拆除", "2", "work_days"),
    ("G3", "07007", "违规标语宣传品", "sign", "乱挂横幅、条幅、气球", "清除", "1", "work_days"),
    ("T1", "07001", "非法小广告", "posting", "墙面、灯杆、橱窗上张贴、喷涂广告", "清除，无明显底色差", "1", "work_days"),
    ("T2", "06004", "建筑物外立面污损", "posting", "临街立面污损、乱涂乱画", "清洗或修复", "3", "work_days"),
    ("B1", "06001", "私搭乱建（正在搭建）", "building", "正在搭建", "停止搭建，进入查处程序", "2", "emergency_hours"),
    ("B2", "06001", "私搭乱建（已建成）", "building", "已经建成的违法搭建", "拆除，或进入法定程序", "15", "work_days"),
    ("O1", "06020", "露天焚烧", "other", "露天焚烧垃圾、树叶", "制止，清理干净", "2", "emergency_hours"),
    ("O2", "06029", "露天烧烤", "other", "露天烧烤，或为露天烧烤提供场地", "制止，清理干净", "2", "emergency_hours"),
    ("O3", "06036", "乱堆物堆料", "other", "公共场所堆放杂物", "清理完毕", "1", "work_days"),
    ("S4", "09022", "占道促销宣传", "stall", "在道路、广场搭台、拉音响促销或发放宣传品，没有获准", "活动停止，物品撤离", "2", "emergency_hours"),
    ("T3", "06007", "沿街晾挂", "posting", "在沿街树木、杆线、护栏、门面上晾晒、吊挂物品", "物品收走，绳索拆除", "2", "work_hours"),
    ("B3", "08016", "无证建设", "building", "没有规划许可动工，或不按许可建设", "停工，移送或进入法定程序", "1", "work_days"),
    ("P4", "09012", "占用消防通道", "parking", "车辆、物品堵住消防通道或登高场地", "通道让出，保持畅通", "1", "emergency_hours"),
    ("O4", "06027", "油烟污染", "other", "餐饮店没有净化设施或油烟直排，影响四邻", "装好并使用净化设施，达标排放", "3", "work_days"),
    ("O5", "08004", "工地扬尘", "other", "工地没有围挡、覆盖、喷淋、冲洗等防尘措施", "措施到位，现场没有明显扬尘", "1", "work_days"),
    ("O6", "08011", "渣土车未密闭", "other", "渣土、砂石运输车没有盖严，沿路遗撒", "车辆盖严，路面清扫干净", "2", "emergency_hours"),
    ("O7", "08012", "工地车辆带泥上路", "other", "车轮没有冲洗，把泥土带上道路", "车辆冲净，路面清扫干净", "2", "emergency_hours"),
    ("O8", "06010", "暴露垃圾", "other", "公共场所有成堆的生活垃圾没有清走", "垃圾清走，地面干净", "4", "work_hours"),
    ("O9", "10000", "其他事项", "other", "以上没有列出的市容秩序问题", "问题消除", "3", "work_days"),
)  # fmt: skip


def seed_standards() -> int:
    """Put the default rows that are missing into the table; rows that a bureau changed stay as they are."""
    made = 0
    for code, matter, name, category, condition, closing, limit, kind in ROWS:
        _row, new = StandardRow.objects.get_or_create(
            code=code,
            defaults={
                "matter": matter,
                "matter_name": name,
                "category": category,
                "condition": condition,
                "closing": closing,
                "limit_amount": Decimal(limit),
                "limit_kind": kind,
                "handling_unit": UNIT,
                "supervising_unit": SUPERVISOR,
                "source": SOURCE,
                "begins_on": FIRST_DAY,
            },
        )
        made += new
    return made


def standards_for(category: str, on: dt.date) -> list[StandardRow]:
    """The rows of a category in force on a day."""
    return list(StandardRow.objects.in_force(on).filter(category=category))
