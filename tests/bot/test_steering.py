"""Words that leave a form, and lines that only begin like them."""

from __future__ import annotations

import pytest

from bot.steering import asks_language, asks_why, leaves, postpones, steers, tells_where


@pytest.mark.parametrize(
    "text",
    [
        "算了", "取消", "不办了", "算了吧不弄了", "cancel", "Never mind", "forget it please",
        "哎先不入会了", "不搞了!", "不整了", "不入了 算了", "不报了，算了吧", "算了不入了",
        "算了不告了", "算了不讨了", "算了不约了", "算了不申请了", "算了不退了", "别退", "不想退了",
        "唔搞住先", "那就算了 不办了", "那算了", "算啦算啦", "唉，算了吧，不填了",
    ],
)  # fmt: skip
def test_these_leave_anywhere(text: str) -> None:
    assert leaves(text, in_form=False)
    assert leaves(text, in_form=True)
    assert steers(text, in_form=False)


@pytest.mark.parametrize(
    "text",
    [
        "不报了", "还是不报名了", "先不入会了", "那我不加入了", "下次再说吧", "改天再办",
        "回头再说", "莫搞了", "唔搞啦", "不學了", "暂时不申请了", "后悔了",
        "没兴趣", "not interested", "I changed my mind", "I don't want to join any more",
        "maybe later", "not now thanks", "drop it", "晚点再弄", "nvm, got an order",
        "下次吧", "算啦 遲啲先", "遲啲再講",
        "我再想想", "让我考虑一下", "算了，不聊了", "算了不说了",
        "先不弄了来单了", "开车呢 不弄了先", "没空填", "gotta go",
    ],
)  # fmt: skip
def test_these_leave_what_is_open_and_nothing_else(text: str) -> None:
    """Without a form they may be about what was done weeks ago."""
    assert leaves(text, in_form=True)
    assert not leaves(text, in_form=False)


@pytest.mark.parametrize(
    "text",
    [
        "不报了会扣钱吗", "取消上周报的课", "算了一下有八千多", "停车的地方", "不交会费行吗",
        "晚点再充电的地方", "不想活了", "不要辣", "cancel my baking course", "stop the loan sharks",
        "不找工作找驿站", "先不说这个，会费多少", "我不上班了能入会吗", "以后", "说", "不",
        "there is no stop here", "下次上课几点", "开车", "在路上", "接单", "要上班", "我送外卖的",
        "没时间看病", "来单了平台扣钱", "去送货的路上摔了", "我要走劳动仲裁", "得走多久",
        "有空位吗", "我没空 能代办吗",
        "会说", "回家", "下班", "明天来", "今晚办", "先放到驿站行吗", "后面那个",
        "i'm riding for meituan", "i have to work on sundays",
    ],
)  # fmt: skip
def test_these_say_more(text: str) -> None:
    assert not leaves(text, in_form=True)


@pytest.mark.parametrize(
    "text",
    [
        "下次再说吧", "晚点再弄", "等会儿再填", "Maybe later", "not now", "来单了，先不填了",
        "有单子进来了 晚点再说", "得送餐了", "我在开车呢", "客人来了", "不弄了 没空", "gtg",
        "i gotta go, later", "an order came in", "not now, driving", "又派了一单",
        "后面再说", "等我忙完再弄", "下班了再填吧", "回家再搞", "先放着吧", "过会儿再说", "先这样",
    ],
)  # fmt: skip
def test_these_only_put_it_off(text: str) -> None:
    assert postpones(text)
    assert not postpones("不报了")


@pytest.mark.parametrize(
    "text",
    [
        "为啥要填这个", "问这个干嘛呀", "要身份证干啥", "填我电话有啥用", "这个安全吗",
        "会不会泄露", "会告诉我老板吗", "这些都有谁看得到", "why do you need that",
        "why", "what's this for",
        "能匿名吗", "匿名举报可以吗", "站长会知道吗", "老板会不会知道是我举报的",
        "is this anonymous",
        "who sees this?", "is this safe", "will my boss find out",
    ],
)  # fmt: skip
def test_these_ask_what_a_form_is_for(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("换中文吧", True), ("切换成英文", True), ("change to english", True),
        ("English please", True), ("用廣東話", True), ("講英文得唔得", True), ("说中文", True),
        ("do you speak english?", True), ("英文课", False), ("有英语班吗", False),
        ("中文名写错了", False), ("english class please", False),
        ("换单位", False), ("说", False), ("英语", False), ("english", False), ("粤语", False),
    ],
)  # fmt: skip
def test_these_only_ask_for_a_language(text: str, same: bool) -> None:
    assert asks_language(text) is same


@pytest.mark.parametrize(
    "text",
    [
        "为啥不给我发工资", "为什么扣我钱", "问一下会费", "电话", "老板知道了把我辞了",
        "安全帽坏了", "要身份证吗", "why is my pay late", "my boss found out", "这个月没发",
        "平台看到我超时就扣钱", "老板知道我去劳动局了",
    ],
)  # fmt: skip
def test_these_are_told_or_asked_of_something_else(text: str) -> None:
    assert not asks_why(text)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("我在楼下", True), ("在大桥底下", True), ("我在烟大", True), ("我在桥洞下避雨", True),
        ("人在万达等单呢", True), ("我在江边", False), ("在天台", False), ("我站在桥上", False),
        ("我在栏杆外面", False), ("我在想事情，别管我", False), ("我不在了", False),
        ("我在等死", False), ("我在流血", False),
    ],
)  # fmt: skip
def test_where_somebody_is_may_be_all_that_is_told(text: str, only: bool) -> None:
    """Unless it is the edge of something: that may be a cry, whatever was asked."""
    assert tells_where(text) is only


@pytest.mark.parametrize("text", ["right now", "现在"])
def test_now_puts_nothing_off(text: str) -> None:
    """It may be when something is to be open."""
    assert not postpones(text)
