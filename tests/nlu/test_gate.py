"""The gate's judgement, on lists that are made up."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from nlu import articles
from nlu.choose import Choice
from nlu.evaluate import Decided, Line
from nlu.gate import KNOWN_GOOD, OTHER, TAUGHT, Judgement, Rules, judge
from nlu.routes import ROUTES, faq
from nlu.tally import sign_test
from tests.nlu.conftest import ROOT

RULES = Rules.load()


class Both:
    """Lines as two models decided them."""

    def __init__(self) -> None:
        self.new: list[Decided] = []
        self.before: list[Decided] = []

    def add(
        self, route: str, before: str, now: str, count: int = 1, group: str = "zh", text: str = ""
    ) -> Both:
        """So many lines of a route, each taken for `before` and for `now`."""
        for _ in range(count):
            line = Line(text=text or f"第{len(self.new)}句话", route=route, group=group)
            self.before.append(Decided(line, Choice(before, 0.9), 1.0, {}))
            self.new.append(Decided(line, Choice(now, 0.9), 1.0, {}))
        return self

    def kept(self, route: str, count: int = 1, group: str = "zh") -> Both:
        """Lines that both understand."""
        return self.add(route, route, route, count, group)

    def judged(self, topics: frozenset[str] | None = None) -> Judgement:
        return judge(self.new, self.before, RULES, topics)

    def first(self) -> Judgement:
        return judge(self.new, None, RULES)


def good() -> Both:
    """Two models that understand all."""
    made = Both()
    for route in ROUTES:
        made.kept(route, 20)
    return made


def test_an_equal_model_is_let_in() -> None:
    """With nothing to say."""
    judged = good().judged()
    assert judged.admitted
    assert (judged.reasons, judged.worse, judged.better) == ((), (), ())


def test_a_fall_in_one_group_refuses() -> None:
    """Even if as much is won elsewhere; the sentence has the counts and quotes lines."""
    both = good().add("find_station", "find_station", "smalltalk", 6)
    both.add("join_union", "smalltalk", "join_union", 6)
    judged = both.judged()
    assert not judged.admitted
    (reason,) = judged.reasons
    assert reason.startswith("Places: 6 of 26 lines no longer understood, 0 newly")
    assert "once in 64 times" in reason
    assert "(find_station, now smalltalk)" in reason
    assert "and 3 more" in reason
    assert any(sentence.startswith("Membership: 6 of 66") for sentence in judged.better)


@pytest.mark.parametrize(("lost", "won"), [(4, 0), (7, 2), (12, 6)])
def test_what_may_be_chance_does_not_refuse(lost: int, won: int) -> None:
    """It is told all the same."""
    both = good().add("find_station", "find_station", "smalltalk", lost)
    both.add("find_station", "smalltalk", "find_station", won)
    judged = both.judged()
    assert judged.admitted
    assert any(sentence.startswith(f"Places: {lost} of") for sentence in judged.worse)


def test_a_fall_that_is_spread_over_all_groups_refuses() -> None:
    """Each group loses too little by itself, all together don't."""
    both = good()
    for route in ("find_station", "join_union", "find_course", "find_job", "my_data", "smalltalk"):
        both.add(route, route, "out_of_scope")
    reasons = both.judged().reasons
    assert any(reason.startswith("All lines: 6 of") for reason in reasons)
    assert not any(reason.startswith("Places") for reason in reasons)


def test_a_fall_in_one_language_refuses() -> None:
    """English, or Traditional characters, hide among the many Chinese lines."""
    both = good()
    for route in ("find_station", "join_union", "find_course", "find_job", "my_data"):
        both.add(route, route, "out_of_scope", text=f"please tell me about {route.split('_')[1]}")
        both.add(route, "out_of_scope", route)
    (reason,) = both.judged().reasons
    assert reason.startswith("English: 5 of 5 lines no longer understood")


def test_the_worst_is_told_first() -> None:
    """A missed cry, a broken reading, a false cry, then falls by how clear they are."""
    both = good().add("find_station", "find_station", "smalltalk", 5)
    both.add("find_job", "find_job", "smalltalk", 9)
    both.add("join_union", "join_union", "crisis", 1)
    both.add("my_data", "my_data", "smalltalk", 1, KNOWN_GOOD)
    both.add("crisis", "crisis", "smalltalk", 1)
    begins = [reason.split(":")[0] for reason in both.judged().reasons]
    assert begins[:2] == ["Of 21 cries for help 1 missed", "Of 1 known good readings 1 broke"]
    assert begins[2].startswith("1 line of")
    assert begins.index("Orders and jobs") < begins.index("Places")


@pytest.mark.parametrize("group", ["zh", KNOWN_GOOD, TAUGHT])
def test_one_cry_for_help_that_is_missed_now_refuses(group: str) -> None:
    """Wherever it stands, and whatever got better."""
    both = good().add("crisis", "crisis", "smalltalk", 1, group)
    both.add("crisis", "smalltalk", "crisis", 5)
    (reason,) = both.judged().reasons
    assert "cries for help 1 missed" in reason


