"""Training with the gate between: let in, refused, let in anyway, gone back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu import history, retrain, tried
from nlu import train as training
from nlu import trial as trials
from nlu.evaluate import Line
from nlu.gate import KNOWN_GOOD, Rules
from nlu.match import Question
from nlu.model import TrainingError
from nlu.retrain import Outcome
from nlu.slots.place_names import PlaceName, PlaceNames
from nlu.trial import WORTH_A_PROCESS, Surroundings, Trial
from tests.nlu.conftest import NOW, VECTORS

CRY = "钥匙压在花盆底下，猫就托付给你们了"
"""A cry for help that no rule finds and that only who was taught it knows."""

LINES = (
    *(
        Line(text=text, route="find_station", group="zh")
        for text in (
            "附近哪里可以给手机充电呀",
            "哪里有驿站可以歇脚",
            "附近有没有能喝水的驿站",
            "最近的驿站在哪里呀",
            "哪里能热饭，附近的",
            "附近哪里有厕所可以上",
        )
    ),
    Line(text="我想加入工会，怎么弄", route="join_union", group="zh"),
    Line(text="我不想活了，真的", route="crisis", group="crisis"),
    Line(text="转人工谢谢", route="talk_to_human", group=KNOWN_GOOD),
)


def trial(lines: Sequence[Line] = LINES) -> Trial:
    """The gate's rules, with floors that a model of few sentences can reach."""
    rules = Rules.load()
    low = {"all": 0.5, "language": 0.5, "group": 0.3}
    return Trial(
        tuple(lines), rules.model_copy(update={"floors": rules.floors.model_copy(update=low)})
    )


class Home:
    """A data directory, and how it is trained."""

    def __init__(self, out: Path, questions: list[Question]) -> None:
        self.out = out
        self.questions = questions

    def retrain(self, taught: Path, trial: Trial | None = None, **named: Any) -> Outcome:
        questions = named.pop("questions", self.questions)
        return retrain.retrain(
            out=self.out,
            around=Surroundings(questions, VECTORS, NOW, named.pop("names", PlaceNames())),
            trial=trial or globals()["trial"](),
            taught=taught,
            **named,
        )

    @property
    def using(self) -> str | None:
        folder = training.current(self.out)
        return folder.name if folder is not None else None

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(e.event, e.model) for e in history.read(self.out / "models")]

    def stale(self, taught: Path) -> bool:
        return training.stale(self.out, self.questions, taught=taught)


class Watched:
    """Which models were tried, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folders: list[Path] = []
        decided = trials._decided

        def watched(folder: Path, *args: Any) -> Any:
            self.folders.append(folder)
            return decided(folder, *args)

        monkeypatch.setattr(trials, "_decided", watched)


@pytest.fixture(scope="module")
def good(taught: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The few sentences of each route, and a cry that only teaching tells."""
    folder = tmp_path_factory.mktemp("good") / "data"
    shutil.copytree(taught, folder)
    file = folder / "zh" / "crisis.yaml"
    crisis = yaml.safe_load(file.read_text("utf-8"))
    crisis["sentences"].append(CRY)
    file.write_text(yaml.safe_dump(crisis, allow_unicode=True), "utf-8")
    return folder


