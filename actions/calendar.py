"""A course as a file for the phone's calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from knowledge.courses import Course

LINE_OCTETS = 75
"""RFC 5545, 3.1: longer lines are folded."""

ALARM_BEFORE = "-PT1H"
"""The phone itself rings an hour before."""


def course_calendar(course: Course, language: str, now: datetime) -> str:
    """The sessions still to come as an iCalendar text, one event each, times in UTC.

    An event's UID holds the session's start, so that a file opened twice changes nothing.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Gongyou//Courses//" + ("EN" if language == "en" else "ZH"),
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for session in course.sessions:
        start = session.starts_at
        lines += [
            "BEGIN:VEVENT",
            f"UID:{course.code}-{_utc(start)}@gongyou",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(start)}",
            f"DTEND:{_utc(start + timedelta(minutes=session.minutes))}",
            f"SUMMARY:{_escaped(course.title(language))}",
        ]
        place = course.place(language)
        if place:
            lines.append(f"LOCATION:{_escaped(place)}")
        if course.link:
            lines.append(f"URL:{course.link}")
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:{ALARM_BEFORE}",
            f"DESCRIPTION:{_escaped(course.title(language))}",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11: backslash, semicolon, comma and line break have a meaning of their own."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets a line, never cut within a character; what follows begins with a space."""
    pieces: list[str] = []
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that marks what follows
        piece += character
        size += octets
    return "\r\n ".join([*pieces, piece])
