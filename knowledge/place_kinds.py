"""What a place is for: a rest on the way, childcare, or the union's own office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Service = Literal["rest", "childcare", "office"]
SERVICES: tuple[Service, ...] = get_args(Service)

CHILDCARE, OFFICE = "childcare", "union_office"
"""Kinds of places that are not for a rest; all others are."""

OF_SERVICE: Mapping[Service, str] = {
    "rest": "kind not in ('childcare', 'union_office')",
    "childcare": "kind = 'childcare'",
    "office": "kind = 'union_office'",
}
"""The same asked of the database, in the words of its partial indexes."""


def service_of(kind: str) -> Service:
    """What a place of this kind is for."""
    if kind == CHILDCARE:
        return "childcare"
    return "office" if kind == OFFICE else "rest"
