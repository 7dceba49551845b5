"""A reply becomes calls that Telegram takes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from actions.content import Button, Card, Link, Location, Reply
from bot.channels.telegram_limits import TEXT_LENGTH, button_url, length
from bot.channels.telegram_render import ButtonNotPossible, TelegramRender, without_marks
from bot.rehearsal.telegram_rules import markup_of, text_of
from bot.wording import Texts
from nlu.routes import ROUTES

RENDER = TelegramRender(Texts())
STATION = Card(
    kind="station",
    title="龙华路 <驿站> & 休息室",
    lines=("320 米 · 营业中", "饮水、充电"),
    links=(
        Link(label="高德地图", url="https://uri.amap.com/marker?position=110.33,20.03&src=工友"),
        Link(label="其他地图", url="geo:20.03,110.33"),
        Link(label="打电话", url="tel:00000000001"),
        Link(label="加到日历", url="/calendar/1.ics"),
    ),
    location=Location(lat=20.03, lon=110.33, address="龙华路 12 号"),
)


def accepted(calls: list[dict[str, Any]]) -> None:
    """Telegram's own rules, as the played one has them, let every call pass."""
    for call in calls:
        if call["method"] == "sendMessage":
            text_of(call)
        markup_of(call, private=True)


def labels(call: dict[str, Any]) -> list[list[str]]:
    return [[b["text"] for b in row] for row in call["reply_markup"]["inline_keyboard"]]


def test_a_plain_text_is_one_call_without_marks() -> None:
    """Signs of HTML in a plain text stay what they are, and no preview is drawn."""
    (call,) = RENDER(Reply(text="a < b & c"))
    assert call["text"] == "a < b & c"
    assert "parse_mode" not in call
    assert call["link_preview_options"] == {"is_disabled": True}


def test_buttons_carry_their_ids_and_stand_side_by_side_if_they_are_short() -> None:
    """Ids go into the callback; six short labels make three rows of two."""
    buttons = tuple(Button(id=f"r:{n}", label=f"找歇脚驿站{n}") for n in range(6))
    (call,) = RENDER(Reply(text="您好", buttons=buttons))
    assert [len(row) for row in labels(call)] == [2, 2, 2]
    assert call["reply_markup"]["inline_keyboard"][0][1]["callback_data"] == "r:1"
    (long,) = RENDER(
        Reply(text="?", buttons=(*buttons, Button(id="x", label="很长的一个按钮" * 3)))
    )
    assert {len(row) for row in labels(long)} == {1}


@pytest.mark.parametrize("size", [0, 65])
def test_a_button_id_of_no_or_more_than_64_bytes_is_refused_when_it_is_made(size: int) -> None:
    """Better at once, in a test of the action, than by Telegram at night."""
    with pytest.raises(ButtonNotPossible):
        RENDER(Reply(text="?", buttons=(Button(id="x" * size, label="x"),)))


def test_every_route_and_topic_fits_into_a_button() -> None:
    """The longest ids that the house makes stay below 64 bytes."""
    for route in ROUTES:
        RENDER(
            Reply(
                text="?",
                buttons=(
                    Button(id=f"r:{route}:supplementary-insurance-waiting-period", label="x"),
                ),
            )
        )


def test_numbers_to_call_stand_in_the_text_since_no_button_may_dial() -> None:
    """`tel:` is no address for a button; the number is there to be tapped in the text."""
    buttons = (
        Button(id="t:110", label="拨打 110 公安", url="tel:110"),
        Button(id="t:12351", label="工会热线", url="tel:12351"),
    )
    (call,) = RENDER(Reply(text="有危险请马上打电话", buttons=buttons))
    assert "📞 拨打 110 公安" in call["text"].split("\n")
    assert "📞 工会热线 12351" in call["text"].split("\n")
    assert "inline_keyboard" not in call["reply_markup"]


def test_a_card_is_a_block_with_links_and_the_first_place_a_venue() -> None:
    """Text is escaped, links are those Telegram opens, and the map has the first station."""
    reply = Reply(
        text="最近的两处：", cards=(STATION, STATION), buttons=(Button(id="m", label="更多"),)
    )
    text, venue = RENDER(reply)
    accepted([text, venue])
    assert text["parse_mode"] == "HTML"
    assert "<b>1. 龙华路 &lt;驿站&gt; &amp; 休息室</b>" in text["text"]
    assert 'href="https://uri.amap.com/marker?position=110.33,20.03&amp;src=工友"' in text["text"]
    assert "geo:" not in text["text"]
    assert "/calendar" not in text["text"]
    assert "打电话 00000000001" in text["text"]
    assert venue["method"] == "sendVenue"
    assert (venue["latitude"], venue["longitude"]) == (20.03, 110.33)
    assert venue["address"] == "龙华路 12 号"
    assert labels(venue) == [["更多"]]
    assert text["reply_markup"] == {"remove_keyboard": True}


def test_an_address_of_the_house_itself_needs_a_public_one() -> None:
    """With a public address the calendar file is a link; without, it would lead nowhere."""
    (text, _venue) = TelegramRender(Texts(), public_url="https://union.example/")(
        Reply(text="课程", cards=(STATION,))
    )
    assert 'href="https://union.example/calendar/1.ics"' in text["text"]


