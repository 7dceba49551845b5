"""Who sees to an article is told two weeks before it ends."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.accounts import Account
from knowledge.articles import Due
from knowledge.database import Database
from knowledge.regions import RegionTree


async def tell_owners(database: Database) -> int:
    """Write a notice for each article that ends within two weeks; how many there are new.

    It goes to the owner, if that is somebody's name who still works here and sees to the region;
    else to the administrators who are nearest to it. Once for each end.
    """
    async with database.begin() as unit:
        due = await unit.articles.due_for_renewal()
        if not due:
            return 0
        accounts = [
            one
            for one in await unit.accounts.within(None)
            if one.disabled_at is None and one.has_password
        ]
        told = 0
        for one in due:
            for name in _seers(one, accounts, database.region_tree):
                told += await unit.notices.put(
                    "article_ending",
                    region=one.place.region,
                    subject=f"/console/articles/{one.id}",
                    level="warning",
                    to=name,
                    key=f"article-{one.id}-ends-{one.valid_until:%Y%m%d%H%M}-{name}",
                )
        return told


def _seers(due: Due, accounts: Iterable[Account], tree: RegionTree) -> list[str]:
    """The owner; else the administrators of the region, or of the nearest above that has any."""
    above: list[str | None] = [region.code for region in tree.upwards(due.place.region)]
    able = [one for one in accounts if one.role != "auditor" and one.region in [*above, None]]
    owner = [one.name for one in able if one.name == due.owner]
    if owner:
        return owner
    for region in [*above, None]:
        names = [one.name for one in able if one.role == "administrator" and one.region == region]
        if names:
            return names
    return []
