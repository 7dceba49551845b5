"""From a reading to one route."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.choose import Choice, Context, choose, one_after_the_other
from nlu.follow import Leaning
from nlu.match import Match
from nlu.reading import Reading
from nlu.slots.model import Slots
from nlu.thresholds import Thresholds

LIMITS = Thresholds(
    neighbours=0.5,
    sharpness=1.0,
    crisis_model=0.2,
    crisis=0.3,
    crisis_leaning=0.2,
    crisis_unlikely=0.6,
    crisis_thought=0.7,
    crisis_doubted=0.03,
    least=0.3,
    close=0.1,
    close_second=0.3,
    worded=0.85,
    worded_english=0.92,
    worded_leaning=0.2,
    worded_cry=0.0005,
    worded_near=0.1,
    unlike=0.25,
    leaning=Leaning(
        elsewhere=0.03, at_home=0.07, listed=0.3, done=0.3, asked=0.05, explained=0.005
    ),
)


def _reading(text: str = "嗯", crisis: str | None = None, **routes: float) -> Reading:
    ranked = tuple(sorted(routes.items(), key=lambda pair: -pair[1]))
    named = tuple((name.replace("__", ":"), share) for name, share in ranked)
    return Reading(text, "zh", "hans", named, crisis=crisis)


def _choose(
    reading: Reading,
    match: Match | None = None,
    context: Context | None = None,
    topics: frozenset[str] = frozenset(),
    limits: Thresholds = LIMITS,
) -> Choice:
    return choose(reading, match or Match(), context or Context(), Slots(), limits, topics)


def test_a_rule_for_a_crisis_wins_over_everything() -> None:
    """However sure the model is of something else."""
    choice = _choose(_reading(crisis="zh.wish", join_union=0.99), context=Context("join_union"))
    assert (choice.route, choice.confidence) == ("crisis", 1.0)


def test_the_nearest_texts_may_see_a_crisis_where_no_rule_does() -> None:
    """Earlier where the text speaks of despair; the model alone says little."""
    plain = Reading("今天好累", "zh", "hans", (("crisis", 0.3), ("smalltalk", 0.7)))
    near = Match({"crisis": 0.25, "smalltalk": 0.75}, 0.9)
    assert _choose(plain, near).route == "smalltalk"
    assert _choose(replace(plain, text="我撑不下去了"), near).route == "crisis"
    assert _choose(plain, Match({"crisis": 0.4, "smalltalk": 0.6}, 0.9)).route == "crisis"
    sure = replace(plain, routes=(("crisis", 0.9), ("smalltalk", 0.1)))
    assert _choose(sure, Match({"smalltalk": 1.0}, 0.9)).route == "smalltalk"


def test_what_stands_near_by_chance_is_no_crisis() -> None:
    """A few cries among the nearest texts say little where the model sees nothing."""
    near = Match({"crisis": 0.4, "smalltalk": 0.6}, 0.3)
    unseen = Reading("你反应还怪快", "zh", "hans", (("smalltalk", 1.0),))
    assert _choose(unseen, near).route == "smalltalk"
    seen = replace(unseen, routes=(("smalltalk", 0.6), ("crisis", 0.4)))
    assert _choose(seen, near).route == "crisis"


def test_a_question_about_a_film_must_be_nearer_to_a_cry() -> None:
    """Somebody else's story is told in the words of one."""
    near = Match({"crisis": 0.5, "out_of_scope": 0.5}, 0.9)
    routes = (("out_of_scope", 0.7), ("crisis", 0.3))
    film = Reading("那个男主跳楼的电影叫啥名", "zh", "hans", routes)
    assert _choose(film, near).route == "out_of_scope"
    assert _choose(replace(film, text="那个男的要跳楼"), near).route == "crisis"
    assert _choose(replace(film, text="丁四"), near).route == "out_of_scope"


def test_a_rule_alone_is_doubted_where_a_short_text_is_like_no_crisis() -> None:
    """A film about it, say; of a long text the model sees only a part."""
    film = _reading("那部讲自杀的电影是谁演的", crisis="zh.wish", out_of_scope=1.0)
    nothing = Match({"out_of_scope": 1.0}, 0.9)
    assert _choose(film, nothing).route == "out_of_scope"
    assert _choose(film, Match({"out_of_scope": 0.9, "crisis": 0.1}, 0.9)).route == "crisis"
    assert _choose(replace(film, text=film.text * 6), nothing).route == "crisis"


