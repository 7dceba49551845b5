"""What a rider is told about a case: at a step, when another level has it. Also the preview's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from actions.content import Button
from actions.status_parts import decider_of
from actions.supplying import supply_button
from bot.news import tell
from bot.wording import Texts, spoken
from knowledge.case_offices import Passed
from knowledge.case_records import Case, Given, Moved, Why
from knowledge.content_cases import CaseStep, places_in, said_in
from knowledge.unit import Knowledge

SAID = "case.said"
"""The text that only holds another one: what is told is made when it is decided."""


class CaseTold:
    """Makes and sends what riders are told about their cases."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def at_step(self, case: Case, step: CaseStep, given: Given, language: str | None) -> str | None:
        """What the rider reads when the case comes to a step; None if nothing is told."""
        words = self._texts.words(language)
        if step.told is None:
            return None
        reason = self._reason(given.reason, words.language)
        values: dict[str, Any] = {
            "number": case.number,
            "reason": reason,
            "amount": given.amount if given.amount is not None else case.amount,
            "office": given.elsewhere.office or words("case.another_office"),
        }
        if isinstance(step.told, str):
            key = f"{step.told}_why" if reason and words.has(f"{step.told}_why") else step.told
            return words(key, **values)
        template = said_in(step.told, words.language)
        spoken_values = {name: spoken(value, words.language) for name, value in values.items()}
        text = template.format(**spoken_values).strip()
        rest = []
        if given.amount is not None and "amount" not in places_in(template):
            rest.append(words("case.amount", amount=given.amount))
        if reason and "reason" not in places_in(template):
            rest.append(words("case.why", reason=reason))
        return "\n".join([text, *rest])

    async def tell_step(self, unit: Knowledge, moved: Moved) -> int:
        """In how many conversations the rider is told of a step."""
        if moved.event is None or moved.step.told is None:
            return 0
        return await self._tell(
            unit,
            moved.case,
            f"case:{moved.event}",
            lambda language: str(self.at_step(moved.case, moved.step, moved.given, language)),
            lambda language: (
                [supply_button(self._texts.words(language), moved.case.number)]
                if moved.step.waits_for_rider
                else []
            ),
        )

    async def tell_passed(
        self, unit: Knowledge, passed: Passed, *, up: bool, text: str | Why
    ) -> int:
        """In how many conversations the rider is told which level has the case now."""
        case, key = passed.case, "case.escalated" if up else "case.handed_down"
        said = self._of_office(unit, case, key, text)
        return await self._tell(unit, case, f"case:{passed.event}", said)

    async def tell_words(self, unit: Knowledge, case: Case, event: int, text: str) -> int:
        """In how many conversations the rider reads a line of the office about a case."""
        return await self._tell(
            unit,
            case,
            f"case:{event}",
            self._of_office(unit, case, "case.office_says", text),
            # What is over takes no answer.
            lambda language: (
                [supply_button(self._texts.words(language), case.number, "supply.answer")]
                if case.closed_at is None
                else []
            ),
        )

    async def tell_reopened(self, unit: Knowledge, moved: Moved) -> int:
        """In how many conversations the rider is told that a case goes on after all."""
        case = moved.case
        return await self._tell(
            unit,
            case,
            f"case:{moved.event}",
            lambda language: self._texts.words(language)(
                "case.reopened", number=case.number, reason=moved.given.reason
            ),
        )

    async def ask_joint(self, unit: Knowledge, case: Case, joint: int) -> int:
        """In how many conversations the rider is asked whether the case may be joined."""
        return await self._tell(
            unit,
            case,
            f"joint:{joint}:{case.number}",
            lambda language: self._texts.words(language)("case.joint.ask", number=case.number),
            lambda language: [
                Button(
                    id=f"r:joint_case:{joint}.{case.number}.{answer}",
                    label=self._texts.words(language)(f"case.joint.{answer}"),
                )
                for answer in ("yes", "no")
            ],
        )

    def _of_office(
        self, unit: Knowledge, case: Case, key: str, text: str | Why
    ) -> Callable[[str | None], str]:
        """What an office has written or the house gives as its reason, by language."""

        def said(language: str | None) -> str:
            words = self._texts.words(language)
            body = decider_of(unit.region_tree, case.office, words.language)
            why = (
                words(f"case.house_why.{text.key}", **text.values)
                if isinstance(text, Why)
                else text
            )
            return words(key, number=case.number, office=body, text=why)

        return said

    def _reason(self, reason: str | None, language: str) -> str:
        return self._texts.words(language).get(f"status.reason.{reason}", reason or "")

    async def _tell(
        self,
        unit: Knowledge,
        case: Case,
        once: str,
        said: Callable[[str | None], str],
        buttons: Callable[[str | None], Sequence[Button]] = lambda _: (),
    ) -> int:
        return await tell(
            unit,
            case.person,
            case.conversation,
            SAID,
            once,
            lambda language: {"text": said(language)},
            buttons=buttons,
        )
