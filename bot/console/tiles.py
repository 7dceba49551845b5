"""The map under the points: whose tiles, in which system, and what the policy must let through."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.channels.http import content_security_policy
from knowledge.coordinates import Point, System, to_gcj02


@dataclass(frozen=True)
class Tiles:
    """Where a map's pictures come from. Without an address, points stand on empty ground."""

    address: str = ""
    system: System = "wgs84"
    """What the pictures are drawn in: those of Chinese providers in GCJ-02."""
    credit: str = ""

    @property
    def policy(self) -> str:
        """The policy of a page with a map: pictures also from this one host."""
        if not self.address:
            return content_security_policy()
        parts = urlsplit(self.address)
        return content_security_policy(f"{parts.scheme}://{parts.netloc}")

    def on_map(self, lat: float, lon: float) -> Point:
        """Where a point of the store is drawn."""
        return to_gcj02(lat, lon) if self.system == "gcj02" else (lat, lon)
