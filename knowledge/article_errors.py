"""What those who write articles are refused, each with what would help."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.article_writing import Difference, WritingError


class NoSuchArticle(WritingError):
    """There is no article of this number, or nothing of the kind of it."""


class NotYours(WritingError):
    """The article stands in a region that this member of staff doesn't answer for."""

    def __init__(self, region: str) -> None:
        super().__init__(f"the region {region} is not one of yours; ask somebody of its union")


class EditedMeanwhile(WritingError):
    """Somebody else has saved since; nothing was overwritten.

    Attributes:
        revision: of what is kept now; who has seen it saves with this one.
        saved_by: who wrote it.
        differences: from what is kept now to what was to be saved.
    """

    def __init__(self, revision: int, saved_by: str, differences: Sequence[Difference]) -> None:
        fields = ", ".join(one.field for one in differences) or "nothing"
        super().__init__(
            f"{saved_by} has saved this draft meanwhile (revision {revision}); yours differs in "
            f"{fields}: look at the difference and save again on revision {revision}"
        )
        self.revision = revision
        self.saved_by = saved_by
        self.differences = tuple(differences)


class PublishedMeanwhile(WritingError):
    """Another version was published since the draft was begun.

    Attributes:
        version: the one that is published now.
        differences: from it to the draft.
    """

    def __init__(self, version: int, differences: Sequence[Difference]) -> None:
        fields = ", ".join(one.field for one in differences) or "nothing"
        super().__init__(
            f"version {version} was published since this draft was begun, and differs from it in "
            f"{fields}: look at the difference and save the draft once more on version {version}"
        )
        self.version = version
        self.differences = tuple(differences)


class ChangedMeanwhile(WritingError):
    """Other articles were published since this one was tried; it has to be tried again."""

    def __init__(self) -> None:
        super().__init__("other articles were published at the same moment; try once more")