@pytest.mark.parametrize(
    ("ask", "language", "label"),
    [
        ("location", "zh", "📍 发送我的位置"),
        ("contact", "zh", "📱 分享我的手机号"),
        ("location", "en", "📍 Send my location"),
        ("contact", "zh-hant", "📱 分享我的手機號"),
    ],
)
def test_a_question_for_a_place_or_a_number_shows_the_keyboard_for_it(
    ask: Any, language: str, label: str
) -> None:
    """In the language of the reply; hidden after its use."""
    (call,) = RENDER(Reply(text="?", ask=ask), language=language)
    accepted([call])
    keyboard = call["reply_markup"]
    (button,) = keyboard["keyboard"][0]
    assert button == {"text": label, f"request_{ask}": True}
    assert keyboard["one_time_keyboard"] is True
    assert keyboard["resize_keyboard"] is True


def test_the_language_of_a_keyboard_is_guessed_from_the_text_if_nobody_says_it() -> None:
    """An English question has an English button."""
    (call,) = RENDER(Reply(text="Where are you? Name a street.", ask="location"))
    assert call["reply_markup"]["keyboard"][0][0]["text"] == "📍 Send my location"


def test_buttons_and_a_keyboard_at_once_are_two_messages() -> None:
    """One message carries only one of them: the question with its buttons, then the keyboard."""
    reply = Reply(text="在哪儿？", buttons=(Button(id="a:1:0", label="以后再补"),), ask="location")
    first, second = RENDER(reply)
    accepted([first, second])
    assert labels(first) == [["以后再补"]]
    assert "keyboard" in second["reply_markup"]


def test_the_keyboard_is_taken_away_by_the_next_message_that_can() -> None:
    """A plain reply does it; where every call has buttons, a word goes ahead of them."""
    (plain,) = RENDER(Reply(text="好的"))
    assert plain["reply_markup"] == {"remove_keyboard": True}
    buttons = (Button(id="x", label="确认"),)
    (alone,) = RENDER(Reply(text="请核对", buttons=buttons))
    assert labels(alone) == [["确认"]]
    word, question = RENDER(Reply(text="请核对", buttons=buttons), language="zh", keyboard_up=True)
    assert word["reply_markup"] == {"remove_keyboard": True}
    assert labels(question) == [["确认"]]


def test_a_photo_needs_no_keyboard() -> None:
    """The phone's own button for photos is always there."""
    (call,) = RENDER(Reply(text="拍一张", ask="photo"))
    assert call["reply_markup"] == {"remove_keyboard": True}


def test_a_long_text_is_cut_between_paragraphs_and_loses_nothing() -> None:
    """4,096 characters a message; the buttons stand under the last one."""
    paragraph = "一段话，说的是会员能得到什么。" * 40
    text = "\n\n".join(f"{number} {paragraph}" for number in range(20))
    calls = RENDER(Reply(text=text, buttons=(Button(id="x", label="有用"),)))
    accepted(calls)
    assert len(calls) > 2
    assert [one for call in calls for one in call["text"].split("\n\n")] == text.split("\n\n")
    assert all("inline_keyboard" not in call["reply_markup"] for call in calls[:-1])
    assert labels(calls[-1]) == [["有用"]]


def test_whatever_the_text_is_every_piece_fits_and_nothing_is_lost() -> None:
    """Lines without end, emoji of two units, cards with links: a thousand characters of chance."""
    chance = random.Random(7)
    alphabet = ["字", "😀", " ", "\n", "\n\n", "。", "<", "&", "a", "⟦code:YT-7K3Q9M⟧"]
    for _ in range(60):
        text = "".join(chance.choices(alphabet, k=chance.randrange(1, 9000)))
        card = Card(kind="x", title="😀" * chance.randrange(1, 5000), lines=(text[:50],))
        calls = RENDER(Reply(text=text, cards=(card,) * chance.randrange(3)))
        for call in calls:
            shown = text_of(call)
            assert length(shown) <= TEXT_LENGTH
        if text.strip() and len(calls) == 1 and "parse_mode" not in calls[0]:
            assert calls[0]["text"].strip() == text.strip()
        together = "".join(text_of(call) for call in calls)
        for sign in ("字", "。", "<", "&", "a"):
            assert together.count(sign) >= text.count(sign)


def test_a_reply_without_words_still_says_something() -> None:
    """Telegram refuses an empty text."""
    (call,) = RENDER(Reply(buttons=(Button(id="x", label="一"),)))
    assert call["text"] == "请选一个："


def test_the_plainer_form_keeps_the_words() -> None:
    """For when Telegram won't have the full one: no marks, no buttons, the same text."""
    text, _ = RENDER(Reply(text="看：", cards=(STATION,)))
    plainer = without_marks(text)
    assert plainer is not None
    assert "parse_mode" not in plainer
    assert "龙华路 <驿站> & 休息室" in plainer["text"]
    assert without_marks({"method": "sendVenue"}) is None
    assert without_marks(plainer) is None


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://union.example/a", True),
        ("http://192.168.0.2:8080/", True),
        ("http://localhost:8080/", False),
        ("tel:110", False),
        ("geo:1,2", False),
        ("javascript:alert(1)", False),
        ("/calendar/1.ics", False),
        ("http://[", False),
    ],
)
def test_which_addresses_a_button_may_open(url: str, allowed: bool) -> None:
    """Web addresses with a dot in their host, as TDLib checks them."""
    assert button_url(url) is allowed
