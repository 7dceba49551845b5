"""A browser's own description in two words, so that people recognise their devices."""

from __future__ import annotations

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
"""Signs in the order in which they tell: Edge calls itself Chrome, Android calls itself Linux."""


def device_of(agent: str) -> str:
    """Such as `Chrome · Android`; a question mark for what says nothing of itself."""
    found = [
        next((name for sign, name in signs if sign in agent), "?") for signs in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(found)
