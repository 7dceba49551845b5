"""All services: importing this registers them."""

from actions import (
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
