"""The forms and lookups that are open in a conversation: begun, answered, put aside, left.

A lookup is served on top of an open form, one deep; a form stands alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any

from actions.answers import Rival
from actions.cases import case_service
from actions.content import Button, Content, Text
from actions.fields import Given
from actions.putting import Asking
from actions.registry import ACTIONS, ERASE_DATA, Action
from actions.signals import Again, Asked, Elsewhere, Left
from actions.state import Form, State, Waiting
from actions.turn import Turn
from bot.speaking import Speaker
from bot.steering import postpones
from knowledge.clock import CHINA
from knowledge.conversations import Conversation
from knowledge.unit import Knowledge
from nlu.follow import leaves_a_matter
from nlu.routes import PERSON

REMIND_AFTER = timedelta(days=1)
MORNING, EVENING = time(9), time(21)
"""Nobody is reminded of an unfinished form outside of these hours (China's time)."""

RUNS = 6
"""How often a form may be begun anew within one message before it counts as a mistake."""


class OpenForms:
    """Runs the actions of one conversation, for one message."""

    def __init__(
        self,
        knowledge: Knowledge,
        conversation: Conversation,
        state: State,
        speaker: Speaker,
        inbox_id: int,
        *,
        handed_over: bool,
    ) -> None:
        self.knowledge = knowledge
        self.conversation = conversation
        self.state = state
        self.speaker = speaker
        self.inbox_id = inbox_id
        self.handed_over = handed_over
        self.held = False
        """A person has the conversation: an open form isn't brought up again by itself."""
        self._resting: tuple[str, Asking] | None = None
        """The form that this message turned out not to answer, and its question. Nothing has
        changed for it since, so it needn't be run for the same question again."""

    async def start(self, route: str, slots: dict[str, Any], content: Content) -> None:
        """Begin an action: a lookup on top of an open form, a form alone."""
        name, _, topic = route.partition(":")
        if topic:
            slots = {**slots, "topic": topic}
        action = self.service(name)
        if action.route == "not_yet":
            slots = {**slots, "route": name}
        open_form = self.state.forms[0] if self.state.forms else None
        if (
            action.route == ERASE_DATA
            and open_form is not None
            and open_form.action != ERASE_DATA
            and self.state.aside is None
        ):
            # Nothing is put before somebody's wish to be forgotten; if they stay, the form goes on.
            self.state.forms, self.state.aside = [], open_form
            open_form = None
        if open_form is not None and open_form.kind == "form" and action.kind == "form":
            if open_form.action == action.route:
                open_form.slots |= slots
                self.state.forms, self._resting = [open_form], None
                await self.put_open_question()
                return
            text = Given(content).text
            self.state.waiting = Waiting(action=action.route, slots=slots, text=text)
            action, slots = ACTIONS["switch"], {"open": open_form.action, "new": action.route}
        if len(self.state.forms) == 2 or (open_form is not None and open_form.kind == "lookup"):
            self.state.forms.pop()
        if action.route == PERSON and not self.handed_over:
            self.speaker.review("handed_over", self.state.wish)
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

    async def answer(self, content: Content, slots: dict[str, Any], rival: Rival) -> bool:
        """Give the message to the open form; false if it turned out to be another wish."""
        form = self.state.top
        assert form is not None
        given = Given(content, slots)
        try:
            await self._run(form, content, given, rival)
        except Left:
            await self._leave(form, later=postpones(given.text))
        except Elsewhere as elsewhere:
            self._resting = form.id, elsewhere.asking
            return False
        else:
            if leaves_a_matter(form.action):
                self.state.last_route = form.action
            self.speaker.overrule(form.action, "answers the open question")
        return True

    async def put_open_question(self, *, resumed: bool = False) -> None:
        """Put the open question again, after something else was served."""
        form = self.state.top
        if form is None:
            return
        action = self.service(form.action)
        if resumed:
            self.speaker.say("dialogue.back_to", what=self.speaker.words(f"menu.{action.route}"))
        if self._resting is not None and self._resting[0] == form.id:
            turn = self._turn(form, Text(text=""), None, Rival())
            turn.put(self._resting[1])
            self._take(turn)
        else:
            await self._run(form, Text(text=""), None, Rival())

    async def run_alone(
        self,
        name: str,
        run: Callable[[Turn], Awaitable[None]],
        slots: dict[str, Any],
        content: Content,
    ) -> None:
        """Run what asks nothing and leaves nothing open, whatever else is."""
        turn = self._turn(self._form(name, "lookup", slots), content, None, Rival())
        await run(turn)
        self._take(turn)

    def service(self, route: str) -> Action:
        """What serves a route: written as code, or as a kind of case in the data."""
        kinds = self.knowledge.case_kinds
        return ACTIONS.get(route) or case_service(kinds, route) or ACTIONS["not_yet"]

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
                await self.service(form.action).run(turn)
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
                notice = self.speaker.words(again.key, **again.values) if again.key else None
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
        if self.knowledge.changed:
            self._resting = None
        self.knowledge.changed = False  # what comes now is another action's run
        if turn.start is not None:
            route, slots = turn.start
            if turn.start_text is not None:
                content = Text(text=turn.start_text)
            await self.start(route, slots, content)
        elif not self.held and self.state.forms and not turn.quiet:
            await self.put_open_question(resumed=True)

    async def _leave(self, form: Form, *, later: bool) -> None:
        self.speaker.overrule("cancel", "leaves the form")
        if later and form.kind == "form" and form.answers:
            self.state.forms.remove(form)
            self.state.take_up()
            self.state.kept = form
            self.tell_kept(form)
        else:
            await self._forget(form)
            resting = bool(self.state.forms)
            self.speaker.say(
                "dialogue.left_lookup" if resting else "dialogue.left",
                buttons=() if resting else self.speaker.menu(),
            )
        if not self.held:
            await self.put_open_question(resumed=True)

    def tell_kept(self, form: Form) -> None:
        """Say that a form stays for later."""
        go_on = Button(id="r:resume", label=self.speaker.words("form.go_on"))
        self.speaker.say(
            "switch.kept", open=self.speaker.words(f"menu.{form.action}"), buttons=[go_on]
        )

    async def _forget(self, form: Form) -> None:
        self.state.forms = [one for one in self.state.forms if one.id != form.id]
        self.state.take_up()
        if form.kind == "form":
            await self.knowledge.conversations.drop_timer(
                self.conversation.id, f"timer:form:{form.id}"
            )

    async def _remind(self, form: Form) -> None:
        """Offer an unfinished form again the next day, once, and not at night."""
        at = self.knowledge.now + REMIND_AFTER
        if not MORNING <= at.astimezone(CHINA).time() < EVENING:
            at = datetime.combine(at.astimezone(CHINA).date(), MORNING, tzinfo=CHINA)
        payload = {"kind": "timer", "name": "form", "values": {"form": form.id}}
        external_id = f"timer:form:{form.id}"
        await self.knowledge.turns.remind(self.conversation, external_id, payload, at)

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
            words=self.speaker.words,
            inbox_id=self.inbox_id,
            answer=given,
            rival=rival,
        )

    def _take(self, turn: Turn) -> None:
        spoken = self.speaker.spoken
        spoken.replies += turn.replies
        spoken.crisis = spoken.crisis or turn.crisis
        self.speaker.review("not_helpful", turn.not_helped)
