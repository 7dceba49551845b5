"""station_wrong: "it's closed", "it's wrong" under a station; somebody will look at it."""

from __future__ import annotations

from actions.content import Button
from actions.registry import action
from actions.station_cards import SERVED_BY
from actions.turn import Turn
from knowledge.station_care import DOUBTS
from knowledge.stations import Station


def wrong_button(turn: Turn, station: Station, number: int | None = None) -> Button:
    """The button under a station; in a list it says under which."""
    key = "station.button.wrong" if number is None else "station.button.wrong_of"
    return Button(id=f"r:station_wrong:{station.code}", label=turn.words(key, number=number or 0))


@action("station_wrong")
async def station_wrong(turn: Turn) -> None:
    """First what is wrong is asked, by buttons; then it is noted, once a day for each place."""
    code, _, what = str(turn.slots.get("arg", "")).partition(":")
    found = await turn.knowledge.stations.by_codes([code])
    if not found:
        turn.say("station.wrong.gone", buttons=[turn.route_button("find_station")])
        return
    (station,) = found
    name = station.name(turn.language)
    if what not in DOUBTS:
        buttons = [
            Button(id=f"r:station_wrong:{code}:{one}", label=turn.words(f"station.wrong.{one}"))
            for one in DOUBTS
        ]
        turn.say("station.wrong.what", name=name, buttons=buttons)
        return
    first = await turn.knowledge.station_care.report(code, turn.person, what)
    key = "station.wrong.noted" if first else "station.wrong.twice"
    turn.say(key, name=name, buttons=[turn.route_button(SERVED_BY[station.service])])
