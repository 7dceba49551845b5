"""All services: importing this registers them."""

from actions import (
    amending,
    articles,
    courses,
    enrolling,
    joining,
    joint,
    linking,
    my_courses,
    my_data,
    people,
    rating,
    station_wrong,
    stations,
    status,
    supplying,
    talking,
)

__all__ = [
    "amending",
    "articles",
    "courses",
    "enrolling",
    "joining",
    "joint",
    "linking",
    "my_courses",
    "my_data",
    "people",
    "rating",
    "station_wrong",
    "stations",
    "status",
    "supplying",
    "talking",
]
