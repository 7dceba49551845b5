"""What staff do in a story's browsers."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

NOTE = "在烟台芝罘区入会，会费说过了"
"""What a rider who is joining and staff have agreed on: the bot needn't ask where."""


async def take_at_once(one: Page, two: Page, names: tuple[str, str]) -> tuple[Page, str]:
    """Both press the key, with the conversation open: who has it, and the name of whoever has."""
    await asyncio.gather(one.keyboard.press("t"), two.keyboard.press("t"))
    taken, refused = one.get_by_text("已由你接待"), one.get_by_role("alert")
    await expect(taken.or_(refused)).to_be_visible()
    winner, loser, name = (one, two, names[0]) if await taken.is_visible() else (two, one, names[1])
    await expect(loser.get_by_role("alert")).to_contain_text(name)
    await expect(loser.locator("#say")).to_have_count(0)
    return winner, name


async def write(staff: Page, text: str) -> None:
    """Into the conversation, and send it."""
    await staff.fill("#text", text)
    await staff.keyboard.press("Control+Enter")


async def start_form(staff: Page, form: str) -> None:
    """The bot asks for it while the person keeps the conversation."""
    await staff.select_option("#wish", f"form:{form}")
    await staff.get_by_role("button", name="发送").click()


async def give_back(staff: Page) -> None:
    """With a note of what was agreed."""
    await staff.fill("#about-end", NOTE)
    await staff.get_by_role("button", name="交回机器人").click()
    await expect(staff.get_by_text("已交回机器人，对方知道了。")).to_be_visible()
