"""The talk around the services: hello, small talk, what can't be done, what was sent instead."""

from __future__ import annotations

import re

from actions.choices import NO, YES, Choice
from actions.content import Button, Reply
from actions.fields import Given, Heard
from actions.public_lines import button, line_buttons, lines_asked_for
from actions.registry import action, timer
from actions.turn import Turn
from knowledge import markup
from knowledge.content_cases import said_in

SIX = (
    "join_union",
    "claim_status",
    "find_station",
    "find_course",
    "report_dispute",
    "talk_to_human",
)
"""What most people come for: the buttons of the first hello."""

TONES = (
    ("emergency", r"^\W*1(?:10|19|20)\W*$"),
    ("doubt", r"骗|scam|假的|真的假"),
    (
        "low",
        r"我(?:就|真|可|也|才)*是个?(?:废物|廢物|没用|多余)|崩溃|崩潰|日子没法过|活得.{0,3}(?:像|跟|不如).{0,3}狗"
        r"|[撑熬]不(?:住|下去)了?|捱唔|绝望|絕望|想哭|没盼头|没希望|没人在乎|难受死|心里(?:难受|堵|苦)"
        r"|hopeless|worthless|i(?:'m| am) (?:such )?a (?:failure|loser|burden)|break(?:ing)? down"
        r"|(?:want to|gonna) cry|can'?t (?:cope|take it)",
    ),
    (
        "angry",
        r"废物|廢物|(?:真|太|根本|都|点)没用|没用的|屁用|垃圾|摆设|什么破|啥破|不靠谱|混蛋|滚蛋"
        r"|useless|stupid|rubbish|sucks|fuck|shit",
    ),
    (
        "thanks",
        r"谢|謝|赞|讚|thx|thank|cheers|辛苦你|多谢|唔该|thumbs up|well done"
        r"|^[👍👌🙏❤🌹💪😊🤝🫡]",
    ),
    ("bye", r"再见|拜|走了|晚安|bye|see you|good ?night|回头聊|^👋"),
    (
        "who",
        r"你是谁|你是誰|你叫|机器人|人工智能|真人吗|能干|能做"
        r"|who are you|are you (a )?(bot|robot|human|real)|what are you|what can you",
    ),
    (
        "tired",
        r"不想[干跑]|[干跑]不动|散架|累|烦|难|唉|哎|扛不住|热死|冷死"
        r"|tired|exhaust|sigh|tough|hard day|sick of"
        r"|^[😭😢😩😫😞😔💔😮🥲]",
    ),
    (
        "introduces",
        r"^[^?？吗呢]{0,10}(?:送|跑|开|做|干|扫|揸|是|在|叫|姓|系|喺)[^?？吗呢]{2,}$"
        r"|^(?:hi,? )?(?:i'?m|i am|i (?:drive|deliver|clean|work)|my name is)\b",
    ),
    ("hi", r"你好|您好|在吗|在不|在么|哈喽|嗨|早|hello|hi\b|hey|morning|afternoon|evening"),
)  # fmt: skip


OFFERED = {
    **dict.fromkeys(("who", "hi", "introduces", "other"), SIX),
    **dict.fromkeys(("angry", "doubt"), ("talk_to_human",)),
    "low": ("book_counselling", "talk_to_human"),
    "tired": ("find_station", "book_counselling", "talk_to_human"),
}
"""By tone, the routes of the buttons; the six only where no form is open."""


def tone_of(text: str) -> str:
    """In which tone a line of small talk is said."""
    said = text.casefold()
    return next((name for name, words in TONES if re.search(words, said)), "other")


@action("start")
async def start(turn: Turn) -> None:
    """The first hello: who it is, that it is a machine, that a person can be had."""
    turn.state.greeted = True
    turn.say("start.hello", buttons=[turn.route_button(route) for route in SIX])


@action("smalltalk")
async def smalltalk(turn: Turn) -> None:
    """A kind word; never in the way of a wish."""
    tone = tone_of(turn.text)
    if not turn.state.greeted and tone in ("hi", "who", "introduces", "other"):
        await start(turn)
        return
    offered = OFFERED.get(tone, ())
    if offered == SIX and turn.state.forms[:-1]:
        offered = ()
    buttons = [turn.route_button(route) for route in offered]
    if tone == "emergency":
        buttons = await line_buttons(turn, ("police", "ambulance", "fire"))
    elif tone == "low":
        buttons = [*await line_buttons(turn, ("psychological",)), *buttons]
    turn.say(f"smalltalk.{tone}", buttons=buttons)


@action("out_of_scope")
async def out_of_scope(turn: Turn) -> None:
    """Never a guess: the public line that answers for it, else the two nearest things; a person."""
    person = turn.route_button("talk_to_human")
    if lines := await lines_asked_for(turn):
        told = [
            turn.words("out_of_scope.line", number=line.number,
                       name=said_in(line.name, turn.language),
                       about=said_in(line.about, turn.language),
                       open=said_in(line.open, turn.language))
            for line in lines
        ]  # fmt: skip
        text = "\n".join([turn.words("out_of_scope.elsewhere"), *told])
        turn.reply(Reply(text=text, buttons=(*(button(turn, line) for line in lines), person)))
        return
    nearest = [str(route) for route in turn.slots.get("nearest", ())][:2]
    buttons = [await _button(turn, route) for route in nearest]
    turn.say("out_of_scope.answer", buttons=[*buttons, person])


