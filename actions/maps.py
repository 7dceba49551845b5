"""Points on Chinese maps: GCJ-02 for Amap, links that open one, and distances."""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt
from urllib.parse import quote, urlencode

SOURCE = "gongyou"
"""Who opens the map, as Amap's links want to know."""

EARTH_RADIUS = 6_378_168.0
"""Metres, as PostgreSQL's earthdistance has it: both tell the same distances."""

KRASOVSKY_AXIS = 6_378_245.0
KRASOVSKY_ECCENTRICITY = 0.006_693_421_622_965_943
"""Of the ellipsoid that GCJ-02 is reckoned on: semi-major axis in metres, eccentricity squared."""

CHINA_BOX = (0.8293, 55.8271, 72.004, 137.8347)
"""Latitudes and longitudes between which GCJ-02 differs from WGS-84."""


def to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """A WGS-84 point as Chinese maps have it, (latitude, longitude) in degrees.

    Unconverted, a point stands some hundred metres off. Outside China nothing is changed.
    The formula is the one that all open converters share; it is right to about a metre.
    """
    south, north, west, east = CHINA_BOX
    if not (south <= lat <= north and west <= lon <= east):
        return lat, lon
    x, y = lon - 105.0, lat - 35.0
    slope = radians(lat)
    magic = 1 - KRASOVSKY_ECCENTRICITY * sin(slope) ** 2
    metres_lat = KRASOVSKY_AXIS * (1 - KRASOVSKY_ECCENTRICITY) / magic**1.5
    metres_lon = KRASOVSKY_AXIS / sqrt(magic) * cos(slope)
    return (
        lat + _shift_lat(x, y) * 180.0 / (metres_lat * pi),
        lon + _shift_lon(x, y) * 180.0 / (metres_lon * pi),
    )


def _shift_lat(x: float, y: float) -> float:
    shift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    shift += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    shift += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return shift + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _shift_lon(x: float, y: float) -> float:
    shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    shift += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    shift += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return shift + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0


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


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance over ground between two points, in metres."""
    up = sin(radians(other_lat - lat) / 2) ** 2
    along = sin(radians(other_lon - lon) / 2) ** 2
    half = up + cos(radians(lat)) * cos(radians(other_lat)) * along
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))
