"""Where a report comes from: which lines, which model, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Origin(BaseModel):
    """What a report is about.

    Attributes:
        file: the name of the file of lines, without its folder.
        at: when it was made.
        model: the fingerprint of the model that read.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    at: datetime
    model: str = ""

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return self.model_dump(mode="json")
