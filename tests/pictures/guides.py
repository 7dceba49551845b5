"""Which pictures belong to which page; another guide is another list of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.pictures import administrators, readme, staff
from tests.pictures.studio import Picture

GUIDES: Mapping[str, Sequence[Picture]] = {
    "README.md": readme.PICTURES,
    "docs/administrators.md": administrators.PICTURES,
    "docs/staff.md": staff.PICTURES,
}
