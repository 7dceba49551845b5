"""Pictures of articles on their way in from the editor and out to riders."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from typing import Any

from bot.images import CleanPhoto, PhotoError, clean_aside
from knowledge.article_pictures import ArticlePicture
from knowledge.article_writing import Writing, WritingError
from knowledge.database import Database
from knowledge.drafts import Draft
from knowledge.unit import Knowledge

FLATTEST = 20
"""Times that a picture may be longer than it is wide, or the other way round: Telegram shows no
others (https://core.telegram.org/bots/api#sendphoto)."""

PATH = r"/pictures/{name:\d{1,18}-[0-9a-f]{32}}"
"""Where riders find one. Whoever is sent the address may look; guessing one leads nowhere."""


class ArticlePictures:
    """Pictures for riders and for the console's previews."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, number: int) -> ArticlePicture:
        """A picture by its number, for whom it is sent to.

        Raises:
            LookupError: there is no such picture.
        """
        async with self._database.begin() as unit:
            return await unit.article_pictures.read(number)

    async def at(self, name: str) -> ArticlePicture:
        """A picture by the name in its address.

        Raises:
            LookupError: there is no such picture.
        """
        number = name.partition("-")[0]
        if not re.fullmatch(r"[0-9]{1,18}", number):
            raise LookupError(name)
        async with self._database.begin() as unit:
            address = unit.article_pictures.address(int(number))
            if not hmac.compare_digest(address.rpartition("/")[2].encode(), name.encode()):
                raise LookupError(name)
            return await unit.article_pictures.read(int(number))

    async def put(
        self,
        article: int,
        photo: CleanPhoto | None,
        alt: str,
        *,
        actor: str,
        regions: Collection[str],
    ) -> Draft:
        """Give a draft another picture, or (None) the one that it has other words.

        Raises:
            WritingError: there is no picture to describe; or as `Drafts.save`.
        """
        async with self._database.begin() as unit:
            _, kept = await unit.drafts.open(article, regions)
            number = Writing.kept(kept.body).picture
            if photo is not None:
                size = photo.width, photo.height
                number = await unit.article_pictures.keep(
                    article, photo.mime, photo.data, size, actor=actor
                )
            elif number is None:
                raise WritingError(
                    zh="还没有选图片，请先选一个文件",
                    en="no picture is chosen; choose a file first",
                )
            changes = {"picture": number, "picture_alt": alt.strip()}
            return await _change(unit, article, changes, actor, regions)

    async def remove(self, article: int, *, actor: str, regions: Collection[str]) -> Draft:
        """Take the picture out of a draft; versions that showed it keep it.

        Raises:
            WritingError: as `Drafts.save`.
        """
        async with self._database.begin() as unit:
            changes = {"picture": None, "picture_alt": ""}
            return await _change(unit, article, changes, actor, regions)


async def _change(
    unit: Knowledge, article: int, changes: dict[str, Any], actor: str, regions: Collection[str]
) -> Draft:
    """Write it into the draft: a picture stands apart from the text, on top of whatever that is."""
    row, kept = await unit.drafts.open(article, regions)
    writing = Writing.kept(kept.body)
    before = {name: getattr(writing, name) for name in changes}
    saved = await unit.drafts.save(
        article,
        writing.with_changes(changes),
        revision=kept.revision,
        actor=actor,
        regions=regions,
    )
    if before != changes:
        await unit.article_steps.note(actor, "picture", row, before=before, after=changes)
    return saved


async def picture_of(raw: bytes) -> CleanPhoto:
    """What was uploaded, made small and harmless.

    Raises:
        WritingError: it is no picture that can be shown.
    """
    try:
        found = await clean_aside(raw)
    except PhotoError as why:
        raise REFUSED[why.code] from why
    if max(found.width, found.height) > FLATTEST * min(found.width, found.height):
        raise WritingError(
            zh=f"图片太窄长，长边最多是短边的 {FLATTEST} 倍，请裁一下",
            en=f"the picture is too narrow: at most {FLATTEST} times as long as wide; crop it",
        )
    return found


REFUSED = {
    "too_large": WritingError(
        zh="图片太大，最多 10 MB，请压缩后再传",
        en="the picture is too large: 10 MB are the most; make it smaller",
    ),
    "not_a_photo": WritingError(
        zh="这不是 JPEG、PNG 或 WebP 图片，请换一个文件",
        en="this is no JPEG, PNG or WebP picture; choose another file",
    ),
}
