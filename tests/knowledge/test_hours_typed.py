"""Opening hours are read as people type them, or it is said what to write instead."""

from __future__ import annotations

import time

import pytest
from opening_hours import validate

from knowledge.hours_clock import HoursUnread
from knowledge.hours_typed import read_hours

OFFICE = "Mo-Fr 09:00-17:30; PH off"

READ = {
    # every day
    "每天8点到20点": "Mo-Su 08:00-20:00",
    "每日早六点至晚十点": "Mo-Su 06:00-22:00",
    "早8点到晚8点": "Mo-Su 08:00-20:00",
    "早上八点半到晚上九点": "Mo-Su 08:30-21:00",
    "每天早8:00至晚22:00": "Mo-Su 08:00-22:00",
    "早8点开门，晚8点关门": "Mo-Su 08:00-20:00",
    "上午8点到下午5点": "Mo-Su 08:00-17:00",
    "下午2点到5点": "Mo-Su 14:00-17:00",
    "8时30分至17时30分": "Mo-Su 08:30-17:30",
    "每天7点半-23点": "Mo-Su 07:30-23:00",
    "9：00—17：30": "Mo-Su 09:00-17:30",
    "8-20点": "Mo-Su 08:00-20:00",
    "8～20": "Mo-Su 08:00-20:00",
    "全年无休 8:00-20:00": "Mo-Su 08:00-20:00",
    "周一至周日 7:30-23:00": "Mo-Su 07:30-23:00",
    "每天 6:00～22:00，含节假日": "Mo-Su 06:00-22:00",
    "8点-12点，14点-18点": "Mo-Su 08:00-12:00,14:00-18:00",
    "8:00-18:00，午休12:00-14:00": "Mo-Su 08:00-12:00,14:00-18:00",
    "noon to 6pm": "Mo-Su 12:00-18:00",
    "7:00-8:00pm": "Mo-Su 07:00-20:00",
    "Everyday 6am-midnight": "Mo-Su 06:00-24:00",
    "Mon-Sun 6am - 12am": "Mo-Su 06:00-24:00",
    # without an end
    "24小时": "24/7",
    "全天24小时开放": "24/7",
    "全天候": "24/7",
    "Open 24 hours": "24/7",
    "24h": "24/7",
    "周一至周五24小时": "Mo-Fr 00:00-24:00",
    "全天开放，周日休息": "Mo-Su 00:00-24:00; Su off",
    "open 24 hours except holidays": "Mo-Su 00:00-24:00; PH off",
    # past midnight
    "晚上10点到早上6点": "Mo-Su 22:00-06:00",
    "晚上8点到凌晨2点": "Mo-Su 20:00-02:00",
    "晚上8点到2点": "Mo-Su 20:00-02:00",
    "22:00-次日6:00": "Mo-Su 22:00-06:00",
    "8点到第二天8点": "Mo-Su 08:00-32:00",
    "中午12点到晚上12点": "Mo-Su 12:00-24:00",
    # some days
    "周一至周五 9:00-17:30，节假日不开": OFFICE,
    "週一至週五 9點到17點半，節假日不開": OFFICE,
    "周一到周五9:00-17:30（节假日除外）": OFFICE,
    "Monday to Friday 9:00-17:30, closed on public holidays": OFFICE,
    "工作日9:00-17:30": OFFICE,
    "weekdays 9am to 5:30pm": OFFICE,
    "9:00-11:30,13:30-17:30（工作日）": "Mo-Fr 09:00-11:30,13:30-17:30; PH off",
    "周1-5 9:00-17:00": "Mo-Fr 09:00-17:00",
    "礼拜一到礼拜六 8点到18点": "Mo-Sa 08:00-18:00",
    "周末10点到16点": "Sa,Su 10:00-16:00",
    "周六日10:00-16:00": "Sa,Su 10:00-16:00",
    "周六、日10:00-16:00": "Sa,Su 10:00-16:00",
    "周一、三、五 9:00-11:00": "Mo,We,Fr 09:00-11:00",
    "星期一至星期五 上午9点到12点，下午2点到5点": "Mo-Fr 09:00-12:00,14:00-17:00",
    "8:00-20:00 周一至周五": "Mo-Fr 08:00-20:00",
    "9am to 5:30pm Mon-Fri": "Mo-Fr 09:00-17:30",
    "Tue, Thu 18:00-21:00": "Tu,Th 18:00-21:00",
    "Mon, Wed & Fri: 10:00-12:00": "Mo,We,Fr 10:00-12:00",
    "Sat & Sun 10-16": "Sa,Su 10:00-16:00",
    # several rules
    "周一至周六9:00-18:00，周日10:00-16:00": "Mo-Sa 09:00-18:00; Su 10:00-16:00",
    "9:00-18:00 Mon-Fri, 10:00-16:00 Sat": "Mo-Fr 09:00-18:00; Sa 10:00-16:00",
    "周一至周五：8:00-20:00；周六：9:00-18:00；周日：休息": (
        "Mo-Fr 08:00-20:00; Sa 09:00-18:00; Su off"
    ),
    "周一至周五 8:00-12:00 14:00-18:00 周六 9:00-12:00": (
        "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00"
    ),
    "周日10:00-16:00，其余时间8:00-20:00": "Mo-Su 08:00-20:00; Su 10:00-16:00",
    "每天8点到20点，节假日9点到17点": "Mo-Su 08:00-20:00; PH 09:00-17:00",
    "5月-10月 8:00-20:00，11月-4月 9:00-17:00": (
        "May-Oct Mo-Su 08:00-20:00; Nov-Apr Mo-Su 09:00-17:00"
    ),
    # closed days
    "每天8点到20点, 周日休息": "Mo-Su 08:00-20:00; Su off",
    "8am-8pm daily except Sunday": "Mo-Su 08:00-20:00; Su off",
    "daily 8:00-20:00, closed Sunday": "Mo-Su 08:00-20:00; Su off",
    "8:00-20:00, Sunday closed": "Mo-Su 08:00-20:00; Su off",
    "每天8:00-20:00（周日除外）": "Mo-Su 08:00-20:00; Su off",
    "除周日外每天8点到20点": "Mo-Su 08:00-20:00; Su off",
    "除节假日外，每天9:00-18:00": "Mo-Su 09:00-18:00; PH off",
    "周一休息，其他时间8:00-20:00": "Mo-Su 08:00-20:00; Mo off",
    "Closed Mondays, daily 10:00-18:00": "Mo-Su 10:00-18:00; Mo off",
    "早上7点到晚上11点半，周三闭馆": "Mo-Su 07:00-23:30; We off",
    "星期日及节假日休息，其余时间上午8:30至下午5:30": "Mo-Su 08:30-17:30; Su,PH off",
    "closed on Sundays and public holidays, 9am to 6pm": "Mo-Su 09:00-18:00; Su,PH off",
    "节假日照常，每天8点到20点": "Mo-Su 08:00-20:00",
    "周日不休息，每天8:00-20:00": "Mo-Su 08:00-20:00",
    # written for machines already
    "Mo-Fr 09:00-17:30; PH off": OFFICE,
    "Mo-Su 10:00-02:00": "Mo-Su 10:00-02:00",
    "08:00-20:00": "08:00-20:00",
    "24/7": "24/7",
}

