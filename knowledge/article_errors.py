"""What those who write articles are refused, each with what would help."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.article_writing import Difference, WritingError


class NoSuchArticle(WritingError):
    """There is no article of this number, or nothing of the kind of it."""


class NoDraft(NoSuchArticle):
    """Nobody is writing at an article."""

    def __init__(self, article: int) -> None:
        super().__init__(
            zh=f"没有人在写第 {article} 篇，请先开一份草稿",
            en=f"nobody is writing at article {article}; begin a draft of it first",
        )


def no_article(article: int) -> NoSuchArticle:
    """There is none of this number."""
    return NoSuchArticle(zh=f"没有第 {article} 篇文章", en=f"there is no article {article}")


class NotYours(WritingError):
    """The article stands in a region that this member of staff doesn't answer for."""

    def __init__(self, region: str) -> None:
        super().__init__(
            zh=f"地区 {region} 不归你管，请找那里的工会",
            en=f"the region {region} is not one of yours; ask somebody of its union",
        )


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
            zh=f"{saved_by} 刚才保存过这份草稿（第 {revision} 次），什么都没有被覆盖。"
            "请看看有哪些不同，再保存",
            en=f"{saved_by} has saved this draft meanwhile (revision {revision}); yours differs in "
            f"{fields}: look at the difference and save again on revision {revision}",
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
            zh=f"这份草稿开始之后，又发布了第 {version} 版。请看看有哪些不同，"
            f"再以第 {version} 版为底保存一次",
            en=f"version {version} was published since this draft was begun, and differs from it "
            f"in {fields}: look at the difference and save the draft once more on version "
            f"{version}",
        )
        self.version = version
        self.differences = tuple(differences)


class ChangedMeanwhile(WritingError):
    """Other articles were published since this one was tried; it has to be tried again."""

    def __init__(self) -> None:
        super().__init__(
            zh="同一时刻还发布了别的文章，请再试一次",
            en="other articles were published at the same moment; try once more",
        )