@action("none")
async def neither(turn: Turn) -> None:
    """Neither of what was asked back: everything that it can do."""
    turn.say("out_of_scope.menu", buttons=[turn.route_button(route) for route in SIX])


@action("not_yet")
async def not_yet(turn: Turn) -> None:
    """A service that doesn't exist yet: an honest answer, its article, and a person."""
    route = str(turn.slots.get("route", ""))
    what = turn.words.get(f"menu.{route}", turn.words("menu.out_of_scope"))
    topic = ARTICLES.get(route)
    region = await turn.region()
    found = topic and await turn.knowledge.articles.answer(
        topic, region.code if region else None, turn.language.partition("-")[0]
    )
    hand_over = Button(id=f"r:talk_to_human:{route}", label=turn.words("not_yet.hand_over"))
    turn.say("not_yet.answer", what=what, buttons=() if found else [hand_over])
    if found:
        text = f"{turn.words('not_yet.article')}\n{markup.plain(found.answer)}"
        turn.reply(Reply(text=text, buttons=(hand_over,)))


ARTICLES = {
    "update_membership": "membership-card",
    "apply_hardship": "hardship-process",
    "report_dispute": "dispute-process",
    "book_counselling": "counselling-privacy",
    "check_screening": "screening-eligibility",
    "find_childcare": "childcare-overview",
    "report_problem": "mobile-grid-reporter",
}
"""The article that tells most about a service that can't be done here yet."""


class WhichFirst(Choice):
    """The new form first or the open one. A plain yes loses nothing: the old one is kept."""

    def read(self, given: Given, turn: Turn) -> Heard:
        if YES.match(given.text):
            return Heard("sure", "keep")
        if NO.match(given.text):
            return Heard("sure", "stay")
        return super().read(given, turn)


@action("switch")
async def switch(turn: Turn) -> None:
    """A second form while one is open: what shall become of the first."""
    old, new = (str(turn.slots[name]) for name in ("open", "new"))
    open_name, new_name = turn.words(f"menu.{old}"), turn.words(f"menu.{new}")
    field = WhichFirst((("keep", "switch.keep"), ("drop", "switch.drop"), ("stay", "switch.stay")))
    what = await turn.ask("which", field, "switch.which", open=open_name, new=new_name)
    waiting, turn.state.waiting = turn.state.waiting, None
    if what == "stay" or waiting is None:
        return
    first = turn.state.forms.pop(0)
    if what == "keep":
        turn.state.kept = first
        turn.say("switch.kept", open=open_name)
    else:
        turn.say("switch.dropped", open=open_name)
    turn.start = (waiting.action, waiting.slots)
    turn.start_text = waiting.text


@action("resume")
async def resume(turn: Turn) -> None:
    """Go on with the form that was kept."""
    kept, turn.state.kept = turn.state.kept, None
    if kept is None:
        if not turn.state.forms[:-1]:  # else that one goes on: it only rested
            turn.say("dialogue.nothing_open")
        return
    if turn.slots.get("arg") == "drop":
        turn.say("dialogue.left")
        return
    turn.state.forms.insert(0, kept)


@timer("form")
async def unfinished(turn: Turn) -> None:
    """A day after a form was left unfinished: offered again, once."""
    form = turn.state.forms[0] if turn.state.forms else turn.state.kept
    if form is None or form.id != turn.slots.get("form"):
        return
    if turn.state.kept is None:
        turn.state.forms, turn.state.kept = [], form
    turn.say(
        "form.remind",
        what=turn.words(f"menu.{form.action}"),
        buttons=[
            Button(id="r:resume", label=turn.words("form.go_on")),
            Button(id="r:resume:drop", label=turn.words("form.stop")),
        ],
    )


@action("voice")
async def voice(turn: Turn) -> None:
    """A voice message: kept for staff, and how the keyboard's dictation works."""
    turn.say("media.voice", buttons=[turn.route_button("talk_to_human")])


@action("sticker")
async def sticker(turn: Turn) -> None:
    """A sticker."""
    turn.say("media.sticker", buttons=[turn.route_button("start")])


@action("document")
async def document(turn: Turn) -> None:
    """A file that can't be read."""
    turn.say("media.document", buttons=[turn.route_button("talk_to_human")])


@action("photo")
async def photo(turn: Turn) -> None:
    """A photo that no question asked for."""
    routes = ("report_problem", "submit_claim", "talk_to_human")
    turn.say("media.photo", buttons=[turn.route_button(route) for route in routes])


async def _button(turn: Turn, route: str) -> Button:
    name, _, topic = route.partition(":")
    if not topic:
        return turn.route_button(name)
    titles = await turn.knowledge.articles.titles([topic], turn.language.partition("-")[0])
    return Button(id=f"r:{route}", label=titles.get(topic, turn.words("menu.faq")))
