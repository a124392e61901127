"""What can be counted: each item has one code, one label and one unit of measure (张, 块, 处, 米 …)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something that a line can count, and in what."""

    code: str
    label: str
    label_en: str
    unit: str


ITEMS: dict[str, Item] = {
    item.code: item
    for item in (
        Item("letter", "致全体经营业户的一封信（印制）", "letters to shopkeepers, printed", "份"),
        Item("letter_delivered", "致全体经营业户的一封信（送达）", "letters delivered door to door", "份"),
        Item("letter_spoiled", "致全体经营业户的一封信（损毁）", "letters spoiled", "份"),
        Item("parking_bay", "停车位", "parking bays", "个"),
        Item("parking_line", "停车线", "parking lines", "米"),
        Item("notice_board", "便民信息张贴栏", "notice boards", "块"),
        Item("no_stall_sign", "禁止摆摊警示牌", "no-stall signs", "块"),
        Item("vending_point", "便民疏导点", "vending points", "个"),
        Item("operation", "集中执法行动", "concentrated operations", "次"),
        Item("sign", "广告牌", "advertising signs", "块"),
        Item("posting_pasted", "张贴小广告", "pasted postings", "处"),
        Item("posting_sprayed", "喷涂小广告", "sprayed postings", "处"),
        Item("posting_window", "橱窗广告", "shop-window advertisements", "处"),
        Item("parking_warning", "违法停车警告单", "parking warnings", "张"),
        Item("vehicle_fined", "依法处罚违停车辆", "vehicles fined for parking", "台"),
        Item("evidence", "证据保存物品", "items kept as evidence", "件"),
        Item("stall_moved", "劝离流动摊点", "stalls moved on", "处"),
        Item("shopfront_cleared", "规范店外经营", "shopfronts cleared", "处"),
        Item("bicycle_straightened", "摆正非机动车", "bicycles straightened", "辆"),
        Item("litter_cleared", "清理堆物垃圾", "heaps of litter cleared", "处"),
        Item("banner_removed", "清除横幅标语", "banners removed", "条"),
        Item("structure_removed", "拆除违法搭建", "unlawful structures removed", "处"),
        Item("smoke_stopped", "制止露天烧烤焚烧", "open fires and grills stopped", "处"),
        Item("shop_visited", "走访商户", "shops visited", "户"),
    )
}