@pytest.fixture(scope="module")
def poor(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, where somebody took the stations for small talk."""
    folder = tmp_path_factory.mktemp("poor") / "data"
    shutil.copytree(good, folder)
    stations = folder / "zh" / "find_station.yaml"
    lost = yaml.safe_load(stations.read_text("utf-8"))["sentences"]
    talk = yaml.safe_load((folder / "zh" / "smalltalk.yaml").read_text("utf-8"))["sentences"]
    stations.unlink()
    (folder / "zh" / "smalltalk.yaml").write_text(
        yaml.safe_dump({"route": "smalltalk", "sentences": [*talk, *lost]}), "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def trained(
    good: Path, poor: Path, questions: list[Question], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home in which the good model is in use and the poor one lies there, not yet tried."""
    home = Home(tmp_path_factory.mktemp("home"), questions)
    steps: list[str] = []
    outcome = home.retrain(good, progress=lambda step, _done, _of: steps.append(step))
    assert outcome.admitted, outcome.judgement
    assert outcome.judgement is not None
    assert outcome.judgement.first
    assert list(dict.fromkeys(steps)) in (
        ["sentences", "vectors", "head", "gate"],
        ["sentences", "vectors", "head", "vectors", "gate"],
        ["sentences", "head", "vectors", "gate"],
        ["sentences", "head", "gate"],
    )
    training.train(articles=questions, out=home.out, taught=poor, vectors=VECTORS, activate=False)
    return home.out


@pytest.fixture
def home(trained: Path, questions: list[Question], tmp_path: Path) -> Home:
    out = tmp_path / "home"
    shutil.copytree(trained, out)
    return Home(out, questions)


def test_a_worse_model_is_refused_and_the_one_in_use_stays(
    home: Home, good: Path, poor: Path
) -> None:
    """And isn't made again by the house itself, until something is changed."""
    before = home.using
    outcome = home.retrain(poor)
    assert not outcome.admitted
    assert home.using == before
    assert outcome.judgement is not None
    assert any(reason.startswith("Places: ") for reason in outcome.judgement.reasons)
    assert home.told[-1] == ("refused", outcome.made.fingerprint)
    assert not home.stale(poor)
    assert not home.stale(good)
    more = [*home.questions, Question("membership-dues", "zh", "会费能不能年付呀")]
    assert training.stale(home.out, more, taught=poor)
    assert json.dumps(outcome.to_json())


def test_a_refused_model_can_be_let_in_anyway(home: Home, poor: Path) -> None:
    """The reason stands beside it and in the history."""
    first = home.using
    outcome = home.retrain(poor, anyway="the stations are closed")
    assert outcome.admitted
    assert home.using == outcome.made.fingerprint != first
    assert training.info(outcome.made.folder).anyway == "the stations are closed"
    assert history.read(home.out / "models")[-1].why == ("the stations are closed",)


def test_a_reason_is_only_kept_where_it_was_needed(home: Home, good: Path, poor: Path) -> None:
    """A model that the gate lets in needs none."""
    home.retrain(poor, anyway="a trial")
    outcome = home.retrain(good, anyway="whatever it reads")
    assert outcome.admitted
    assert outcome.made.anyway == ""


def test_training_again_needs_no_trial(home: Home, good: Path) -> None:
    """What is in use is in use."""
    before = home.told
    outcome = home.retrain(good)
    assert outcome.admitted
    assert outcome.judgement is None
    assert home.told == before


def test_back_is_one_step_and_nothing_is_made_again(home: Home, good: Path, poor: Path) -> None:
    """The model that is left is set aside; who trains by hand may let it in again."""
    first = home.using
    left = home.retrain(poor, anyway="a trial").made.fingerprint
    assert retrain.back(home.out, NOW).name == first == home.using
    assert home.told[-1] == ("left", left)
    assert not home.stale(poor)
    with pytest.raises(TrainingError, match="no model before"):
        retrain.back(home.out, NOW)
    assert home.using == first
    assert home.retrain(poor, anyway="again").admitted
    assert retrain.back(home.out, NOW).name == first


def test_there_is_a_way_back_from_a_model_of_an_earlier_release(home: Home, poor: Path) -> None:
    """It kept no history."""
    first = home.using
    (home.out / "models" / "history").unlink()
    home.retrain(poor, anyway="a trial")
    assert retrain.back(home.out, NOW).name == first


def test_a_crash_while_going_back_leaves_a_model_and_a_way_back(
    home: Home, poor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two writes."""
    first = home.using
    left = home.retrain(poor, anyway="a trial").made.fingerprint

    def killed(_var: Path, _name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("nlu.model.use", killed)
        with pytest.raises(KeyboardInterrupt):
            retrain.back(home.out, NOW)
    assert home.using == left
    assert retrain.back(home.out, NOW).name == first


def test_a_cry_for_help_that_is_no_longer_taught_must_still_be_found(
    home: Home, taught: Path
) -> None:
    """Else who takes it out of the sentences takes it from the riders."""
    outcome = home.retrain(taught)
    assert not outcome.admitted
    assert outcome.judgement is not None
    assert CRY in outcome.judgement.reasons[0]


def test_a_model_that_cannot_be_read_is_as_good_as_none(home: Home, poor: Path) -> None:
    """An older release's, or half a copy: the new one must only reach the floors."""
    folder = training.current(home.out)
    assert folder is not None
    (folder / "head.npz").write_bytes(b"half a file")
    outcome = home.retrain(poor)
    assert outcome.judgement is not None
    assert outcome.judgement.first


def test_a_first_model_below_the_floors_is_refused(
    tmp_path: Path, poor: Path, questions: list[Question]
) -> None:
    """There is none then, and the next start tries again."""
    home = Home(tmp_path, questions)
    outcome = home.retrain(poor, Trial(LINES * 2, Rules.load()))
    assert not outcome.admitted
    assert outcome.using is None
    assert home.using is None
    assert home.stale(poor)


def test_an_article_that_is_gone_is_held_against_nobody(home: Home, good: Path) -> None:
    """The model in use knows its topic, the new one can't."""
    asked = [Line(text=q.text, route=f"faq:{q.topic}") for q in home.questions]
    gone = asked[0].route
    lines = [*LINES, *(line for line in asked if line.route == gone)]
    fewer = [q for q in home.questions if f"faq:{q.topic}" != gone]
    outcome = home.retrain(good, trial(lines), questions=fewer)
    assert outcome.judgement is not None
    assert outcome.admitted, outcome.judgement.reasons
    assert outcome.judgement.left_out == len(lines) - len(LINES)


def test_many_lines_are_tried_in_a_process_of_its_own(home: Home, poor: Path) -> None:
    """What comes of it is the same."""
    alone = home.retrain(poor).judgement
    many = LINES * (WORTH_A_PROCESS // len(LINES) + 1)
    beside = home.retrain(poor, trial(many)).judgement
    assert alone is not None
    assert beside is not None
    before = [tally.before for tally in alone.tallies]
    assert [(tally.before or 0) * len(LINES) // len(many) for tally in beside.tallies] == before


def test_a_model_is_tried_once(home: Home, poor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the one in use decided when it came in is what the next is compared with."""
    anew = Watched(monkeypatch)
    outcome = home.retrain(poor)
    assert anew.folders == [outcome.made.folder]
    kept = training.current(home.out)
    assert kept is not None
    (kept / tried.FILE).unlink()
    again = home.retrain(poor)
    assert outcome.judgement is not None
    assert again.judgement is not None
    assert again.judgement.to_json() == outcome.judgement.to_json()
    assert anew.folders == [outcome.made.folder, outcome.made.folder, kept]


@pytest.mark.parametrize("change", ["articles", "places", "lines", "code", "half", "short"])
def test_what_was_decided_otherwise_is_tried_anew(
    change: str, home: Home, poor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another article, place, line or line of code may have changed what the model makes of it."""
    anew = Watched(monkeypatch)
    using = training.current(home.out)
    assert using is not None
    lines, names = LINES, PlaceNames()
    if change == "articles":
        home.questions = [*home.questions, Question("membership-dues", "zh", "会费怎么缴")]
    elif change == "places":
        names = PlaceNames([PlaceName("石井街", "street")])
    elif change == "lines":
        lines = (*LINES, Line(text="转人工呀", route="talk_to_human", group=KNOWN_GOOD))
    elif change == "code":
        monkeypatch.setattr(tried, "made_by", lambda *_: "another release")
    else:
        told = (using / tried.FILE).read_text("utf-8")
        short = json.dumps({**json.loads(told), "found": [["crisis", None]]})
        (using / tried.FILE).write_text(short if change == "short" else told[:40], "utf-8")
    home.retrain(poor, trial(lines), names=names)
    assert anew.folders[-1] == using


def test_three_models_are_kept_and_a_refused_one_pushes_none_out(
    home: Home, good: Path, poor: Path, tmp_path: Path
) -> None:
    """The way back is longer than one step."""
    for number in range(4):
        more = Question("membership-dues", "zh", f"会费{number}年交一次行不行")
        home.questions = [*home.questions, more]
        assert home.retrain(good).admitted
    newest = [name for event, name in home.told if event == "used"][-3:]
    refused = home.retrain(poor)
    assert not refused.admitted
    there = {folder.name for folder in (home.out / "models").iterdir() if folder.is_dir()}
    assert there == {*newest, refused.made.fingerprint}
    assert retrain.back(home.out, NOW).name == newest[1]
    assert retrain.back(home.out, NOW).name == newest[0]
