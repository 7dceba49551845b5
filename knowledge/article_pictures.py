"""Pictures of articles. One that was published once stays, for the versions that showed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.secrets import Keyring

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class ArticlePictureRow(Base):
    """A picture as it is sent, without any metadata; the article that it was added to."""

    __tablename__ = "article_pictures"

    id: Mapped[int] = serial()
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    body: Mapped[bytes]
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    added_by: Mapped[str]
    at: Mapped[datetime]


UNUSED = text("""
    delete from article_pictures as picture
    where picture.at < :before
      and not exists (select from articles a where a.picture = picture.id)
      and not exists (
        select from article_drafts d
        where d.article_id = picture.article_id and d.body ->> 'picture' = picture.id::text)
      and not exists (
        select from article_versions v
        where v.article_id = picture.article_id and v.body ->> 'picture' = picture.id::text)
    returning picture.id
""")
"""One that was chosen and changed for another before anything was published."""


@dataclass(frozen=True)
class ArticlePicture:
    """A picture as it is sent."""

    mime: str
    body: bytes


class ArticlePictures:
    """Pictures of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def keep(
        self, article: int, mime: str, body: bytes, size: tuple[int, int], *, actor: str
    ) -> int:
        """Keep a picture for an article; its number. `size` is width and height."""
        number = await self._unit.session.scalar(
            insert(ArticlePictureRow)
            .values(
                mime=mime,
                width=size[0],
                height=size[1],
                body=body,
                article_id=article,
                added_by=actor,
                at=self._unit.now,
            )
            .returning(ArticlePictureRow.id)
        )
        assert number is not None
        return int(number)

    async def read(self, number: int) -> ArticlePicture:
        """A picture.

        Raises:
            LookupError: there is no such picture.
        """
        row = await self._unit.session.get(ArticlePictureRow, number)
        if row is None:
            raise LookupError(number)
        return ArticlePicture(row.mime, row.body)

    async def forget_unused(self, before: datetime) -> int:
        """Remove pictures from before that no article, draft or version shows; how many."""
        gone = await self._unit.session.execute(UNUSED, {"before": before})
        return len(gone.all())

    def address(self, number: int) -> str:
        """Where a picture is found on the house's own server; nobody can guess it."""
        return picture_address(self._unit.keyring, number)


def picture_address(keyring: Keyring, number: int) -> str:
    """The same, where there is no transaction."""
    sign = keyring.blind("picture", str(number)).hex()[:32]
    return f"/pictures/{number}-{sign}"
