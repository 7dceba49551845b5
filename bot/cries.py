"""A cry for help and the lines that follow it: answered, listened to, taken back.

Which line is which is told by `after_cry`.
"""

from __future__ import annotations

from actions.content import Content, Text
from actions.people import listen
from actions.registry import ACTIONS
from bot.after_cry import listens, takes_back
from bot.cry_questions import asked_after_a_cry
from bot.open_forms import OpenForms
from knowledge.handoffs import Handoff
from nlu.choose import Choice
from nlu.routes import CRISIS, SMALLTALK


class Cries:
    """What is said to somebody in danger, for one message. An open form rests meanwhile."""

    def __init__(self, open_forms: OpenForms) -> None:
        self.open_forms = open_forms
        self.state = open_forms.state
        self.speaker = open_forms.speaker

    async def answer(self, content: Content, choice: Choice) -> None:
        """Answer a cry for help."""
        self._count()
        run = ACTIONS[CRISIS].run
        await self.open_forms.run_alone(CRISIS, run, choice.slots.said(), content)
        self.speaker.spoken.crisis = True
        self.state.last_route = CRISIS

    async def follows(self, content: Text, choice: Choice, handoff: Handoff | None) -> bool:
        """Whether a line only follows a cry for help; then it is answered as such."""
        if self.state.last_route == CRISIS and takes_back(content.text):
            await self._taken_back()
            return True
        if listens(content.text, choice, self.state, handoff):
            await self._listen(content, choice)
            return True
        return False

    async def _listen(self, content: Text, choice: Choice) -> None:
        """A line after a cry for help: the open form says how it goes on."""
        self.state.last_text = content.text
        self.speaker.overrule(CRISIS, "follows a cry for help")
        self._count()
        said = choice.slots.said()
        if asks := asked_after_a_cry(content.text):
            said["asks"] = asks
        await self.open_forms.run_alone(CRISIS, listen, said, content)

    async def _taken_back(self) -> None:
        """A cry that wasn't meant: believed, with the number to keep; what is open goes on."""
        self.state.last_route = None
        self.speaker.overrule(SMALLTALK, "takes a cry for help back")
        open_form = bool(self.state.forms)
        self.speaker.say("crisis.taken_back", buttons=() if open_form else self.speaker.menu())
        await self.open_forms.put_open_question(resumed=True)

    def _count(self) -> None:
        follows = self.state.last_route == CRISIS
        self.state.since_cry = self.state.since_cry + 1 if follows else 1