def test_a_bare_call_for_help_is_never_doubted() -> None:
    """Three letters are like nothing that is known."""
    call = _reading("SOS", crisis="zh.sos", smalltalk=1.0)
    assert _choose(call, Match({"smalltalk": 1.0}, 0.9)).route == "crisis"


def test_model_and_neighbours_are_weighed() -> None:
    """The likeliest of both together is chosen."""
    match = Match({"find_course": 0.9, "my_courses": 0.1}, 0.8)
    choice = _choose(_reading(my_courses=0.6, find_course=0.4), match)
    assert choice.route == "find_course"
    assert choice.confidence == pytest.approx(0.65)


def test_a_topic_without_an_article_is_out_of_scope() -> None:
    """An article that was taken away is not promised."""
    reading = _reading(faq__gone=0.8, find_course=0.2)
    assert _choose(reading, topics=frozenset({"here"})).route == "out_of_scope"
    assert _choose(reading, topics=frozenset({"gone"})).route == "faq:gone"


def test_what_is_unsure_is_not_guessed() -> None:
    """The two likeliest services are offered instead."""
    reading = _reading(find_course=0.28, my_courses=0.26, smalltalk=0.24, find_job=0.22)
    choice = _choose(reading)
    assert choice.route == "out_of_scope"
    assert choice.nearest == ("find_course", "my_courses")
    assert choice.ask_back is None


def test_what_is_like_nothing_known_is_out_of_scope() -> None:
    """However the shares fall."""
    assert _choose(_reading(find_job=0.9), Match({"find_job": 1.0}, 0.1)).route == "out_of_scope"


def test_where_two_lie_close_it_asks_back() -> None:
    """But never twice in a row, and never whether something is small talk."""
    reading = _reading(enroll_course=0.48, my_courses=0.45, smalltalk=0.07)
    assert _choose(reading).ask_back == ("enroll_course", "my_courses")
    assert _choose(reading, context=Context(asked_back=True)).ask_back is None
    assert _choose(_reading(find_job=0.48, out_of_scope=0.47)).ask_back is None


@pytest.mark.parametrize(
    ("last", "shown", "route"),
    [
        ("find_course", "course", "find_course"),
        ("faq:dues", "station", "find_station"),
        ("faq:night-school-overview", None, "faq:night-school-cost"),
        ("find_job", None, "find_job"),
        (None, None, "out_of_scope"),
        ("smalltalk", None, "out_of_scope"),
    ],
)
def test_a_line_that_leans_is_about_what_was_spoken_of(
    last: str | None, shown: str | None, route: str
) -> None:
    """Its own words decide among what that matter holds; without any matter it isn't guessed."""
    cost = {"faq__night-school-cost": 0.03}
    reading = _reading("那要多少钱", None, follow_up=0.88, membership_status=0.09, **cost)
    context = Context(last_route=last, shown=shown)  # type: ignore[arg-type]
    assert _choose(reading, context=context).route == route


def test_a_clear_wish_is_no_follow_up() -> None:
    """Even if it begins like one."""
    reading = _reading("那个投诉的事怎么样了", request_status=0.8, follow_up=0.15, smalltalk=0.05)
    context = Context(last_route="find_station", shown="station")
    assert _choose(reading, context=context).route == "request_status"


@pytest.mark.parametrize("last", ["judge", "talk_to_human", "crisis", "not_yet"])
def test_what_leaves_no_matter_is_neither_meant_nor_offered(last: str) -> None:
    """A judgement served last isn't what the next line is about."""
    reading = _reading("今天天气咋样", out_of_scope=0.5, follow_up=0.4, smalltalk=0.1)
    choice = _choose(reading, context=Context(last_route=last))
    assert last not in (choice.route, *choice.nearest)


def test_two_wishes_are_two_if_both_are_clear() -> None:
    """The first is served, the second waits; else the line is read as a whole."""
    whole, sure = Choice("find_job", 0.6), Choice("join_union", 0.9)
    also = Choice("find_station", 0.8)
    both = one_after_the_other(whole, sure, also, "附近哪能充电")
    assert both.route == "join_union"
    assert both.second is not None
    assert (both.second.route, both.second.text) == ("find_station", "附近哪能充电")
    unsure = (Choice("find_station", 0.5), Choice("smalltalk", 0.9), sure)
    assert all(one_after_the_other(whole, sure, other, "").second is None for other in unsure)


