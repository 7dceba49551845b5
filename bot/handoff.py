"""A person in the conversation: what staff do in it, and what the rider is told."""

from __future__ import annotations

import re

from actions import rating
from actions.content import Content, Reply, StaffAct, StaffSay
from actions.handoff_clock import watch_answer
from actions.handoff_times import office_name
from actions.words import Words
from knowledge.conversations import Conversation
from knowledge.handoff_steps import IllegalStep, NoteNeeded
from knowledge.handoffs import Handoff
from knowledge.presence import looks
from knowledge.unit import Knowledge

BACK = re.compile(
    r"^(返回|回来|[返切转]?回到?(?:工友|机器人)|结束人工|退出人工|不用人工了?|不等了"
    r"|back|return|back to (the )?bot)[。.!！]*$",
    re.IGNORECASE,
)

HOW_LONG = re.compile(
    r"^((请问|那|我)?(还|大概|大约)?(要|得|需要)?(再)?等?(多久|多长时间)(了|啊|呀|呢|才有人)?"
    r"|前面(还)?有(几|多少)(个|位)?人?|排到第?几(了|位|个)?|(什么时候|啥时候|几点)(才)?(有人|轮到我|来人)(来|回)?"
    r"|人呢|人工呢|怎么还没人(来|回)?|(你们|工作人员|人工|客服)?(什么时候|啥时候|几点)(上班|有人在|在)(啊|呀|呢)?"
    r"|how (much )?long(er)?( (do|will) i (have to )?wait| is the wait)?|still waiting"
    r"|when will (somebody|someone|anybody) (come|answer|be here))[?？。.!！~ ]*$",
    re.IGNORECASE,
)


def wants_back(text: str) -> bool:
    """Whether the rider wants the bot back."""
    return bool(BACK.match(text.strip()))


def asks_how_long(text: str) -> bool:
    """Whether who waits asks how long it will be."""
    return bool(HOW_LONG.match(text.strip()))


def note_of(content: Content) -> str:
    """The note for the bot with which staff give a rider back."""
    returned = isinstance(content, StaffAct) and content.act == "return"
    return content.note.strip() if isinstance(content, StaffAct) and returned else ""


async def rider_wrote(knowledge: Knowledge, handoff: Handoff) -> None:
    """The rider has written to the person who has the conversation: an answer is owed.

    Who has it and doesn't look is told, once until they have answered.
    """
    if await knowledge.handoffs.wrote(handoff):
        await _watch(knowledge, handoff)
    if handoff.staff is None or await looks(knowledge, handoff.conversation, handoff.staff):
        return
    since = handoff.wrote_at or knowledge.now
    await knowledge.notices.put(
        "message", region=handoff.region, subject=handoff.page, to=handoff.staff,
        key=f"message:{handoff.id}:{since.isoformat()}",
    )  # fmt: skip


async def staff_act(
    knowledge: Knowledge,
    conversation: Conversation,
    content: StaffSay | StaffAct,
    handoff: Handoff | None,
    words: Words,
) -> list[Reply] | None:
    """What the rider reads when a member of staff speaks or makes a step; None: nothing was done.

    The command line and the console check the step before they write it to the inbox; a step that
    is no longer legal by the time it is its turn changes nothing and is not told.
    """
    if isinstance(content, StaffSay):
        return await _say(knowledge, content, handoff, words)
    if handoff is None and content.act != "reopen":
        return None
    try:
        made = await knowledge.handoffs.move(
            conversation.id,
            content.act,
            content.staff,
            to=content.to,
            note=content.note,
            over=content.over,
        )
    except (IllegalStep, NoteNeeded):
        return None
    await knowledge.audit.write(
        conversation.person,
        actor=f"staff:{content.staff}",
        action=f"handoff.{content.act}",
        before=None if handoff is None else {"state": handoff.state, "staff": handoff.staff},
        after={"state": made.state, "staff": made.staff, "region": made.region},
    )
    await _see_to(knowledge, content, made)
    return await _told(knowledge, content, handoff, made, words)


async def _say(
    knowledge: Knowledge, content: StaffSay, handoff: Handoff | None, words: Words
) -> list[Reply]:
    text = content.text
    if content.ask and not text:
        text = words(f"staff_form.ask_{content.ask}")
    if handoff is not None and handoff.staff == content.staff:
        await knowledge.handoffs.answered(handoff, content.staff)
        if handoff.crisis and handoff.acknowledged_at is None:
            await knowledge.handoffs.move(handoff.conversation, "acknowledge", content.staff)
    said = Reply(from_="staff", text=text, file=content.file, ask=content.ask)
    return [said] if said.text or said.file else []


async def _see_to(knowledge: Knowledge, content: StaffAct, made: Handoff) -> None:
    """What a step sets going: the holder's clock, notices to whom it concerns now."""
    if content.act in ("take", "hand_on", "calm"):
        await _watch(knowledge, made)
    if content.act == "hand_on":
        await knowledge.notices.put(
            "handoff_waiting", region=made.region, subject=made.page, level="warning",
            to=made.staff, key=f"handed_on:{made.id}:{made.step}",
        )  # fmt: skip
    elif content.act in ("escalate", "send_down", "reopen"):
        await knowledge.notices.put(
            "handoff_waiting", region=made.region, subject=made.page, level="warning",
            key=f"{content.act}:{made.id}:{made.step}",
        )  # fmt: skip


async def _watch(knowledge: Knowledge, handoff: Handoff) -> None:
    now = await knowledge.handoffs.get(handoff.id)
    if now is not None:
        await watch_answer(knowledge, now)


async def _told(
    knowledge: Knowledge,
    content: StaffAct,
    before: Handoff | None,
    made: Handoff,
    words: Words,
) -> list[Reply]:
    """What the rider reads of a step."""
    act = content.act
    if act in ("acknowledge", "rest", "calm", "alarm"):
        return []
    if act in ("escalate", "send_down", "reopen"):
        office = await office_name(knowledge, None, made.region, words)
        return [Reply(text=words(f"handoff.{act}", office=office or words("handoff.the_union")))]
    staff = made.staff if act in ("take", "hand_on") else content.staff
    who = await _who(knowledge, staff, made, words)
    keys = {"take": "taken", "hand_on": "handed_on", "return": "returned", "close": "closed"}
    replies = [
        Reply(text=words(f"handoff.{keys[act]}", who=who, before=before.staff if before else ""))
    ]
    if act == "hand_on" and before is not None and before.state == "waiting":
        replies = [Reply(text=words("handoff.taken", who=who))]
    elif act == "hand_on" and before is not None and before.staff != content.staff:  # a lead's
        replies = [Reply(text=words("handoff.taken_over", who=who))]
    if act in ("return", "close") and not made.crisis:
        if note := note_of(content):
            replies.append(Reply(text=words("handoff.agreed", staff=content.staff, note=note)))
        if before is not None and before.taken_at and await knowledge.handoff_ratings.may_ask(made):
            replies.append(rating.question(words, made.id))
    return replies


async def _who(knowledge: Knowledge, staff: str | None, handoff: Handoff, words: Words) -> str:
    """A member of staff as a rider reads it: the name, and the union body they answer for."""
    office = await office_name(knowledge, staff, handoff.region, words)
    return words("handoff.who", staff=staff, office=office) if office else str(staff)
