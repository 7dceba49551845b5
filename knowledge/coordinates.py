"""The three ways in which a point in China is written: WGS-84, GCJ-02 and BD-09.

WGS-84 is what a phone's GPS says and what the store keeps. GCJ-02 is what Amap, Tencent and every
other map that may be published in mainland China shows; BD-09 is Baidu's own on top of it. Nobody
has published the formulas; these are the ones that all open converters share (wandergis/
coordtransform, of which the tests have reference pairs). They are right to about a metre.
"""

from __future__ import annotations

from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from typing import Literal

System = Literal["wgs84", "gcj02", "bd09"]
SYSTEMS: tuple[System, ...] = ("wgs84", "gcj02", "bd09")

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_RADIUS = 6_378_168.0
"""Metres, as PostgreSQL's earthdistance has it: both tell the same distances."""

KRASOVSKY_AXIS = 6_378_245.0
KRASOVSKY_ECCENTRICITY = 0.006_693_421_622_965_943
"""Of the ellipsoid that GCJ-02 is reckoned on: semi-major axis in metres, eccentricity squared."""

CHINA_BOX = (0.8293, 55.8271, 72.004, 137.8347)
"""Latitudes and longitudes between which GCJ-02 differs from WGS-84."""

BAIDU_TURN = pi * 3000.0 / 180.0
BAIDU_LAT, BAIDU_LON = 0.006, 0.0065
"""Baidu's own shift, in degrees."""

CLOSE_ENOUGH = 1e-6
"""Degrees (a decimetre): the correction of a shift that was off by so much leaves a millimetre."""

TRIES = 30


def to_wgs84(lat: float, lon: float, system: System) -> Point:
    """A point of any of the three as WGS-84."""
    if system == "bd09":
        lat, lon = from_bd09(lat, lon)
    return (lat, lon) if system == "wgs84" else from_gcj02(lat, lon)


def to_gcj02(lat: float, lon: float) -> Point:
    """A WGS-84 point as Chinese maps have it.

    Unconverted, a point stands some hundred metres off. Outside China nothing is changed.
    """
    if not _in_china(lat, lon):
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


def from_gcj02(lat: float, lon: float) -> Point:
    """A point of a Chinese map as WGS-84: the point that `to_gcj02` would put there."""
    if not _in_china(lat, lon):
        return lat, lon
    found = lat, lon
    for _ in range(TRIES):
        there = to_gcj02(*found)
        off = there[0] - lat, there[1] - lon
        found = found[0] - off[0], found[1] - off[1]
        if max(abs(off[0]), abs(off[1])) < CLOSE_ENOUGH:
            break
    return found


def to_bd09(lat: float, lon: float) -> Point:
    """A GCJ-02 point as Baidu has it."""
    length = hypot(lon, lat) + 0.00002 * sin(lat * BAIDU_TURN)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * BAIDU_TURN)
    return length * sin(angle) + BAIDU_LAT, length * cos(angle) + BAIDU_LON


def from_bd09(lat: float, lon: float) -> Point:
    """A point of Baidu's map as GCJ-02."""
    x, y = lon - BAIDU_LON, lat - BAIDU_LAT
    length = hypot(x, y) - 0.00002 * sin(y * BAIDU_TURN)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU_TURN)
    return length * sin(angle), length * cos(angle)


def _in_china(lat: float, lon: float) -> bool:
    south, north, west, east = CHINA_BOX
    return south <= lat <= north and west <= lon <= east


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


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance over ground between two points, in metres."""
    up = sin(radians(other_lat - lat) / 2) ** 2
    along = sin(radians(other_lon - lon) / 2) ** 2
    half = up + cos(radians(lat)) * cos(radians(other_lat)) * along
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))
