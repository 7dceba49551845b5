"""Everything of a region as a folder of YAML files, in the form of `knowledge/content`."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from knowledge.content_checks import Placed
from knowledge.content_entries import Entry, RegionEntry
from knowledge.content_schema import Content, read_folder
from knowledge.exchange.cells import plain_decimal
from knowledge.exchange.limits import check_unpacked
from knowledge.exchange.refused import Refused

Files = Mapping[str, bytes]
"""By their names in the folder."""

WHEN = (1980, 1, 1, 0, 0, 0)
"""The time of each file in a zip, so that the same files give the same zip."""

WIDTH = 100


class _Dumper(yaml.CSafeDumper):
    """Writes amounts as they stand, and no anchors: the content knows none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(dumper: yaml.CSafeDumper, value: Decimal) -> yaml.Node:
    text = plain_decimal(value)
    tag = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(str, _text)


def write_folder(content: Content) -> Files:
    """The files of a content, by name; kinds of which there is nothing have none."""
    lists: dict[str, Sequence[Entry]] = {
        "sources.yaml": content.sources,
        "regions.yaml": content.regions,
        "sectors.yaml": content.sectors,
        "schemes.yaml": content.schemes,
        "lines.yaml": content.lines,
    }
    files = {name: _written(_plain_all(some)) for name, some in lists.items() if some}
    if content.courses or content.topics:
        both = {"topics": _plain_all(content.topics), "courses": _plain_all(content.courses)}
        files["courses.yaml"] = _written(both)
    cities: dict[str, list[Entry]] = {}
    regions = {region.code: region for region in content.regions}
    for station in content.stations:
        cities.setdefault(_city(station.region, regions), []).append(station)
    for city, stations in sorted(cities.items()):
        files[f"stations/{city}.yaml"] = _written(_plain_all(stations))
    for article in content.articles:
        files[f"articles/{article.topic}.yaml"] = _written(_plain(_values(article)))
    return files


def _city(code: str, regions: Mapping[str, RegionEntry]) -> str:
    """The city that a region lies in; itself if it lies in none."""
    region = regions.get(code)
    while region is not None and region.level != "city":
        region = regions.get(region.parent or "")
    return region.code if region is not None else code


def _values(entry: Entry) -> Any:
    return entry.model_dump(exclude_defaults=True)


def _plain_all(entries: Iterable[Entry]) -> list[Any]:
    return [_plain(_values(entry)) for entry in entries]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def _written(value: Any) -> bytes:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    return str(text).encode()


def write_zip(files: Files) -> bytes:
    """The folder as one file; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name, WHEN), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_zip(raw: bytes) -> list[Placed[Entry]]:
    """The entries of a packed folder.

    Raises:
        Refused: it is no zip, or would swell beyond measure.
        ContentError: with every mistake of single entries.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                parts = [part for part in packed.infolist() if not part.is_dir()]
                check_unpacked(len(raw), sum(part.file_size for part in parts), len(parts))
                for part in parts:
                    _unpack(folder, part.filename, packed.read(part))
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as why:
            raise Refused(
                "这不是zip文件，或者文件坏了；请重新导出",
                "this is no zip, or it is broken; export it again",
            ) from why
        return read_content_folder(folder)


def _unpack(folder: Path, name: str, raw: bytes) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or len(path.parts) > 2 or "\\" in name:
        raise Refused(
            f"zip里的“{name}”不该有；请导入 gongyou export 导出的文件",
            f"'{name}' has no place in the zip; import what gongyou export has written",
        )
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_bytes(raw)


def read_content_folder(folder: Path) -> list[Placed[Entry]]:
    """The entries of a folder, of which any file may be missing.

    Raises:
        Refused: there is nothing in it.
        ContentError: with every mistake of single entries.
    """
    placed = read_folder(folder, whole=False)
    if not placed:
        raise Refused("文件夹里没有内容", "there is nothing in the folder that could be imported")
    return placed
