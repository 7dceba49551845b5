"""GeoJSON (RFC 7946) for places: each is a feature, its point longitude first, in WGS-84."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.exchange.cells import joined
from knowledge.exchange.csv_form import SPACES, Table
from knowledge.exchange.limits import check_rows
from knowledge.exchange.refused import Refused

LAT, LON = "lat", "lon"
"""The columns that a point becomes."""


def read_geojson(raw: bytes) -> Table:
    """The features as rows under the names of their properties.

    Raises:
        Refused: it isn't GeoJSON, or has something else than points.
    """
    try:
        content = json.loads(raw.decode("utf-8-sig"))
        features = content["features"]
        check_rows(len(features))
        found = [_feature(number, one) for number, one in enumerate(features, start=1)]
    except (
        UnicodeDecodeError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as why:
        raise Refused(
            "这不是GeoJSON；文件应是一个FeatureCollection，每个地点是一个Point",
            "this is no GeoJSON; a FeatureCollection is wanted in which each place is a Point",
        ) from why
    names = list(dict.fromkeys(name for row in found for name in row))
    return [names, *([row.get(name, "") for name in names] for row in found)]


def _feature(number: int, feature: Mapping[str, Any]) -> dict[str, str]:
    row = {str(name): _text(value) for name, value in (feature["properties"] or {}).items()}
    geometry = feature["geometry"]
    if geometry is None:
        return row
    if geometry["type"] != "Point":
        raise Refused(
            f"第{number}个对象不是Point；地点只能是点",
            f"feature {number} is a {geometry['type']}; places are points",
        )
    lon, lat = geometry["coordinates"][:2]
    return {**row, LAT: _text(lat), LON: _text(lon)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return joined([str(one) for one in value])
    if isinstance(value, float):
        return repr(value)
    return str(value).strip(SPACES)


def write_geojson(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as features; a place without a point has none (its geometry is null)."""
    features = [_written(dict(zip(names, row, strict=True))) for row in rows]
    content = {"type": "FeatureCollection", "features": features}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _written(row: dict[str, str]) -> dict[str, Any]:
    lat, lon = row.pop(LAT, ""), row.pop(LON, "")
    point = {"type": "Point", "coordinates": [float(lon), float(lat)]} if lat else None
    properties = {name: text for name, text in row.items() if text}
    return {"type": "Feature", "geometry": point, "properties": properties}
