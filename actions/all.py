"""All services: importing this registers them."""

from actions import (
    articles,
    courses,
    enrolling,
    joining,
    my_courses,
    people,
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
    "stations",
    "status",
    "talking",
]
