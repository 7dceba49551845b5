"""Courses for the phone's calendar: `/api/courses/<code>.ics`, open to everybody."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import hdrs, web

from actions.calendar import course_calendar
from bot.channels.http import ApiError
from knowledge.database import Database


def routes(database: Database) -> Sequence[web.RouteDef]:
    """The route to be mounted: `GET /api/courses/{code}.ics`, in English with `?lang=en`."""

    async def get_calendar(request: web.Request) -> web.Response:
        code = request.match_info["code"]
        async with database.begin() as unit:
            courses = await unit.courses.by_codes([code])
            now = unit.now
        if not courses or not courses[0].sessions:
            raise ApiError(404, "not_found", "there is no such course with a session to come")
        language = "en" if request.query.get("lang") == "en" else "zh"
        return web.Response(
            text=course_calendar(courses[0], language, now),
            content_type="text/calendar",
            charset="utf-8",
            headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{code}.ics"'},
        )

    return [web.get(r"/api/courses/{code:[a-z0-9][a-z0-9-]{0,60}}.ics", get_calendar)]
