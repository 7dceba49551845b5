"""Articles to be put into an answer as text."""

from __future__ import annotations

from bot.article_reader import ArticleReader
from knowledge import markup
from knowledge.access import Actor
from knowledge.article_list import Filter
from knowledge.database import Database


class InboxArticles:
    """Searches published articles: by words, else by what the bot itself would look at."""

    def __init__(self, database: Database, reader: ArticleReader) -> None:
        self._database, self._reader = database, reader

    async def titles(self, actor: Actor, language: str) -> dict[str, str]:
        """The question of each published topic, in this language where there is one.

        Raises:
            Denied: the role may not.
        """
        actor.ask("inbox.read")
        async with self._database.begin() as unit:
            topics = sorted({one.topic for one in await unit.articles.known()})
            other = "zh" if language == "en" else "en"
            titles = await unit.articles.titles(topics, other)
            return titles | await unit.articles.titles(topics, language)

    async def find(self, actor: Actor, text: str, most: int) -> list[tuple[int, str, str]]:
        """(number, question, answer as riders read it), the nearest first.

        Raises:
            Denied: the role may not.
        """
        actor.ask("inbox.read")
        async with self._database.begin() as unit:
            found = await unit.article_list.find(Filter(text=text, state="published"), limit=most)
        if not found:
            topics = tuple(await self._reader.topics_like(text))
            wished = Filter(topics=topics, state="published")
            async with self._database.begin() as unit:
                found = await unit.article_list.find(wished, limit=most)
        answers = []
        async with self._database.begin() as unit:
            for listed in found:
                row = await unit.articles.row(listed.id)
                if row is not None:
                    answers.append((row.id, listed.question, markup.plain(row.answer)))
        return answers
