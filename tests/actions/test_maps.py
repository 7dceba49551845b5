"""Points on Chinese maps."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from actions.maps import amap_marker, amap_search, geo_uri
from knowledge.coordinates import metres_between, to_gcj02

CENTIMETRES = 1e-7
"""Degrees: about a centimetre."""


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
    ids=["shanghai", "shenzhen", "beijing"],
)
def test_a_point_is_converted_as_the_published_converters_do(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    """The pairs are those that the open converters test themselves with (eviltransform)."""
    assert to_gcj02(*wgs84) == pytest.approx(gcj02, abs=CENTIMETRES)


def test_an_unconverted_point_is_hundreds_of_metres_off() -> None:
    """Why it is converted at all."""
    lat, lon = 37.476, 122.162
    assert 300 < metres_between(lat, lon, *to_gcj02(lat, lon)) < 800


@pytest.mark.parametrize("point", [(48.85, 2.35), (-33.86, 151.21), (37.57, 139.0)])
def test_outside_china_nothing_is_changed(point: tuple[float, float]) -> None:
    """Paris, Sydney, Niigata."""
    assert to_gcj02(*point) == point


def test_the_amap_link_holds_the_converted_point_and_says_so() -> None:
    """Amap's own order is longitude first."""
    link = urlsplit(amap_marker(39.911954, 116.377817, "大望路 & 驿站（示范）"))
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://uri.amap.com/marker"
    values = parse_qs(link.query)
    assert values["position"] == ["116.384047,39.913345"]
    assert values["coordinate"] == ["gaode"]
    assert values["name"] == ["大望路 & 驿站（示范）"]
    assert values["src"] == ["gongyou"]


def test_the_amap_link_can_stand_in_a_message() -> None:
    """No space, no Chinese, nothing that a channel would cut the address at."""
    link = amap_marker(39.911954, 116.377817, "大望路 驿站 (1)")
    assert link.isascii()
    assert " " not in link


def test_the_phone_s_own_map_gets_the_unconverted_point() -> None:
    """`geo:` is WGS-84 by RFC 5870."""
    address = geo_uri(39.911954, 116.377817, "大望路驿站")
    assert address.startswith("geo:39.911954,116.377817?q=39.911954,116.377817(")
    assert unquote(address).endswith("(大望路驿站)")
    assert address.isascii()


def test_an_address_without_a_point_is_looked_up() -> None:
    """Stations that only have an address still get a link."""
    link = urlsplit(amap_search("朝阳区道家园服务点"))
    assert link.path == "/search"
    assert parse_qs(link.query)["keyword"] == ["朝阳区道家园服务点"]


def test_distances_are_those_of_the_globe() -> None:
    """Weihai to Yantai is about 60 km; a place to itself is nothing."""
    assert metres_between(37.5131, 122.1204, 37.4638, 121.4479) == pytest.approx(59_600, rel=0.01)
    assert metres_between(37.5, 122.1, 37.5, 122.1) == 0