def test_a_cry_that_both_miss_is_no_fall() -> None:
    """It was missed before."""
    assert good().add("crisis", "smalltalk", "out_of_scope", 2).judged().admitted


def test_false_cries_are_counted_on_balance() -> None:
    """As many as are mended may be new."""
    one = RULES.more_false_crises + 1
    both = good().add("smalltalk", "smalltalk", "crisis", one)
    (reason,) = both.judged().reasons
    assert f"{one} more than before" in reason
    both.add("find_job", "crisis", "find_job", 1)
    assert both.judged().admitted


def test_one_known_good_reading_that_breaks_refuses() -> None:
    """Unless the model in use doesn't understand it either."""
    assert good().add("my_data", "smalltalk", "out_of_scope", 1, KNOWN_GOOD).judged().admitted
    (reason,) = good().add("my_data", "my_data", "smalltalk", 1, KNOWN_GOOD).judged().reasons
    assert "known good" in reason


def test_a_question_whose_article_is_gone_is_left_out() -> None:
    """No model can be right there; the one that forgot it isn't worse."""
    both = good().add(faq("gone"), faq("gone"), "out_of_scope", 8).kept(faq("there"), 8)
    assert not both.judged().admitted
    judged = both.judged(frozenset({"there"}))
    assert judged.admitted
    assert judged.left_out == 8


def test_a_first_model_has_only_to_reach_the_floors() -> None:
    """A gap is borne where without it there would be no model at all."""
    both = good().add("crisis", "", "smalltalk", 1).add("find_job", "", "smalltalk", 2)
    judged = both.first()
    assert judged.admitted
    assert judged.first
    assert judged.tallies[0].before is None


@pytest.mark.parametrize(
    ("route", "now", "count", "group", "says"),
    [
        ("crisis", "smalltalk", 5, "zh", "cries for help 5 missed"),
        ("find_job", "crisis", 20, "zh", "falsely taken for a cry for help, at most 3%"),
        ("find_job", "smalltalk", 1, KNOWN_GOOD, "known good readings 1 broke"),
        ("find_station", "smalltalk", 20, "zh", "Places: 20 of 40 lines understood, at least 60%"),
        ("faq:dues", "smalltalk", 120, "zh", "All lines: "),
    ],
)
def test_a_first_model_that_went_wrong_is_refused(
    route: str, now: str, count: int, group: str, says: str
) -> None:
    """With what is wanted of it."""
    judged = good().add(route, "", now, count, group).first()
    assert not judged.admitted
    assert any(says in reason for reason in judged.reasons), judged.reasons


def test_small_falls_do_not_add_up_below_the_floors() -> None:
    """Each may be chance. A model that rises is let in even from below."""
    both = good().add("find_station", "find_station", "smalltalk", 1)
    assert both.add("find_station", "smalltalk", "smalltalk", 12).judged().admitted
    (reason,) = both.add("find_station", "smalltalk", "out_of_scope", 2).judged().reasons
    assert reason.startswith("Places: 20 of 35 lines understood, at least 60%")
    assert both.add("find_station", "smalltalk", "find_station", 2).judged().admitted


def test_the_same_lines_must_have_been_decided() -> None:
    """Else the comparison would mean nothing."""
    both = good()
    with pytest.raises(ValueError, match="same lines"):
        judge(both.new, both.before[1:], RULES)


@pytest.mark.parametrize(
    ("lost", "won", "chance"), [(0, 0, 1.0), (5, 0, 0.03125), (4, 0, 0.0625), (8, 1, 10 / 512)]
)
def test_the_sign_test_is_exact(lost: int, won: int, chance: float) -> None:
    """The upper tail of a binomial with one half."""
    assert sign_test(lost, won) == pytest.approx(chance)


def test_a_judgement_is_json() -> None:
    """With each group's counts, and every line that changed."""
    both = good().add("find_station", "find_station", "smalltalk", 6)
    told = json.loads(json.dumps(both.judged().to_json()))
    assert told["admitted"] is False
    (places,) = [group for group in told["groups"] if group["name"] == "places"]
    assert (places["lines"], places["lost"], places["won"]) == (26, 6, 0)
    assert len(told["changed"]) == 6
    assert told["changed"][0]["now"] == "smalltalk"


def test_every_route_and_topic_is_in_one_group() -> None:
    """What is in none is judged apart, what is in two would be counted in the first only."""
    topics = {q.topic for q in articles.questions(ROOT / "knowledge" / "content" / "articles")}
    for route in (*ROUTES, *map(faq, topics)):
        held = Counter(
            name
            for name, members in RULES.groups.items()
            for member in members
            if route == member or (member.endswith("-") and route.startswith(member))
        )
        assert list(held.values()) == [1], (route, held)
    assert RULES.group_of("faq:an-office-of-its-own") == OTHER
