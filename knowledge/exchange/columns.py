"""The columns of each table: what they are called, where their values belong, how they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.exchange import labels
from knowledge.exchange.ages import AgesCell
from knowledge.exchange.cells import (
    Choices,
    Day,
    DayOrMinute,
    Figure,
    Hours,
    Kind,
    Many,
    Named,
    Text,
    Whole,
    YesNo,
    folded,
)
from knowledge.exchange.meetings import Meetings

Thing = Literal["stations", "courses", "articles", "regions", "schemes", "lines"]

TEXT, WHOLE, FIGURE, YES_NO, DAY, MINUTE, MANY, HOURS = (
    Text(), Whole(), Figure(), YesNo(), Day(), DayOrMinute(), Many(), Hours(),
)  # fmt: skip
REGION = Named(lambda names: names.regions, "地区", "region")
PARENT = Named(lambda names: names.regions, "地区", "region", strict=False)
TOPIC = Named(lambda names: names.topics, "主题", "topic")


@dataclass(frozen=True)
class Column:
    """A column. `key` is its English name, `at` the way to its value in an entry."""

    key: str
    zh: str
    at: tuple[str, ...]
    kind: Kind = TEXT
    needed: bool = False
    also: tuple[str, ...] = ()
    """What else people call it."""
    example: str = ""

    @property
    def repeats(self) -> bool:
        """Whether many rows say the same in it: a choice, a region, hours."""
        return not isinstance(self.kind, Text | Figure | Meetings | Many)

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.key


def _both(key: str, zh: str, *, needed: bool = False, example: str = "") -> tuple[Column, Column]:
    """A text in both languages; where the English is empty the Chinese stands for it."""
    return (
        Column(key, zh, (key, "zh"), needed=needed, also=(f"{key}_zh",), example=example),
        Column(f"{key}_en", f"{zh}（英文）", (key, "en"), also=(f"英文{zh}",)),
    )


STATIONS = (
    Column("code", "编号", ("code",), example="yantai-guanhai-01"),
    *_both("name", "名称", needed=True, example="观海路骑手驿站"),
    Column("region", "地区", ("region",), REGION, needed=True, also=("所属地区", "区县", "城市"),
           example="烟台莱山区"),
    *_both("address", "地址", needed=True, example="莱山区观海路100号"),
    Column("street", "街道", ("street",), also=("路名", "道路"), example="观海路"),
    Column("landmarks", "地标", ("landmarks",), MANY, also=("附近地标",), example="万达广场；海信广场"),
    Column("lat", "纬度", ("lat",), FIGURE, also=("latitude",), example="37.4780"),
    Column("lon", "经度", ("lon",), FIGURE, also=("longitude", "lng"), example="121.4410"),
    Column("coordinates", "坐标系", ("coordinates",), labels.SYSTEMS, also=("坐标系统", "crs"),
           example="GCJ-02"),
    Column("kind", "类型", ("kind",), labels.STATION_KINDS, needed=True, also=("站点类型",),
           example="服务中心"),
    Column("amenities", "设施", ("amenities",), Choices(labels.AMENITIES),
           also=("服务设施", "设备", "服务内容"), example="饮水；充电；微波炉"),
    *_both("about", "服务说明", example="入会；困难帮扶；法律咨询"),
    Column("ages", "收托年龄", ("ages",), AgesCell(), also=("年龄", "招收年龄"), example="6个月到3岁"),
    *_both("price", "价格说明", example="每月费用请向托育园确认"),
    Column("who", "谁能进", ("access", "who"), labels.WHO, also=("开放对象", "服务对象", "access"),
           example="所有人"),
    Column("employer", "单位", ("access", "employer", "zh")),
    Column("employer_en", "单位（英文）", ("access", "employer", "en")),
    Column("trade", "行业", ("access", "trade"), labels.TRADES),
    Column("hours", "开放时间", ("hours",), HOURS, needed=True,
           also=("营业时间", "服务时间", "opening hours", "opening_hours"), example="每天8点到20点，周日休息"),
    Column("phone", "电话", ("phone",), also=("联系电话",), example="0535-1234567"),
    Column("closed_until", "暂停开放到", ("closed_until",), DAY),
    Column("closed_reason", "暂停原因", ("closed_reason", "zh")),
    Column("closed_reason_en", "暂停原因（英文）", ("closed_reason", "en")),
    Column("source", "来源", ("source",)),
    Column("demo", "示范", ("demo",), YES_NO),
)  # fmt: skip
COURSES = (
    Column("code", "编号", ("code",), needed=True, example="yantai-video-01"),
    *_both("title", "课程名称", needed=True, example="短视频剪辑入门"),
    Column("topic", "主题", ("topic",), TOPIC, needed=True, example="短视频剪辑"),
    Column("region", "地区", ("region",), REGION, needed=True, example="烟台"),
    Column("district", "区县", ("district",), REGION),
    *_both("place", "上课地点", example="烟台市工人文化宫三楼"),
    Column("online", "线上", ("online",), YES_NO),
    Column("link", "链接", ("link",), also=("网址",)),
    Column("price", "价格", ("price",), FIGURE, also=("费用",), example="0"),
    Column("seats", "名额", ("seats",), WHOLE, needed=True, also=("人数",), example="30"),
    Column("taken", "已占名额", ("taken",), WHOLE),
    Column("certificate", "有证书", ("certificate",), YES_NO, also=("证书",)),
    *_both("teacher", "老师"),
    Column("meetings", "上课时间", ("meetings",), Meetings(), needed=True, also=("时间", "sessions"),
           example="每周三 19:00-20:30，2026-12-02起，8次，节假日不上"),
    Column("source", "来源", ("source",)),
    Column("demo", "示范", ("demo",), YES_NO),
)  # fmt: skip
ARTICLES = (
    Column("topic", "主题", ("topic",), needed=True, example="membership-dues"),
    Column("region", "地区", ("region",), REGION, needed=True, example="全国"),
    Column("question", "问题", ("zh", "question"), also=("问题（中文）",), example="会费要交多少？"),
    Column("answer", "答案", ("zh", "answer"), also=("答案（中文）", "回答"), example="……"),
    Column("similar", "相似问法", ("zh", "similar"), MANY, also=("相似问题",)),
    Column("question_en", "问题（英文）", ("en", "question")),
    Column("answer_en", "答案（英文）", ("en", "answer")),
    Column("similar_en", "相似问法（英文）", ("en", "similar"), MANY),
    Column("tests", "测试问题", ("zh", "tests"), MANY, also=("测试",)),
    Column("tests_en", "测试问题（英文）", ("en", "tests"), MANY),
    Column("buttons", "按钮", ("buttons",), MANY),
    Column("related", "相关主题", ("related",), MANY),
    Column("source", "来源", ("source",), needed=True, example="工会章程"),
    Column("owner", "负责人", ("owner",)),
    Column("checked_on", "核对日期", ("checked_on",), DAY, needed=True, example="2026-11-20"),
    Column("valid_from", "有效期自", ("valid_from",), MINUTE),
    Column("valid_until", "有效期至", ("valid_until",), MINUTE),
    Column("state", "状态", ("state",), labels.STATES),
)  # fmt: skip
REGIONS = (
    Column("code", "编号", ("code",), needed=True, example="yantai-laishan"),
    Column("parent", "上级", ("parent",), PARENT, also=("上级地区",), example="yantai"),
    Column("level", "级别", ("level",), labels.LEVELS, needed=True, example="区县"),
    *_both("name", "名称", needed=True, example="莱山区"),
    Column("aliases", "别名", ("aliases",), MANY, example="莱山"),
    *_both("body", "工会名称", needed=True, example="莱山区总工会"),
    Column("number_prefix", "编号字头", ("number_prefix",)),
    Column("decision_working_days", "审批工作日", ("decision_working_days",), WHOLE),
    Column("decision_source", "审批工作日来源", ("decision_source",)),
    Column("decision_checked_on", "审批工作日核对日期", ("decision_checked_on",), DAY),
    Column("lat", "纬度", ("center_lat",), FIGURE),
    Column("lon", "经度", ("center_lon",), FIGURE),
    Column("demo", "示范", ("demo",), YES_NO),
)  # fmt: skip
LINES = (
    Column("code", "编号", ("code",), needed=True, example="union"),
    Column("number", "号码", ("number",), needed=True, also=("电话",), example="12351"),
    Column("kind", "类型", ("kind",), labels.LINES, needed=True, example="工会"),
    Column("region", "地区", ("region",), REGION, needed=True, example="全国"),
    *_both("name", "名称", needed=True, example="工会热线"),
    *_both("about", "说明", needed=True, example="工会的事都可以问"),
    Column("asked_zh", "问到的词（中文）", ("asked", "zh"), MANY, example="社保；养老金"),
    Column("asked_en", "问到的词（英文）", ("asked", "en"), MANY, example="pension；social insurance"),
    *_both("open", "接听时间", needed=True, example="多数地方上班时间"),
    Column("hours", "接听时间（机读）", ("hours",), HOURS),
    Column("for_crisis", "危急可打", ("for_crisis",), YES_NO, needed=True, example="否"),
    Column("source", "来源", ("source",), needed=True, example="public-lines"),
    Column("checked_on", "核对日期", ("checked_on",), DAY, needed=True, example="2026-11-24"),
)  # fmt: skip
SCHEMES = (
    Column("code", "编号", ("code",), needed=True, example="yantai-mutual-aid"),
    Column("kind", "类型", ("kind",), labels.SCHEME_KINDS, needed=True, example="互助保障"),
    Column("region", "地区", ("region",), REGION, needed=True, example="烟台"),
    *_both("name", "名称", needed=True, example="职工互助保障"),
    *_both("for_whom", "适用对象", needed=True, example="参加互助保障的职工"),
    Column("membership_card_needed", "要会员卡", ("membership_card_needed",), YES_NO),
    Column("rate", "比例", ("rule", "rate"), FIGURE, example="0.65"),
    Column("rate_is_upper_bound", "比例为上限", ("rule", "rate_is_upper_bound"), YES_NO),
    Column("start", "起付线", ("rule", "start"), FIGURE),
    Column("start_formerly", "原起付线", ("rule", "start_formerly"), FIGURE),
    Column("cap", "封顶", ("rule", "cap"), FIGURE, example="50000"),
    Column("cap_in_all", "总封顶", ("rule", "cap_in_all"), FIGURE),
    Column("fee", "缴费", ("rule", "fee"), FIGURE),
    Column("illness_over", "大病自付超过", ("rule", "serious_illness", "own_cost_over"), FIGURE),
    Column("illness_from", "大病补助从", ("rule", "serious_illness", "one_off_from"), FIGURE),
    Column("illness_to", "大病补助到", ("rule", "serious_illness", "one_off_to"), FIGURE),
    Column("waiting_period_days", "等待期天数", ("rule", "waiting_period_days"), WHOLE),
    Column("preexisting_accepted", "既往症可保", ("rule", "preexisting_accepted"), YES_NO),
    Column("claims_per_period", "每期次数", ("rule", "claims_per_period")),
    Column("steps", "步骤", ("steps",), MANY, needed=True, example="apply | 提交 | Handed in"),
    Column("papers", "材料", ("papers",), MANY, example="id_card | 身份证 | ID card"),
    Column("examples", "算例", ("examples",), MANY, example="1000=650；100000=50000"),
    Column("source", "来源", ("source",), needed=True, example="P1"),
    Column("checked_on", "核对日期", ("checked_on",), DAY, needed=True, example="2026-11-24"),
    Column("valid_from", "有效期自", ("valid_from",), DAY),
    Column("valid_until", "有效期至", ("valid_until",), DAY),
)  # fmt: skip

COLUMNS: dict[Thing, Sequence[Column]] = {
    "stations": STATIONS, "courses": COURSES, "articles": ARTICLES,
    "regions": REGIONS, "schemes": SCHEMES, "lines": LINES,
}  # fmt: skip

_AROUND = re.compile(r"[*＊]|[（(](?:必填|选填|required|optional)[)）]")


def _plain(head: str) -> str:
    return folded(_AROUND.sub("", head)).replace("_", "").replace("(", "").replace(")", "")


_KNOWN: dict[Thing, dict[str, Column]] = {
    thing: {
        _plain(name): column
        for column in reversed(columns)
        for name in (*column.also, column.zh, column.key)
    }
    for thing, columns in COLUMNS.items()
}


def column_of(thing: Thing, head: str) -> Column | None:
    """The column that a name at the head of a table means: Chinese, English or "中文 / English"."""
    for part in (head, *re.split(r"[/|\n]", head)):
        found = _KNOWN[thing].get(_plain(part))
        if found is not None:
            return found
    return None


def likely(thing: Thing, heads: Sequence[str]) -> int:
    """How many columns of a thing these names are."""
    return len({found.key for head in heads if (found := column_of(thing, head)) is not None})
