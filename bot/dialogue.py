"""One message in its conversation: which action it belongs to, and what comes of it.

Order of precedence: a crisis; a person who holds the conversation; the open question (a sure
answer, leaving, another clear wish, a possible answer); a new wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from actions.answers import Rival
from actions.content import (
    Button,
    Contact,
    Content,
    Document,
    Location,
    News,
    Photo,
    Press,
    StaffAct,
    StaffSay,
    Sticker,
    Text,
    Timer,
    Voice,
)
from actions.fields import Given
from actions.my_courses import CANCEL, of_own_courses
from actions.registry import ERASE_DATA, TIMERS
from actions.state import State, Waiting
from actions.words import Words
from bot import asked_back, wishes
from bot.amending import amends
from bot.cries import Cries
from bot.handed_over import HandedOver
from bot.handoff import note_of
from bot.open_forms import OpenForms
from bot.rivals import rival_of, to_be_forgotten
from bot.speaking import Speaker, Spoken
from bot.steering import asks_language, asks_why, goes_on, leaves, postpones, steers, tells_where
from knowledge.conversations import Conversation
from knowledge.unit import Knowledge
from nlu.bare import is_bare
from nlu.choose import Choice, Context, Shown
from nlu.normalise import fold
from nlu.reading import Reading
from nlu.routes import CRISIS, OUT_OF_SCOPE, PERSON, SMALLTALK, topic_of
from nlu.understanding import Understanding

ABOUT_IT = ("judge", "none", "handoff_back", "station_wrong", PERSON)
"""Routes of buttons that are still about what the rider asked; every other one goes on from it."""


CASE_ROUTES = (
    "join_union", "membership_status", "submit_claim", "claim_status", "apply_hardship",
    "report_dispute", "report_problem", "book_counselling", "order_program", "request_status",
)  # fmt: skip
"""After these "改成周四" is said of what was handed in, where nothing is open."""

ASKED_WHERE = ("place", "workplace")
"""Questions that are answered with where somebody is."""

COURSES_OF_ONE = ("my_courses", "enroll_course")
"""After these "cancel" is said of a course, where nothing is open."""


class Dialogue:
    """The handling of one message. Made for one turn, under the conversation's lock."""

    def __init__(
        self,
        knowledge: Knowledge,
        conversation: Conversation,
        state: State,
        words: Words,
        understanding: Understanding,
        inbox_id: int,
        *,
        handed_over: bool,
    ) -> None:
        self.knowledge = knowledge
        self.conversation = conversation
        self.state = state
        self.understanding = understanding
        self.inbox_id = inbox_id
        self.handed_over = handed_over
        self.spoken = Spoken()
        self.speaker = Speaker(self.spoken, words, knowledge.articles)
        self.open_forms = OpenForms(
            knowledge, conversation, state, self.speaker, inbox_id, handed_over=handed_over
        )
        self.person = HandedOver(self.open_forms)
        self.cries = Cries(self.open_forms)

    async def handle(self, content: Content, reading: Reading | None) -> Spoken:
        """Handle a message; the state is changed in place."""
        self.state.age(self.knowledge.now)
        if isinstance(content, News):
            self.speaker.trace("news")
            self.speaker.say(content.key, buttons=content.buttons, **content.values)
            return self.spoken
        handoff = None
        if self.handed_over:
            handoff = await self.knowledge.handoffs.current(self.conversation.id)
        self.open_forms.held = handoff is not None and handoff.state == "held"
        if isinstance(content, Timer):
            await self._timer(content)
            return self.spoken
        if isinstance(content, StaffSay | StaffAct):
            note = note_of(content)
            meant = self._choose(Text(text=note), reading) if note else None
            await self.person.staff(content, handoff, meant)
            return self.spoken
        choice = self._choose(content, reading)
        if choice is not None and choice.route == CRISIS:
            await self.cries.answer(content, choice)
            return self.spoken
        if handoff is not None and await self.person.takes(content, handoff, choice):
            return self.spoken
        if isinstance(content, Press):
            await self._press(content)
        elif isinstance(content, Text):
            meant = cast(Choice, choice)
            if await self.cries.follows(content, meant, handoff):
                return self.spoken
            await self._text(content, meant, cast(Reading, reading))
        else:
            await self._thing(content)
        await self._serve_second()
        return self.spoken

    def _choose(self, content: Content, reading: Reading | None) -> Choice | None:
        if not isinstance(content, Text) or reading is None:
            return None
        top = self.state.top
        shown = self.state.shown.listed if self.state.shown else None
        context = Context(
            open_form=top.action if top else None,
            last_route=self.state.last_route,
            shown=cast(Shown, shown) if shown in get_args(Shown) else None,
            asked_back=self.state.asked_back,
        )
        choice = self.understanding.choose(reading, context)
        steering = steers(content.text, in_form=top is not None)
        question = top.question.name if top and top.question else None
        if question in ASKED_WHERE and tells_where(content.text):
            steering = True  # "我在楼下" is the answer
        if choice.route == CRISIS and reading.crisis is None and steering:
            choice = replace(choice, route=SMALLTALK, confidence=0.0)
        reasons = tuple(map(str, choice.reasons))
        self.speaker.trace(choice.route, choice.confidence, choice.slots.said(), reasons)
        self.spoken.runner_up = choice.runner_up
        self.spoken.source, self.spoken.ms = reading.source, reading.ms
        return choice

    async def _text(self, content: Text, choice: Choice, reading: Reading) -> None:
        before, self.state.last_text = self.state.last_text, content.text
        if (route := asked_back.meant(content, choice, self.state)) is not None:
            await self._chosen(
                route, choice, Text(text="，".join(filter(None, (before, content.text))))
            )
            return
        if goes_on(content.text) and await self._goes_on(content):
            return
        if asks_language(content.text):
            self.speaker.overrule(SMALLTALK, "asks for a language")
            self.speaker.say("smalltalk.language")
            await self.open_forms.put_open_question()
            return
        if await self._adds_to_kept(content, choice):
            return
        top = self.state.top
        if top is not None and top.kind == "form" and asks_why(content.text):
            self.speaker.overrule(top.action, "asks what the form is for")
            self.speaker.say("form.why", what=self.speaker.words(f"menu.{top.action}"))
            await self.open_forms.put_open_question()
            return
        if top is not None:
            rival = rival_of(content, choice, top)
            said = choice.slots.said()
            forget = top.action != ERASE_DATA and to_be_forgotten(content, choice)
            if not forget and await self.open_forms.answer(content, said, rival):
                return
        elif self.state.last_route in CASE_ROUTES and amends(content.text):
            self.speaker.overrule("amend", "is about what was handed in")
            await self.open_forms.start("amend", {"of": self.state.last_route}, content)
            return
        elif self.state.last_route in COURSES_OF_ONE and (
            slots := of_own_courses(fold(content.text), self.state.last_route)
        ):
            self.speaker.overrule("my_courses", "is about what was signed up for or given up")
            await self.open_forms.start("my_courses", slots, content)
            return
        elif leaves(Given(content).text, in_form=False):
            if self.state.last_route in COURSES_OF_ONE and CANCEL.search(content.text):
                # "取消" under what they have signed up for, or right after: that is meant.
                self.speaker.overrule("my_courses", "leaves what was just signed up for")
                await self.open_forms.start("my_courses", {"cancelling": True}, content)
                return
            self._nothing_now()
            return
        elif postpones(content.text):
            self._nothing_now()
            return
        self._remember(content, choice, reading)
        if choice.route == OUT_OF_SCOPE and reading.source != "known":
            self.speaker.review("out_of_scope", self.state.wish)
        await self._follow(content, choice)

    async def _goes_on(self, content: Text) -> bool:
        """Go on with what is open, else with what was put off; false if there is neither."""
        top = self.state.top
        if top is None:
            if self.state.kept is None:
                return False
            self.speaker.overrule("resume", "goes on with what was put off")
            await self.open_forms.start("resume", {}, content)
            return True
        if top.question is not None and top.question.options and self.state.last_route != CRISIS:
            return False  # it may be the name of one of them
        self.state.last_route = top.action
        self.speaker.overrule(top.action, "goes on with what is open")
        await self.open_forms.put_open_question(resumed=True)
        return True

    def _nothing_now(self) -> None:
        """Who leaves, or puts off, where nothing is open: what was put off before stays so."""
        self.speaker.trace(SMALLTALK)
        if self.state.kept is None:
            self.speaker.say("dialogue.nothing_open", buttons=self.speaker.menu())
            return
        self.open_forms.tell_kept(self.state.kept)

    async def _adds_to_kept(self, content: Text, choice: Choice) -> bool:
        """What changes a record goes to the application that was put off, if there is one."""
        kept = self.state.kept
        if self.state.top is not None or kept is None or kept.question is None:
            return False
        if (kept.action, choice.route) != ("join_union", "update_membership"):
            return False
        self.state.kept, self.state.forms = None, [kept]
        return await self.open_forms.answer(content, choice.slots.said(), Rival())

    async def _follow(self, content: Content, choice: Choice) -> None:
        slots = choice.slots.said()
        if choice.ask_back is not None and not self.state.asked_back:
            self.speaker.review("asked_back", self.state.wish)
            await self._ask_back(choice.ask_back, slots)
            return
        self.state.take_asked()
        route = choice.route
        if route == OUT_OF_SCOPE and slots.get("number"):
            # "YT-7K3Q9M 要撤回": whatever is wished of it, it is looked up first.
            route = "claim_status"
            self.speaker.overrule(route, "names a number")
        if route == OUT_OF_SCOPE:
            slots["nearest"] = list(choice.nearest)
        if topic_of(choice.route) and isinstance(content, Text) and is_bare(fold(content.text)):
            slots["asks_on"] = True
        self.state.second = None
        if (wish := choice.second) is not None:
            slots_of_it = wish.slots.said()
            self.state.second = Waiting(action=wish.route, slots=slots_of_it, text=wish.text)
        await self.open_forms.start(route, slots, content)
        if self.state.second is not None and self.state.forms:
            what = await self.speaker.route_button(self.state.second.action)
            self.speaker.say("dialogue.second_later", what=what.label)

    async def _serve_second(self) -> None:
        """The other wish of an earlier line, as soon as the first is served."""
        second = self.state.second
        if second is None or self.state.forms or self.spoken.crisis:
            return
        self.state.second = None
        button = await self.speaker.route_button(second.action)
        self.speaker.say("dialogue.second", what=button.label)
        await self.open_forms.start(second.action, second.slots, Text(text=second.text))

    async def _ask_back(self, between: Sequence[str], slots: dict[str, Any]) -> None:
        self.state.asked_back = True
        self.state.asked_slots, self.state.asked_between = slots, list(between)
        buttons = [await self.speaker.route_button(route) for route in between]
        buttons.append(Button(id="r:none", label=self.speaker.words("dialogue.neither")))
        self.speaker.say("dialogue.which", buttons=buttons)

    async def _chosen(self, route: str, choice: Choice, both: Text) -> None:
        """One of the two that were asked about: what was said of it before and now counts."""
        self.speaker.overrule(route, "answers what was asked back")
        await self.open_forms.start(route, self.state.take_asked() | choice.slots.said(), both)

    async def _press(self, press: Press) -> None:
        kind, _, rest = press.id.partition(":")
        if kind == "a":
            question = self.state.top.question if self.state.top else None
            if question is not None and question.id == rest.partition(":")[0]:
                self.speaker.trace(self.state.top.action if self.state.top else "")
                await self.open_forms.answer(press, {}, Rival())
                return
            self.speaker.trace("late_button")
            self.speaker.say(
                "dialogue.late_button", buttons=() if self.state.top else self.speaker.menu()
            )
            await self.open_forms.put_open_question()
            return
        route, _, arg = rest.partition(":")
        if kind != "r":
            self.speaker.trace("late_button")
            self.speaker.say("dialogue.late_button", buttons=self.speaker.menu())
            return
        if self.state.last_route == CRISIS:
            self.state.last_route = None  # who presses a button goes on to something else
        if self.state.wish and not (self.state.asked_back or route in ABOUT_IT or "@" in arg):
            self.state.wish.passed = True
        slots = self.state.take_asked()
        if arg:
            slots["arg"] = arg
        self.speaker.trace(f"faq:{arg}" if route == "faq" else route)
        await self.open_forms.start(f"faq:{arg}" if route == "faq" else route, slots, press)

    async def _thing(self, content: Content) -> None:
        """A location, contact, photo and the like: an answer to the open question, or a wish."""
        top = self.state.top
        wanted = top.question.name if top and top.question else None
        if wanted and isinstance(content, Location | Contact | Photo):
            self.speaker.trace(top.action if top else "")
            if await self.open_forms.answer(content, {}, Rival(strength="none")):
                return
        route = {
            Location: "find_station",
            Contact: "membership_status",
            Photo: "photo",
            Voice: "voice",
            Sticker: "sticker",
            Document: "document",
        }[type(content)]
        self.speaker.trace(route)
        await self.open_forms.start(route, {}, content)

    async def _timer(self, timer: Timer) -> None:
        self.speaker.trace(f"timer:{timer.name}")
        run = TIMERS.get(timer.name)
        if run is None or (self.open_forms.held and timer.name == "form"):
            return  # an unfinished form goes on when the person gives the rider back
        await self.open_forms.run_alone(f"timer:{timer.name}", run, dict(timer.values), timer)

    def _remember(self, content: Text, choice: Choice, reading: Reading) -> None:
        if wishes.is_wish(content.text, choice, reading, self.state.wish):
            taken = self.knowledge.taken
            wish = wishes.wish(
                content.text,
                choice,
                reading,
                message=self.inbox_id,
                now=self.knowledge.now,
                regions=self.knowledge.region_tree,
                region=taken.region if taken else None,
            )
            self.state.wished(wish)
            self.knowledge.figures.count("asked", wish.route, wish.region, wish.language)
