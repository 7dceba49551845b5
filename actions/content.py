"""What a person can send and what the house answers, free of any channel's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Button(_Frozen):
    """A button under a reply. With a `url` it opens it (`tel:`, a map, a calendar)."""

    id: str
    label: str
    url: str | None = None


class Text(_Frozen):
    """A written line; `cut` says that more had been written than is kept."""

    kind: Literal["text"] = "text"
    text: str
    cut: bool = False


class Location(_Frozen):
    """A shared position, WGS-84 degrees. A venue has a title and an address, too."""

    kind: Literal["location"] = "location"
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    title: str | None = None
    address: str | None = None


class Contact(_Frozen):
    """A shared contact; `own` is true only if the platform vouches that it is the sender's."""

    kind: Literal["contact"] = "contact"
    phone: str
    name: str | None = None
    own: bool = False


class Photo(_Frozen):
    """A photo, kept as an encrypted row in `files`."""

    kind: Literal["photo"] = "photo"
    file_id: int
    caption: str | None = None


class Press(_Frozen):
    """A pressed button."""

    kind: Literal["button"] = "button"
    id: str
    label: str | None = None


class Voice(_Frozen):
    """A voice message, kept for staff."""

    kind: Literal["voice"] = "voice"
    file_id: int | None = None
    seconds: int = 0


class Sticker(_Frozen):
    """A sticker or an animation."""

    kind: Literal["sticker"] = "sticker"
    emoji: str = ""


class Document(_Frozen):
    """A file that is not a photo."""

    kind: Literal["document"] = "document"
    file_id: int | None = None
    name: str = ""
    mime: str = ""


class Timer(_Frozen):
    """Something that was to come up by itself at a time: a reminder, a deadline."""

    kind: Literal["timer"] = "timer"
    name: str
    values: dict[str, Any] = {}


class Attached(_Frozen):
    """A picture or a document, kept as an encrypted row in `files`."""

    file_id: int
    mime: str
    name: str = ""

    @property
    def is_picture(self) -> bool:
        return self.mime.startswith("image/")


Ask = Literal["location", "contact", "photo"]


class StaffSay(_Frozen):
    """A line by a member of staff: words, a file, a wish for something, a form for the bot to run.

    `form` is a form's route: the bot asks its questions, then the person has the conversation
    again.
    """

    kind: Literal["staff_say"] = "staff_say"
    staff: str
    text: str = ""
    file: Attached | None = None
    ask: Ask | None = None
    form: str | None = None


StaffEvent = Literal[
    "take", "hand_on", "escalate", "send_down", "acknowledge", "rest", "return", "close",
    "reopen", "calm", "alarm",
]  # fmt: skip
"""The steps of a handoff that staff make."""


class StaffAct(_Frozen):
    """A step of a handoff by a member of staff.

    `to` is whom it is handed on to. The note of a return is what the bot says and knows; any other
    is for staff. `over`: a lead acts in what somebody else holds.
    """

    kind: Literal["staff_act"] = "staff_act"
    staff: str
    act: StaffEvent
    to: str | None = None
    note: str = ""
    over: bool = False


class News(_Frozen):
    """A decision by an office that the rider is told: a text's key and its values.

    With buttons the rider is asked something.
    """

    kind: Literal["news"] = "news"
    key: str
    values: dict[str, Any] = {}
    buttons: tuple[Button, ...] = ()


Content = Annotated[
    Text
    | Location
    | Contact
    | Photo
    | Press
    | Voice
    | Sticker
    | Document
    | Timer
    | StaffSay
    | StaffAct
    | News,
    Field(discriminator="kind"),
]


class Link(_Frozen):
    """A link on a card."""

    label: str
    url: str


class Card(_Frozen):
    """One thing shown: a station, a course, an article, a claim."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    location: Location | None = None


class Picture(_Frozen):
    """A picture of an article: its number, where the web chat finds it, and what is to be seen."""

    number: int
    address: str
    alt: str


class Reply(_Frozen):
    """One message to the rider. `id` is its number in the conversation's log."""

    id: int = 0
    at: datetime | None = None
    from_: Literal["bot", "staff"] = Field(default="bot", alias="from")
    text: str = ""
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    ask: Ask | None = None
    picture: Picture | None = None
    file: Attached | None = None