def test_a_cry_in_one_half_is_heard() -> None:
    """Whatever stands beside it."""
    cry, wish = Choice("crisis", 0.8), Choice("join_union", 0.95)
    assert one_after_the_other(wish, wish, cry, "").route == "crisis"


def test_who_asks_for_a_person_gets_one_whatever_the_rest_is() -> None:
    """A wish beside it that is clear is offered afterwards."""
    whole, person = Choice("report_dispute", 0.9), Choice("talk_to_human", 1.0)
    clear, unclear = Choice("report_dispute", 0.9), Choice("find_course", 0.4)
    both = one_after_the_other(whole, person, clear, "站长扣我押金")
    assert both.route == "talk_to_human"
    assert both.second is not None
    assert both.second.route == "report_dispute"
    alone = one_after_the_other(whole, person, unclear, "那个啥")
    assert (alone.route, alone.second) == ("talk_to_human", None)
    cry = Choice("crisis", 0.9)
    assert one_after_the_other(cry, person, unclear, "").route == "crisis"


def test_the_thresholds_are_data() -> None:
    """With every name and no other."""
    assert 0 < Thresholds.load().neighbours < 1


def test_a_question_after_an_explanation_leads_to_another_explanation() -> None:
    """Rather than to the service; after the service itself its own is asked on about."""
    shares = {"follow_up": 0.9, "faq:hardship-timeline": 0.005, "smalltalk": 0.095}
    reading = _reading("嗯", None, **shares)
    said = Context(last_route="faq:hardship-process")
    served = Context(last_route="apply_hardship")
    assert _choose(reading, context=said).route == "faq:hardship-timeline"
    assert _choose(reading, context=served).route == "apply_hardship"


def test_a_topic_newer_than_the_model_has_its_part_of_what_is_out_of_scope() -> None:
    """The model was taught that nothing of the house's speaks of it; its texts stand near."""
    near = Match({"faq:heat": 0.7, "out_of_scope": 0.3}, 0.9)
    reading = _reading("高温天送外卖有补贴没", out_of_scope=0.8, find_job=0.2)
    assert choose(reading, near, Context(), Slots(), Thresholds.load()).route == "faq:heat"
    far = Match({"faq:heat": 0.2, "out_of_scope": 0.8}, 0.9)
    assert choose(reading, far, Context(), Slots(), Thresholds.load()).route == "out_of_scope"


LAISHAN = Slots(region="莱山区", place="莱山区")


@pytest.mark.parametrize("topic", ["station-services", "station-hours"])
def test_what_a_regions_places_offer_is_told_by_themselves(topic: str) -> None:
    """The article about all of them would say less; without a region it is the answer."""
    nearest = Match({f"faq:{topic}": 1.0}, 0.9)
    routes = {f"faq__{topic}": 0.9, "find_station": 0.1}
    there = _reading("莱山区驿站 有充电的", None, **routes)
    choice = choose(there, nearest, Context(), LAISHAN, LIMITS, frozenset())
    assert (choice.route, choice.ask_back) == ("find_station", None)
    assert _choose(replace(there, text="驿站有充电的"), nearest).route == f"faq:{topic}"


def test_a_region_alone_is_where_a_place_is_looked_for() -> None:
    """Where nothing was spoken of, and nothing else is said."""
    here = _reading("我在莱山区", smalltalk=0.9, out_of_scope=0.1)
    nearest = Match({"smalltalk": 1.0}, 0.9)

    def route(reading: Reading, context: Context) -> str:
        return choose(reading, nearest, context, LAISHAN, LIMITS, frozenset()).route

    assert route(here, Context()) == "find_station"
    assert route(here, Context(open_form="join_union")) == "smalltalk"
    assert route(replace(here, text="我在莱山区等你哈哈哈"), Context()) == "smalltalk"


@pytest.mark.parametrize(
    ("share", "amenities", "route"),
    [(0.4, ("toilet",), "find_station"), (0.4, (), "smalltalk"), (0.1, ("toilet",), "smalltalk")],
)
def test_who_says_much_of_themselves_and_names_what_a_place_offers_looks_for_one(
    share: float, amenities: tuple[str, ...], route: str
) -> None:
    """Small talk is no answer to that, where a rest place is nearly as likely."""
    reading = _reading("跑滴滴的 有地方上厕所不", smalltalk=1 - share, find_station=share)
    slots = Slots(amenities=amenities)
    nearest = Match({"smalltalk": 1 - share, "find_station": share}, 0.9)
    assert choose(reading, nearest, Context(), slots, LIMITS).route == route
