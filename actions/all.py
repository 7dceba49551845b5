"""All services: importing this registers them."""

from actions import articles, courses, joining, people, stations, status, talking

__all__ = ["articles", "courses", "joining", "people", "stations", "status", "talking"]
