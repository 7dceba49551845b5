"""How large a file may be. Each limit is far above what a union needs, and below what hurts."""

from __future__ import annotations

from knowledge.exchange.refused import Refused

MIB = 2**20

MOST_BYTES = 64 * MIB
"""200,000 stations are about 40 MiB of CSV."""

MOST_UNPACKED = 400 * MIB
"""Of a workbook or a zip, all of its parts together."""

MOST_SQUEEZED = 200
"""Times smaller than what comes out of it: tables reach 30, a zip bomb 1,000."""

SQUEEZED_FROM = 16 * MIB
"""Unpacked; what is smaller does no harm however it is squeezed."""

MOST_ROWS = 300_000
MOST_COLUMNS = 200
MOST_PARTS = 20_000
"""Files in a zip."""


def check_size(size: int) -> None:
    """Refuse a file that is too large to be read.

    Raises:
        Refused: it is.
    """
    if size > MOST_BYTES:
        raise Refused(
            f"文件有{size // MIB} MB，最多{MOST_BYTES // MIB} MB；请分成几个文件导入",
            f"the file has {size // MIB} MB, {MOST_BYTES // MIB} MB are the most; "
            "import it in several files",
        )
    if size == 0:
        raise Refused("文件是空的", "the file is empty; export a template and fill it in")


def check_unpacked(packed: int, unpacked: int, parts: int) -> None:
    """Refuse a zip that would swell beyond measure.

    Raises:
        Refused: it would.
    """
    squeezed = unpacked > SQUEEZED_FROM and unpacked > packed * MOST_SQUEEZED
    if unpacked > MOST_UNPACKED or squeezed or parts > MOST_PARTS:
        raise Refused(
            f"文件解压后有{unpacked // MIB} MB，太大了；请检查文件，或分成几个文件导入",
            f"unpacked the file has {unpacked // MIB} MB, which is too much; check where it comes "
            "from, or import it in several files",
        )


def check_rows(rows: int) -> None:
    """Refuse a table that is too long.

    Raises:
        Refused: it is.
    """
    if rows > MOST_ROWS:
        raise Refused(
            f"超过{MOST_ROWS}行；请分成几个文件导入",
            f"there are more than {MOST_ROWS:,} rows; import them in several files",
        )
