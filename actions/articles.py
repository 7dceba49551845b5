"""Questions of fact, answered from the articles of the rider's region and language."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.article_answer import answer_buttons, answer_picture, answer_text
from actions.content import Button, Reply
from actions.registry import action
from actions.turn import Turn
from knowledge.clock import CHINA

ELSEWHERE = 4
"""Regions offered when only other regions have the answer."""

ONE_MOMENT = timedelta(seconds=1)
"""Before an article's end is the last day on which it held."""

VERDICT = re.compile(r"([+-]):(\d{1,18})\.(\d{1,18})")
"""Of a button: for or against, the article, the message that it answered."""


@action("faq")
async def faq(turn: Turn) -> None:
    """The article of the rider's region, else of the region above it, with where it comes from."""
    topic, _, where = str(turn.slots.get("arg") or turn.slots.get("topic") or "").partition("@")
    tree = turn.knowledge.region_tree
    region = tree.get(where) if where else await turn.region()
    code = region.code if region else None
    language = turn.language.partition("-")[0]
    articles = turn.knowledge.articles
    found = await articles.answer(topic, code, language)
    if found is not None and _told_just_now(turn, topic):
        turn.say("faq.again", buttons=[turn.route_button("talk_to_human")])
        return
    if found is None and (ended := await articles.renewing(topic, code)):
        assert ended.valid_until is not None
        day = (ended.valid_until - ONE_MOMENT).astimezone(CHINA).date().isoformat()
        turn.say("faq.renewing", day=day, buttons=[turn.route_button("talk_to_human")])
        return
    if found is None:
        others = await articles.elsewhere(topic, language)
        if not others:
            turn.say("faq.none", buttons=[turn.route_button("talk_to_human")])
            return
        turn.say(
            "faq.elsewhere",
            buttons=[
                *(_region_button(turn, topic, other.region) for other in others[:ELSEWHERE]),
                turn.route_button("talk_to_human"),
            ],
        )
        return
    articles.was_used(found)
    turn.show("article", [found.topic])
    turn.state.answered(turn.inbox_id)
    titles = await articles.titles(found.related, language)
    turn.reply(
        Reply(
            text=answer_text(turn.words, tree, found, language),
            picture=answer_picture(turn.knowledge.article_pictures.address, found),
            buttons=tuple(answer_buttons(turn.words, found, titles, turn.inbox_id)),
        )
    )


@action("judge")
async def judge(turn: Turn) -> None:
    """A verdict under an article: it helped, or it didn't. The first one for an answer counts."""
    said = VERDICT.fullmatch(str(turn.slots.get("arg", "")))
    if said is None:
        turn.say("judge.thanks")
        return
    article, answer_to, helpful = int(said[2]), int(said[3]), said[1] == "+"
    first = await turn.knowledge.articles.judge(
        article, answer_to=answer_to, conversation=turn.conversation.id, helpful=helpful
    )
    if not first:
        turn.say("judge.twice")
    elif helpful:
        turn.say("judge.thanks")
    else:
        turn.not_helped = turn.state.wish_behind(answer_to)
        turn.say("judge.sorry", buttons=[turn.route_button("talk_to_human")])


def _told_just_now(turn: Turn, topic: str) -> bool:
    """Whether a few words ("要钱吗") ask on after this very article, which still stands above."""
    shown = turn.state.shown
    above = shown is not None and (shown.kind, shown.ids) == ("article", [topic])
    return above and bool(turn.slots.get("asks_on"))


def _region_button(turn: Turn, topic: str, code: str) -> Button:
    region = turn.knowledge.region_tree.get(code)
    return Button(id=f"r:faq:{topic}@{code}", label=region.name(turn.language) if region else code)
