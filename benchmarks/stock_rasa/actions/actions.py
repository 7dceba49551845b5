"""The assistant's one custom action, as Rasa's documentation shows one. Runs on Rasa's Python."""

# mypy: ignore-errors
# What it imports is typed, and found, on Rasa's Python only.

from __future__ import annotations

import os
import sqlite3
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class ActionLookUp(Action):
    """Looks up what the union offers for the rider's wish, says the first three, remembers them.

    As the `ActionCheckRestaurants` of Rasa's documentation does.
    """

    def __init__(self) -> None:
        self._store = sqlite3.connect(os.environ["STOCK_LOOKUP"], check_same_thread=False)

    def name(self) -> str:
        """As the domain calls it."""
        return "action_look_up"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """One query, one message."""
        rows = self._store.execute(
            "select title, line from offers where intent = ? limit 3",
            (tracker.get_intent_of_latest_message(),),
        ).fetchall()
        told = "\n".join(f"{title}：{line}" for title, line in rows)
        dispatcher.utter_message(text=told or "暂时没有查到，请稍后再试。")
        return [SlotSet("matches", [title for title, _ in rows])]
