"""Sentence vectors kept by what they are of, so that no text is embedded twice."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base


class VectorRow(Base):
    """A text's vector by the text's hash and the encoder's version; float32, as bytes."""

    __tablename__ = "vectors"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    encoder: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]
