"""What the house knows of a region, as files that go out of the console."""

from __future__ import annotations

import asyncio
from typing import Literal, get_args

from bot.apart import apart
from bot.imports import Unusable
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.database import Database
from knowledge.exchange.columns import Thing
from knowledge.exchange.exchange import Exchange
from knowledge.exchange.files import write_file
from knowledge.exchange.refused import Refused as FileRefused
from knowledge.exchange.tables import THINGS
from knowledge.exchange.yaml_form import write_zip

EVERYTHING = "everything"
Form = Literal["xlsx", "csv", "geojson", "zip"]
FORMS: tuple[Form, ...] = get_args(Form)


class Exports:
    """Makes files. The actor is asked first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file(
        self, actor: Actor, what: str, form: str, region: str | None, language: str
    ) -> bytes:
        """Everything of one kind, or all kinds (a zip of YAML), of a region and below.

        Raises:
            Denied: the role may not.
            NotThere: the region isn't the actor's.
            Refused: there is no such kind, or it has no such form.
            Unusable: a row of the store can't be written.
        """
        actor.ask("export")
        if region is None and actor.region is not None:
            raise NotThere
        actor.ask_about("export", region)
        thing = _thing(what, form)

        async def made(own: Database) -> bytes:
            exchange = Exchange(own)
            if thing is None:
                return write_zip(await exchange.export_folder(region))
            return await exchange.export_table(thing, f"x.{form}", region=region, language=language)

        try:
            return await apart(self._database, made)
        except FileRefused as why:
            raise Unusable(why) from why

    async def template(self, actor: Actor, what: str, form: str, language: str) -> bytes:
        """The columns of a table, to be filled in.

        Raises:
            Denied: the role may not.
            Refused: there is no such table.
        """
        actor.ask("export")
        thing = _thing(what, form)
        if thing is None or form not in ("xlsx", "csv"):
            raise Refused("template_choice")
        return await asyncio.to_thread(write_file, f"x.{form}", thing, (), language)


def _thing(what: str, form: str) -> Thing | None:
    """The kind that is meant; None for everything.

    Raises:
        Refused: there is no such kind, or it has no such form.
    """
    thing = next((one for one in THINGS if one == what), None)
    if form not in FORMS or (thing is None and what != EVERYTHING):
        raise Refused("export_choice")
    if (what == EVERYTHING) != (form == "zip"):
        raise Refused("export_zip")
    if form == "geojson" and thing != "stations":
        raise Refused("export_geojson")
    return thing
