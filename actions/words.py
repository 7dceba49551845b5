"""What an action needs of the texts that riders read."""

from __future__ import annotations

from typing import Any, Protocol


class Words(Protocol):
    """The house's sentences in one language."""

    language: str

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence of `key` with its values put in.

        Raises:
            KeyError: there is no such sentence.
        """
        ...

    def version(self, key: str) -> str:
        """A short digest of the sentence's wording: another one is another consent."""
        ...

    def get(self, key: str, otherwise: str) -> str:
        """The sentence of `key`, which takes no values, or `otherwise` where there is none."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        ...
