"""One message in its conversation: which action it belongs to, and what comes of it.

Order of precedence: a crisis; a person who holds the conversation; the open question (a sure
answer, leaving, another clear wish, a possible answer); a new wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, cast

from actions.cases import case_service
from actions.content import (
    Button,
    Contact,
    Content,
    Document,
    Location,
    News,
    Photo,
    Press,
    Reply,
    StaffAct,
    StaffSay,
    Sticker,
    Text,
    Timer,
    Voice,
)
from actions.fields import Given
from actions.registry import ACTIONS, TIMERS, Action
from actions.state import Agreed, Form, SharedPlace, State, Waiting, Wish
from actions.turn import Again, Asked, Elsewhere, Left, Rival, Turn
from actions.words import Words
from bot import wishes
from bot.handoff import asks_how_long, note_of, rider_wrote, staff_act, wants_back
from bot.steering import leaves, postpones, steers
from bot.wishes import COURTESY, LETTERS
from knowledge.clock import CHINA
from knowledge.conversations import Conversation
from knowledge.handoffs import Handoff
from knowledge.review import Noted, What
from knowledge.unit import Knowledge
from nlu.choose import Choice, Context, Shown
from nlu.follow import leaves_a_matter
from nlu.reading import Reading
from nlu.routes import CRISIS, OUT_OF_SCOPE, PERSON, SMALLTALK
from nlu.understanding import Understanding

STRONG = 0.8
WEAK = 0.5
"""How sure the choice of another route must be to be weighed against an answer."""

REMIND_AFTER = timedelta(days=1)
MORNING, EVENING = time(9), time(21)
"""Nobody is reminded of an unfinished form outside of these hours (China's time)."""

ABOUT_IT = ("judge", "none", "handoff_back", "station_wrong", PERSON)
"""Routes of buttons that are still about what the rider asked; every other one goes on from it."""

RUNS = 6
"""How often a form may be begun anew within one message before it counts as a mistake."""


@dataclass
class Spoken:
    """What a message led to."""

    replies: list[Reply] = field(default_factory=list)
    route: str = ""
    confidence: float = 1.0
    slots: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    runner_up: tuple[str, float] | None = None
    source: str | None = None
    ms: float | None = None
    held: bool = False
    crisis: bool = False
    staff: bool = False
    review: Noted | None = None
    """What people shall look at, to learn from it."""


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
        self.words = words
        self.understanding = understanding
        self.inbox_id = inbox_id
        self.handed_over = handed_over
        self.held = False
        self.spoken = Spoken()

    async def handle(self, content: Content, reading: Reading | None) -> Spoken:
        """Handle a message; the state is changed in place."""
        self.state.age(self.knowledge.now)
        if isinstance(content, News):
            self._trace("news")
            self._say(content.key, buttons=content.buttons, **content.values)
            return self.spoken
        handoff = None
        if self.handed_over:
            handoff = await self.knowledge.handoffs.current(self.conversation.id)
        self.held = handoff is not None and handoff.state == "held"
        if isinstance(content, Timer):
            await self._timer(content)
            return self.spoken
        if isinstance(content, StaffSay | StaffAct):
            await self._staff(content, handoff, reading)
            return self.spoken
        choice = self._choose(content, reading)
        if choice is not None and choice.route == CRISIS:
            await self._crisis(content, choice)
            return self.spoken
        if handoff is not None and await self._with_person(content, handoff, choice):
            return self.spoken
        if isinstance(content, Press):
            await self._press(content)
        elif isinstance(content, Text):
            await self._text(content, cast(Choice, choice), cast(Reading, reading))
        else:
            await self._thing(content)
        await self._serve_second()
        return self.spoken

    # What came in

    def _choose(self, content: Content, reading: Reading | None) -> Choice | None:
        if not isinstance(content, Text) or reading is None:
            return None
        top = self.state.top
        shown = self.state.shown.kind if self.state.shown else None
        context = Context(
            open_form=top.action if top else None,
            last_route=self.state.last_route,
            shown=cast(Shown, shown) if shown in ("station", "course", "article") else None,
            asked_back=self.state.asked_back,
        )
        choice = self.understanding.choose(reading, context)
        steering = steers(content.text, in_form=top is not None)
        if choice.route == CRISIS and reading.crisis is None and steering:
            choice = replace(choice, route=SMALLTALK, confidence=0.0)
        reasons = tuple(map(str, choice.reasons))
        self._trace(choice.route, choice.confidence, choice.slots.said(), reasons)
        self.spoken.runner_up = choice.runner_up
        self.spoken.source, self.spoken.ms = reading.source, reading.ms
        return choice

    async def _text(self, content: Text, choice: Choice, reading: Reading) -> None:
        self.state.last_text = content.text
        if self.state.top is not None:
            rival = self._rival(content, choice)
            if await self._answer(content, choice.slots.said(), rival):
                return
        elif leaves(Given(content).text, in_form=False):
            self._trace(SMALLTALK)
            self._say("dialogue.nothing_open", buttons=self._menu())
            return
        self._remember(content, choice, reading)
        if choice.route == OUT_OF_SCOPE and reading.source != "known":
            self._review("out_of_scope", self.state.wish)
        await self._follow(content, choice)

    async def _follow(self, content: Content, choice: Choice) -> None:
        slots = choice.slots.said()
        if choice.ask_back is not None and not self.state.asked_back:
            self._review("asked_back", self.state.wish)
            await self._ask_back(choice.ask_back, slots)
            return
        self.state.asked_back = False
        if choice.route == OUT_OF_SCOPE:
            slots["nearest"] = list(choice.nearest)
        self.state.second = None
        if (wish := choice.second) is not None:
            slots_of_it = wish.slots.said()
            self.state.second = Waiting(action=wish.route, slots=slots_of_it, text=wish.text)
        await self._start(choice.route, slots, content)
        if self.state.second is not None and self.state.forms:
            what = await self._route_button(self.state.second.action)
            self._say("dialogue.second_later", what=what.label)

    async def _serve_second(self) -> None:
        """The other wish of an earlier line, as soon as the first is served."""
        second = self.state.second
        if second is None or self.state.forms or self.spoken.crisis:
            return
        self.state.second = None
        button = await self._route_button(second.action)
        self._say("dialogue.second", what=button.label)
        await self._start(second.action, second.slots, Text(text=second.text))

    async def _ask_back(self, between: Sequence[str], slots: dict[str, Any]) -> None:
        self.state.asked_back = True
        self.state.asked_slots = slots
        buttons = [await self._route_button(route) for route in between]
        buttons.append(Button(id="r:none", label=self.words("dialogue.neither")))
        self._say("dialogue.which", buttons=buttons)

    async def _press(self, press: Press) -> None:
        kind, _, rest = press.id.partition(":")
        if kind == "a":
            question = self.state.top.question if self.state.top else None
            if question is not None and question.id == rest.partition(":")[0]:
                self._trace(self.state.top.action if self.state.top else "")
                await self._answer(press, {}, Rival())
                return
            self._trace("late_button")
            self._say("dialogue.late_button", buttons=() if self.state.top else self._menu())
            await self._put_open_question()
            return
        route, _, arg = rest.partition(":")
        if kind != "r":
            self._trace("late_button")
            self._say("dialogue.late_button", buttons=self._menu())
            return
        if self.state.wish and not (self.state.asked_back or route in ABOUT_IT or "@" in arg):
            self.state.wish.passed = True
        slots: dict[str, Any] = dict(self.state.asked_slots) if self.state.asked_back else {}
        self.state.asked_back = False
        self.state.asked_slots = {}
        if arg:
            slots["arg"] = arg
        self._trace(f"faq:{arg}" if route == "faq" else route)
        await self._start(f"faq:{arg}" if route == "faq" else route, slots, press)

    async def _thing(self, content: Content) -> None:
        """A location, contact, photo and the like: an answer to the open question, or a wish."""
        top = self.state.top
        wanted = top.question.name if top and top.question else None
        if wanted and isinstance(content, Location | Contact | Photo):
            self._trace(top.action if top else "")
            if await self._answer(content, {}, Rival(strength="none")):
                return
        route = {
            Location: "find_station",
            Contact: "membership_status",
            Photo: "photo",
            Voice: "voice",
            Sticker: "sticker",
            Document: "document",
        }[type(content)]
        self._trace(route)
        await self._start(route, {}, content)

    async def _timer(self, timer: Timer) -> None:
        self._trace(f"timer:{timer.name}")
        run = TIMERS.get(timer.name)
        if run is None or (self.held and timer.name == "form"):
            return  # an unfinished form goes on when the person gives the rider back
        form = self._form(f"timer:{timer.name}", "lookup", dict(timer.values))
        turn = self._turn(form, timer, None, Rival())
        await run(turn)
        self._take(turn)

    async def _crisis(self, content: Content, choice: Choice) -> None:
        form = self._form(CRISIS, "lookup", choice.slots.said())
        turn = self._turn(form, content, None, Rival())
        await ACTIONS[CRISIS].run(turn)
        self._take(turn)
        self.spoken.crisis = True
        self.state.last_route = CRISIS

    # People

    async def _with_person(self, content: Content, handoff: Handoff, choice: Choice | None) -> bool:
        """Whether a person has the conversation, so that the bot is silent."""
        said_back = isinstance(content, Text) and wants_back(content.text)
        if said_back or (isinstance(content, Press) and content.id == "r:handoff_back"):
            self._trace("return")
            left = await self.knowledge.handoffs.move(self.conversation.id, "leave", None)
            self._given_back()
            if left.state == "waiting":
                # The bot answers anyway; somebody must look at a crisis all the same.
                self._say("handoff.crisis_stays")
            else:
                self._say("handoff.back", buttons=self._menu())
            await self._put_open_question()
            return True
        if self.held:
            self.spoken.held = True
            if not await self._answers_staff_form(content, choice):
                self._trace("held")
                self._keep_place(content)
                self._learn(choice)
            await rider_wrote(self.knowledge, handoff)
            return True
        if isinstance(content, Text) and asks_how_long(content.text):
            self._trace(PERSON)
            await self._start(PERSON, {}, content)
            return True
        return False

    def _given_back(self) -> None:
        self.held = False
        self.state.given_back()

    def _learn(self, choice: Choice | None) -> None:
        """What was said to a person, or noted by one, needn't be asked again in an open form."""
        if choice is None:
            return
        for form in (*self.state.forms, self.state.aside):
            if form is None or form.kind != "form" or form.id == self.state.staff_form:
                continue
            for slot, said in choice.slots.said().items():
                if slot not in form.refused:
                    form.slots.setdefault(slot, said)

    async def _answers_staff_form(self, content: Content, choice: Choice | None) -> bool:
        """Whether the message belongs to the form that staff have started."""
        top = self.state.top
        if top is None or top.question is None or not self._staff_form_open():
            return False
        if isinstance(content, Press):
            if not content.id.startswith(f"a:{top.question.id}:"):
                return False
            self._trace(top.action)
            taken = await self._answer(content, {}, Rival())
        elif isinstance(content, Text) and choice is not None:
            taken = await self._answer(content, choice.slots.said(), self._rival(content, choice))
        elif isinstance(content, Location | Contact | Photo):
            self._trace(top.action)
            taken = await self._answer(content, {}, Rival(strength="none"))
        else:
            return False
        self._after_staff_form()
        return taken

    def _staff_form_open(self) -> bool:
        return any(form.id == self.state.staff_form for form in self.state.forms)

    def _keep_place(self, content: Content) -> None:
        """A position that staff have asked for stays until they give the rider back."""
        if isinstance(content, Location) and self.state.place_asked:
            self.state.shared_place = SharedPlace(
                lat=content.lat, lon=content.lon, at=self.knowledge.now
            )

    async def _start_staff_form(self, route: str) -> None:
        """Run a form while a person has the conversation; another open one is put aside."""
        if self._service(route).kind != "form":
            raise ValueError(f"{route} is no form")
        forms = [*self.state.forms, *([self.state.aside] if self.state.aside else [])]
        forms = [form for form in forms if form.kind == "form"]
        same = [form for form in forms if form.action == route][:1]
        others = [form for form in forms if form not in same]
        self.state.forms, self.state.aside = same, None
        if same:
            await self._put_open_question()
        else:
            await self._start(route, {}, Text(text=""))
        self.state.staff_form = next((form.id for form in self.state.forms), None)
        if others:
            self.state.aside = others.pop()  # the rider's own stands behind one of staff's
        if others and self.state.kept is None:
            self.state.kept = others.pop()
        self._after_staff_form()

    def _after_staff_form(self) -> None:
        """Other services' buttons would be silent now; and who has it again is said at the end."""
        self.spoken.replies = [
            reply.model_copy(
                update={"buttons": tuple(b for b in reply.buttons if b.url or b.id[:2] == "a:")}
            )
            for reply in self.spoken.replies
        ]
        if not self._staff_form_open():
            self.state.staff_form = None
            self.state.take_up()
            self._say("staff_form.over")

    async def _staff(
        self, content: StaffSay | StaffAct, handoff: Handoff | None, reading: Reading | None
    ) -> None:
        note = note_of(content)
        choice = self._choose(Text(text=note), reading) if note else None
        self._trace("staff")
        replies = await staff_act(self.knowledge, self.conversation, content, handoff, self.words)
        self.spoken.replies += replies or []
        self.spoken.staff = isinstance(content, StaffSay)
        self.knowledge.changed = False  # what staff did is no write of the rider's form
        if isinstance(content, StaffSay):
            self.state.place_asked = self.state.place_asked or content.ask == "location"
            if content.form is not None:
                await self._start_staff_form(content.form)
        elif replies is not None and content.act in ("return", "close"):
            self._given_back()
            if note and handoff is not None and not handoff.crisis:
                self.state.agreed = Agreed(text=note, staff=content.staff, at=self.knowledge.now)
                self._learn(choice)
            await self._put_open_question()

    # Actions

    def _rival(self, content: Text, choice: Choice) -> Rival:
        top = self.state.top
        leaving = leaves(Given(content).text, in_form=True)
        route = choice.route
        if top is not None and route.partition(":")[0] == top.action:
            return Rival(route, "none", leaving)
        if route == SMALLTALK and COURTESY.match(Given(content).text):
            return Rival(route, "weak", leaving)
        if route in (OUT_OF_SCOPE, SMALLTALK) or not LETTERS.search(content.text):
            # A sigh, or digits that are no number, is an answer that can't be read: asked again.
            return Rival(None, "none", leaving)
        strong = choice.confidence >= STRONG
        strength = "strong" if strong else "weak" if choice.confidence >= WEAK else "none"
        return Rival(route, strength, leaving)

    async def _answer(self, content: Content, slots: dict[str, Any], rival: Rival) -> bool:
        """Give the message to the open form; false if it turned out to be another wish."""
        form = self.state.top
        assert form is not None
        given = Given(content, slots)
        try:
            await self._run(form, content, given, rival)
        except Left:
            await self._leave(form, later=postpones(given.text))
        except Elsewhere:
            return False
        else:
            if leaves_a_matter(form.action):
                self.state.last_route = form.action
            self._overrule(form.action, "answers the open question")
        return True

    async def _start(self, route: str, slots: dict[str, Any], content: Content) -> None:
        """Begin an action: a lookup on top of an open form, a form alone."""
        name, _, topic = route.partition(":")
        if topic:
            slots = {**slots, "topic": topic}
        action = self._service(name)
        if action.route == "not_yet":
            slots = {**slots, "route": name}
        open_form = self.state.forms[0] if self.state.forms else None
        if open_form is not None and open_form.kind == "form" and action.kind == "form":
            if open_form.action == action.route:
                open_form.slots |= slots
                self.state.forms = [open_form]
                await self._put_open_question()
                return
            text = Given(content).text
            self.state.waiting = Waiting(action=action.route, slots=slots, text=text)
            action, slots = ACTIONS["switch"], {"open": open_form.action, "new": action.route}
        if len(self.state.forms) == 2 or (open_form is not None and open_form.kind == "lookup"):
            self.state.forms.pop()
        if action.route == PERSON and not self.handed_over:
            self._review("handed_over", self.state.wish)
        form = self._form(action.route, action.kind, slots)
        self.state.forms.append(form)
        if leaves_a_matter(route):
            self.state.last_route = route
        try:
            await self._run(form, content, None, Rival())
        except (Left, Elsewhere) as signal:
            raise AssertionError("an action without an answer can't be left") from signal
        if form.kind == "form" and form in self.state.forms:
            await self._remind(form)

    async def _remind(self, form: Form) -> None:
        """Offer an unfinished form again the next day, once, and not at night."""
        at = self.knowledge.now + REMIND_AFTER
        if not MORNING <= at.astimezone(CHINA).time() < EVENING:
            at = datetime.combine(at.astimezone(CHINA).date(), MORNING, tzinfo=CHINA)
        await self.knowledge.conversations.arrive(
            self.conversation.id,
            self.conversation.person,
            external_id=f"timer:form:{form.id}",
            kind="timer",
            payload={"kind": "timer", "name": "form", "values": {"form": form.id}},
            received_at=self.knowledge.now,
            due_at=at,
        )

    async def _forget(self, form: Form) -> None:
        self.state.forms = [one for one in self.state.forms if one.id != form.id]
        self.state.take_up()
        if form.kind == "form":
            await self.knowledge.conversations.drop_timer(
                self.conversation.id, f"timer:form:{form.id}"
            )

    async def _run(self, form: Form, content: Content, given: Given | None, rival: Rival) -> None:
        """Run the form's action, again and again where it asks for that."""
        notice: str | None = None
        for _ in range(RUNS):
            before = form.model_copy(deep=True)
            # Only a form may undo what it wrote and ask again (`Turn.again`).
            savepoint = await self.knowledge.savepoint() if form.kind == "form" else None
            turn = self._turn(form, content, given, rival)
            if notice:
                turn.notice(notice)
            try:
                await self._service(form.action).run(turn)
            except Asked:
                if savepoint is not None:
                    await savepoint.keep()
                form.touched_at = self.knowledge.now
                self._take(turn)
                return
            except Again as again:
                if savepoint is not None:
                    await savepoint.undo()
                elif self.knowledge.changed:
                    raise RuntimeError(f"{form.action}: only a form can undo") from again
                self.knowledge.changed = False
                form.said = before.said
                given = None
                form.question = None
                if again.name:
                    turn.drop_answer(again.name)
                notice = self.words(again.key, **again.values) if again.key else None
                continue
            except (Left, Elsewhere):
                if savepoint is not None:
                    await savepoint.undo()
                for name in Form.model_fields:
                    setattr(form, name, getattr(before, name))
                raise
            if savepoint is not None:
                await savepoint.keep()
            self._take(turn)
            await self._finished(form, turn, content)
            return
        raise RuntimeError(f"{form.action} begins anew without end")

    async def _finished(self, form: Form, turn: Turn, content: Content) -> None:
        await self._forget(form)
        self.knowledge.changed = False  # what comes now is another action's run
        if turn.start is not None:
            route, slots = turn.start
            if turn.start_text is not None:
                content = Text(text=turn.start_text)
            await self._start(route, slots, content)
        elif not self.held and self.state.forms and not turn.quiet:
            await self._put_open_question(resumed=True)

    async def _leave(self, form: Form, *, later: bool) -> None:
        self._overrule("cancel", "leaves the form")
        if later and form.kind == "form" and form.answers:
            self.state.forms.remove(form)
            self.state.take_up()
            self.state.kept = form
            go_on = Button(id="r:resume", label=self.words("form.go_on"))
            self._say("switch.kept", open=self.words(f"menu.{form.action}"), buttons=[go_on])
        else:
            await self._forget(form)
            self._say("dialogue.left", buttons=() if self.state.forms else self._menu())
        if not self.held:
            await self._put_open_question(resumed=True)

    async def _put_open_question(self, *, resumed: bool = False) -> None:
        """Put the open question again, after something else was served."""
        form = self.state.top
        if form is None:
            return
        action = self._service(form.action)
        if resumed:
            self._say("dialogue.back_to", what=self.words(f"menu.{action.route}"))
        await self._run(form, Text(text=""), None, Rival())

    # Small parts

    def _service(self, route: str) -> Action:
        """What serves a route: written as code, or as a kind of case in the data."""
        kinds = self.knowledge.case_kinds
        return ACTIONS.get(route) or case_service(kinds, route) or ACTIONS["not_yet"]

    def _form(self, route: str, kind: Any, slots: dict[str, Any]) -> Form:
        number = f"{self.knowledge.chance.getrandbits(40):010x}"
        now = self.knowledge.now
        return Form(id=number, action=route, kind=kind, started_at=now, touched_at=now, slots=slots)

    def _turn(self, form: Form, content: Content, given: Given | None, rival: Rival) -> Turn:
        return Turn(
            knowledge=self.knowledge,
            conversation=self.conversation,
            state=self.state,
            form=form,
            content=content,
            slots=form.slots,
            words=self.words,
            inbox_id=self.inbox_id,
            answer=given,
            rival=rival,
        )

    def _take(self, turn: Turn) -> None:
        self.spoken.replies += turn.replies
        self.spoken.crisis = self.spoken.crisis or turn.crisis
        self._review("not_helpful", turn.not_helped)

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

    def _review(self, what: What, wish: Wish | None) -> None:
        if wish is not None:
            self.spoken.review = wishes.noted(what, wish)

    def _say(self, key: str, *, buttons: Sequence[Button] = (), **values: Any) -> None:
        self.spoken.replies.append(Reply(text=self.words(key, **values), buttons=tuple(buttons)))

    def _trace(
        self,
        route: str,
        confidence: float = 1.0,
        slots: dict[str, Any] | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        self.spoken.route, self.spoken.confidence = route, confidence
        if slots is not None:
            self.spoken.slots = slots
        self.spoken.reasons = reasons or self.spoken.reasons

    def _overrule(self, route: str, why: str) -> None:
        """What a text came to, whatever it reads as by itself; the trace says both."""
        alone, confidence, reasons = self.spoken.route, self.spoken.confidence, self.spoken.reasons
        if self.spoken.source is None or alone == route:
            self._trace(route, confidence)
        else:
            self._trace(route, reasons=(f"{why}; alone {alone} {confidence:.2f}", *reasons))

    async def _route_button(self, route: str) -> Button:
        name, _, topic = route.partition(":")
        label = self.words(f"menu.{name}")
        if topic:
            language = self.words.language.partition("-")[0]
            label = (await self.knowledge.articles.titles([topic], language)).get(topic, label)
        return Button(id=f"r:{route}", label=label)

    def _menu(self) -> list[Button]:
        routes = ("find_station", "join_union", "claim_status", PERSON)
        return [Button(id=f"r:{route}", label=self.words(f"menu.{route}")) for route in routes]
