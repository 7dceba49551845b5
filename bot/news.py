"""News for a person, put into the conversations that are theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from actions.content import Button, News
from knowledge.unit import Knowledge


async def tell(
    unit: Knowledge,
    person: UUID,
    filed_in: int | None,
    key: str,
    once: str,
    values: Callable[[str | None], dict[str, Any]],
    *,
    buttons: Callable[[str | None], Sequence[Button]] = lambda _: (),
) -> int:
    """In how many conversations a person is told: where it was filed, their own, and proved ones.

    `values` and `buttons` are made for a conversation's language; with a reason among the values
    the text is that of `<key>_why`. `once`: what is told under this key is told once to each
    conversation.
    """
    own = [conversation.id for conversation in await unit.conversations.of_person(person)]
    proved = await unit.proofs.holders(person)
    told = 0
    for here in dict.fromkeys([*([filed_in] if filed_in else []), *own, *proved]):
        conversation = await unit.conversations.get(here)
        if conversation is None:
            continue
        said = values(conversation.language)
        _, repeated = await unit.conversations.arrive(
            here,
            conversation.person,
            external_id=once,
            kind="news",
            payload=News(
                key=f"{key}_why" if said.get("reason") else key,
                values=said,
                buttons=tuple(buttons(conversation.language)),
            ).model_dump(),
            received_at=unit.now,
        )
        told += not repeated
    return told
