"""What the content files hold of benefit schemes: what they pay, their steps and papers."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StrictStr, model_validator

from knowledge.content_entries import Day, Entry, Slug, Words, Yuan

SchemeKind = Literal["mutual_aid", "supplementary_insurance"]
CENT = Decimal("0.01")


class SeriousIllness(Entry):
    """A one-off that is added when the own cost of a serious illness is over a threshold."""

    own_cost_over: Yuan
    one_off_from: Yuan
    one_off_to: Yuan


class BenefitRule(Entry):
    """How much a scheme pays. What no source says is None and isn't computed.

    With a rate: at most `rate` × cost, at most `cap`. Without: only from–to can be said.
    """

    rate: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    rate_is_upper_bound: bool = False
    """The rate is on the covered part, which the office finds out: the true sum is lower."""
    start: Yuan | None = None
    """Own cost below which nothing is paid yet."""
    start_formerly: Yuan | None = None
    cap: Yuan | None = None
    """The most that is paid, without the one-off."""
    cap_in_all: Yuan | None = None
    """The most that is paid, with the one-off."""
    fee: Yuan | None = None
    serious_illness: SeriousIllness | None = None
    waiting_period_days: Annotated[int, Field(ge=0)] | None = None
    """0: there is none. None: not known."""
    preexisting_accepted: bool | None = None
    claims_per_period: Literal["unlimited"] | Annotated[int, Field(gt=0)] | None = None

    def pays(self, cost: Decimal) -> tuple[Decimal, Decimal]:
        """The least and the most that is paid for an own cost, in yuan.

        Both are the same where the rule gives one sum. Where the rate is an upper bound, or there
        is none, the least is 0.
        """
        if self.start is not None and cost < self.start:
            return Decimal(0), Decimal(0)
        most = cost if self.rate is None else (cost * self.rate).quantize(CENT, ROUND_HALF_UP)
        if self.cap is not None:
            most = min(most, self.cap)
        least = Decimal(0) if self.rate is None or self.rate_is_upper_bound else most
        illness = self.serious_illness
        if illness is not None and cost > illness.own_cost_over:
            least, most = least + illness.one_off_from, most + illness.one_off_to
        if self.cap_in_all is not None:
            most = min(most, self.cap_in_all)
        return min(least, most), most


class ExampleEntry(Entry):
    """A worked example of a scheme: so much own cost, so much paid. A rule must give just that."""

    cost: Yuan
    pays: Yuan | None = None
    """Where the rule gives one sum."""
    pays_from: Yuan | None = None
    pays_to: Yuan | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = (self.pays is not None, self.pays_from is not None, self.pays_to is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise ValueError("an example has 'pays', or 'pays_from' and 'pays_to'")
        return self

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """The least and the most, as the example has it."""
        if self.pays is not None:
            return self.pays, self.pays
        return self.pays_from or Decimal(0), self.pays_to or Decimal(0)


class StepEntry(Entry):
    """A step of a claim, in the order of the list."""

    code: Slug
    name: Words


class PaperEntry(Entry):
    """A paper that is asked for with a claim."""

    code: Slug
    name: Words
    demo: bool = False


class SchemeEntry(Entry):
    """A benefit scheme of a region's union (`schemes.yaml`)."""

    code: Slug
    kind: SchemeKind
    region: Slug
    name: Words
    for_whom: Words
    """Who may qualify; the union decides."""
    membership_card_needed: bool = False
    rule: BenefitRule
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1)]
    papers: tuple[PaperEntry, ...] = ()
    examples: tuple[ExampleEntry, ...] = ()
    """Worked by hand from the source: the rule is refused if it gives something else."""
    source: StrictStr
    checked_on: Day
    valid_from: Day | None = None
    valid_until: Day | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on a day, its first and last included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or self.valid_until >= day)

    @model_validator(mode="after")
    def _comes_out_right(self) -> Self:
        for example in self.examples:
            found = self.rule.pays(example.cost)
            if found != example.span:
                raise ValueError(
                    f"for a cost of {_sum(example.cost)} the rule pays {_between(found)}, "
                    f"the example says {_between(example.span)}; put one of them right"
                )
        return self


def _sum(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _between(span: tuple[Decimal, Decimal]) -> str:
    least, most = span
    return _sum(most) if least == most else f"{_sum(least)} to {_sum(most)}"
