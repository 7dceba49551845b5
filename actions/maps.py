"""Links that open a point on a Chinese map."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from knowledge.coordinates import to_gcj02

SOURCE = "gongyou"
"""Who opens the map, as Amap's links want to know."""


def amap_marker(lat: float, lon: float, name: str) -> str:
    """A link that shows a WGS-84 point on Amap, in its app where there is one."""
    gcj_lat, gcj_lon = to_gcj02(lat, lon)
    return "https://uri.amap.com/marker?" + urlencode(
        {
            "position": f"{gcj_lon:.6f},{gcj_lat:.6f}",
            "name": name,
            "src": SOURCE,
            "coordinate": "gaode",
            "callnative": 1,
        },
        quote_via=quote,
        safe=",",
    )


def amap_search(words: str) -> str:
    """A link that looks an address up on Amap, for a place whose point isn't known."""
    return "https://uri.amap.com/search?" + urlencode(
        {"keyword": words, "view": "map", "src": SOURCE, "callnative": 1}, quote_via=quote
    )


def geo_uri(lat: float, lon: float, name: str) -> str:
    """A `geo:` address (RFC 5870, WGS-84) with a label, for the phone's own map."""
    point = f"{lat:.6f},{lon:.6f}"
    return f"geo:{point}?q={point}({quote(name)})"
