"""A conversation while a person has it: who a message is for, what staff do, forms they start.

What the rider reads of a step of theirs is made in `handoff.py`.
"""

from __future__ import annotations

from actions.answers import Rival
from actions.content import Contact, Content, Location, Photo, Press, StaffAct, StaffSay, Text
from actions.state import Agreed, SharedPlace
from bot.handoff import asks_how_long, note_of, rider_wrote, staff_act, wants_back
from bot.open_forms import OpenForms
from bot.rivals import rival_of
from knowledge.handoffs import Handoff
from nlu.choose import Choice
from nlu.routes import CRISIS, PERSON


class HandedOver:
    """A conversation that a person has or is awaited in, for one message."""

    def __init__(self, open_forms: OpenForms) -> None:
        self.open_forms = open_forms
        self.knowledge = open_forms.knowledge
        self.conversation = open_forms.conversation
        self.state = open_forms.state
        self.speaker = open_forms.speaker

    async def takes(self, content: Content, handoff: Handoff, choice: Choice | None) -> bool:
        """Whether the message is for the person, or about having one: the bot has no more to do."""
        said_back = isinstance(content, Text) and wants_back(content.text)
        top = self.state.top
        if said_back and top is not None and handoff.crisis and handoff.state == "waiting":
            # Staff look at it whatever is said; in a form that goes on, the word is the form's.
            said_back = self.state.last_route == CRISIS
        if said_back or (isinstance(content, Press) and content.id == "r:handoff_back"):
            self.speaker.trace("return")
            left = await self.knowledge.handoffs.move(self.conversation.id, "leave", None)
            self.open_forms.held = False
            if left.state != "waiting":  # else whoever sees to a cry still needs where they are
                self.state.given_back()
            if self.state.last_route == CRISIS:
                self.state.last_route = top.action if top else None
            if left.state == "waiting":
                # The bot answers anyway; somebody must look at a crisis all the same.
                self.speaker.say("handoff.crisis_stays")
            else:
                self.speaker.say("handoff.back", buttons=self.speaker.menu())
            await self.open_forms.put_open_question()
            return True
        if self.open_forms.held:
            self.speaker.spoken.held = True
            if not await self._answers_staff_form(content, choice):
                self.speaker.trace("held")
                self._keep_place(content)
                self._learn(choice)
            await rider_wrote(self.knowledge, handoff)
            return True
        if isinstance(content, Text) and asks_how_long(content.text):
            self.speaker.trace(PERSON)
            await self.open_forms.start(PERSON, {}, content)
            return True
        return False

    async def staff(
        self, content: StaffSay | StaffAct, handoff: Handoff | None, meant: Choice | None
    ) -> None:
        """What a member of staff says or does; `meant` is what a note for the bot reads as."""
        note = note_of(content)
        self.speaker.trace("staff")
        replies = await staff_act(
            self.knowledge, self.conversation, content, handoff, self.speaker.words
        )
        self.speaker.spoken.replies += replies or []
        self.speaker.spoken.staff = isinstance(content, StaffSay)
        self.knowledge.changed = False  # what staff did is no write of the rider's form
        if isinstance(content, StaffSay):
            self.state.place_asked = self.state.place_asked or content.ask == "location"
            if content.form is not None:
                await self._start_staff_form(content.form)
        elif replies is not None and content.act in ("return", "close"):
            self._given_back()
            if note and handoff is not None and not handoff.crisis:
                self.state.agreed = Agreed(text=note, staff=content.staff, at=self.knowledge.now)
                self._learn(meant)
            await self.open_forms.put_open_question()

    def _given_back(self) -> None:
        self.open_forms.held = False
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

    def _keep_place(self, content: Content) -> None:
        """A position that staff have asked for stays until they give the rider back."""
        if isinstance(content, Location) and self.state.place_asked:
            self.state.shared_place = SharedPlace(
                lat=content.lat, lon=content.lon, at=self.knowledge.now
            )

    async def _answers_staff_form(self, content: Content, choice: Choice | None) -> bool:
        """Whether the message belongs to the form that staff have started."""
        top = self.state.top
        if top is None or top.question is None or not self._staff_form_open():
            return False
        if isinstance(content, Press):
            if not content.id.startswith(f"a:{top.question.id}:"):
                return False
            self.speaker.trace(top.action)
            taken = await self.open_forms.answer(content, {}, Rival())
        elif isinstance(content, Text) and choice is not None:
            rival = rival_of(content, choice, top)
            taken = await self.open_forms.answer(content, choice.slots.said(), rival)
        elif isinstance(content, Location | Contact | Photo):
            self.speaker.trace(top.action)
            taken = await self.open_forms.answer(content, {}, Rival(strength="none"))
        else:
            return False
        self._after_staff_form()
        return taken

    async def _start_staff_form(self, route: str) -> None:
        """Run a form while a person has the conversation; another open one is put aside."""
        if self.open_forms.service(route).kind != "form":
            raise ValueError(f"{route} is no form")
        forms = [*self.state.forms, *([self.state.aside] if self.state.aside else [])]
        forms = [form for form in forms if form.kind == "form"]
        same = [form for form in forms if form.action == route][:1]
        others = [form for form in forms if form not in same]
        self.state.forms, self.state.aside = same, None
        if same:
            await self.open_forms.put_open_question()
        else:
            await self.open_forms.start(route, {}, Text(text=""))
        self.state.staff_form = next((form.id for form in self.state.forms), None)
        if others:
            self.state.aside = others.pop()  # the rider's own stands behind one of staff's
        if others and self.state.kept is None:
            self.state.kept = others.pop()
        self._after_staff_form()

    def _after_staff_form(self) -> None:
        """Other services' buttons would be silent now; and who has it again is said at the end."""
        self.speaker.spoken.replies = [
            reply.model_copy(
                update={"buttons": tuple(b for b in reply.buttons if b.url or b.id[:2] == "a:")}
            )
            for reply in self.speaker.spoken.replies
        ]
        if not self._staff_form_open():
            self.state.staff_form = None
            self.state.take_up()
            self.speaker.say("staff_form.over")

    def _staff_form_open(self) -> bool:
        return any(form.id == self.state.staff_form for form in self.state.forms)