UNREAD = {
    "": "没有写时间",
    "看情况": "读不懂“看情况”",
    "电话预约": "读不懂“电话预约”",
    "下雨不开，其他8:00-20:00": "读不懂“下雨不开”",
    "24小时开放，春节除外": "读不懂“春节除外”",
    "每月第一个周一闭馆，8:00-18:00": "读不懂",
    "夏季8:00-20:00": "读不懂“夏季8:00-20:00”",
    "8点开门": "只有一个时间",
    "9am": "只有一个时间",
    "周一至周五": "有的日子没有写时间",
    "周日休息": "没有写几点到几点",
    "8:00-20:00，休息": "没有写哪天休息",
    "9点到5点": "上午、下午还是夜里",
    "Mon-Fri 9-5": "上午、下午还是夜里",
    "周六，1点到3点": "上午、下午还是夜里",
    "8点到8点": "同一个时间",
    "25:00-26:00": "不存在的时间",
    "8:70-9:00": "不存在的时间",
    "13am-2pm": "不存在的时间",
    "每天" * 200: "太长",
}


@pytest.mark.parametrize(("typed", "hours"), READ.items())
def test_hours_are_read_as_they_are_typed(typed: str, hours: str) -> None:
    """And what is read is read again as the same."""
    assert read_hours(typed) == hours
    assert validate(hours)
    assert read_hours(hours) == hours


@pytest.mark.parametrize(("typed", "why"), UNREAD.items())
def test_what_can_not_be_read_is_refused_with_what_to_write(typed: str, why: str) -> None:
    """In both languages; nothing is guessed."""
    with pytest.raises(HoursUnread) as caught:
        read_hours(typed)
    assert why in caught.value.what.zh
    assert caught.value.what.en
    assert "写" in caught.value.instead.zh
    assert "write" in caught.value.instead.en


@pytest.mark.parametrize("piece", ["周一", "8:00-", "除", "每天", "mon,", "1点到"])
def test_a_long_cell_is_no_trap(piece: str) -> None:
    """Whatever stands in it is read or refused at once."""
    began = time.perf_counter()
    with pytest.raises(HoursUnread):
        read_hours((piece * 300)[:299])
    assert time.perf_counter() - began < 1
