"""All services: importing this registers them."""

from actions import (
    articles,
    courses,
    enrolling,
    joining,
    my_courses,
    people,
    station_wrong,
    stations,
    status,
    talking,
)

__all__ = [
    "articles",
    "courses",
    "enrolling",
    "joining",
    "my_courses",
    "people",
    "station_wrong",
    "stations",
    "status",
    "talking",
]
