"""What follows a cry for help: few words, seldom a wish, and never the answer to a form's question.

"Just me" is then who is at home, not how many people a dispute concerns.
"""

from __future__ import annotations

import re

from actions.state import State
from bot.cry_questions import asked_after_a_cry
from bot.rivals import STRONG
from bot.steering import LONGEST, goes_on, leaves
from bot.wishes import LETTERS
from knowledge.handoffs import Handoff
from nlu.choose import Choice
from nlu.normalise import fold
from nlu.routes import CRISIS, PERSON, SERVICES, topic_of

GIVES_UP = re.compile(
    r"(?:我|唉|哎|\W)*(?:算了|算啦|结束|停|stop|quit|exit|never ?mind|forget it)?(?:我|\W)*"
    r"(?:不(?:说|聊|讲|等|要|麻烦你们?)了)?吧?\W*",
    re.IGNORECASE,
)
"""Said after a cry, this may be said of more than a form."""

AGREES = re.compile(r"我?(?:同意|(?:确认)?提交)[吧了啊]?\W*$|(?:i )?agree\W*$", re.IGNORECASE)
"""Said to a consent or a summary; "嗯" and "我确定" may be said to who listens."""

_NOT_MEANT = (
    r"(?:没|不是)(?:啥|什么|有)?(?:大)?(?:事|想不开|要?寻死|那个?意思|这个?意思|那么严重)(?:儿)?"
    r"|(?:随口|随便)(?:说说?|讲讲?|一说|一讲)|(?:开|说|闹)(?:个)?(?:玩笑|着玩)|说着玩"
    r"|(?:骗|逗)(?:你|您)们?(?:的|玩的?)|(?:好|舒服|强)(?:多|些|点|一点|一些)了|缓过来了|(?:冇|没)事(?:儿|的)?了?"
    r"|讲笑|讲下(?:啫|咋)|发下牢骚|气话|别当真|夸张|(?:吐|吐个)槽|发发?牢骚|抱怨"
    r"|(?:i'?m|i am|it'?s|was|were)? ?(?:all )?(?:ok(?:ay)?|fine|alright|good|joking|kidding"
    r"|venting|complaining|a joke)|(?:i )?didn'?t mean (?:it|that)"
)
TAKES_BACK = re.compile(
    r"(?:(?:我|哎|哦|嗨|(?:没有?|不是)(?=[,，。.!！ ]|我|就|没|$)|就|只|只是|是|真|真的"
    r"|[他她佢]|人|(?:我的?|那个)?(?:同事|工友|兄弟|朋友|徒弟|室友|老乡)|(?:刚|已经)?(?:回|联系[上到])(?:我|[他她])?了"
    r"|刚才|刚刚|那|都|说|的|已经|现在|我们|嗯|谢谢|多谢|感谢|你们?|您|报(?:了|过)?警了?"
    r"|haha|lol|哈|no|sorry|i|was|i'?m|just|only|really"
    r"|[,，。.!！ ])*"
    rf"(?:{_NOT_MEANT})"
    r"(?:一下|几句|两句|而已|啦|了|的|哈|呢|吧|啫|咋|喇|报(?:了|过)?警了?"
    r"|now|(?:谢谢|多谢)(?:你们?|您)?|thanks|[,，。.!！~ ])*)+"
)
"""A cry taken back, and nothing else said: "没有，我就随口一说". A bare "没有" may say that nobody
is there."""


BOOKS = re.compile(r"约|咨询|心理|医生|book|counsel|therap|appointment", re.IGNORECASE)
HOTLINES = "hotline"
"""The article of all public lines."""

SURE = 0.5
"""How sure a service is meant whose line names a sum of money."""


def takes_back(text: str) -> bool:
    """Whether a line only says that the cry before it wasn't meant."""
    return len(text) <= LONGEST and TAKES_BACK.fullmatch(fold(text)) is not None


def listens(text: str, choice: Choice, state: State, handoff: Handoff | None) -> bool:
    """Whether a line still belongs to the cry before it, so that it is only listened to.

    Not if it is clearly another wish, or is said to the open form: a number, to go on, to leave it.
    """
    if handoff is None or not handoff.crisis or state.last_route != CRISIS:
        return False
    if state.forms and (
        goes_on(text) or _leaves_it(text) or _answers(text, choice) or not LETTERS.search(text)
    ):
        return False
    route = choice.route
    if topic_of(route) == HOTLINES and asked_after_a_cry(text):
        return True  # the lines for a cry, not all that there are
    if route == "book_counselling" and not BOOKS.search(text):
        return True  # how they feel, and no date that they want
    wish = route in SERVICES or route == PERSON or topic_of(route) is not None
    sure = SURE if route in SERVICES and choice.slots.amount else STRONG
    return not (wish and choice.ask_back is None and choice.confidence >= sure)


def _answers(text: str, choice: Choice) -> bool:
    """Whether a line can only be said to a form's question: an amount, months, that one agrees.

    A place isn't: who cried for help may say where they are.
    """
    said = choice.slots
    return bool(said.amount or said.months or said.date or AGREES.match(text))


def _leaves_it(text: str) -> bool:
    return leaves(text, in_form=True) and not GIVES_UP.fullmatch(text.strip())
