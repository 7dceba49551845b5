"""All pages of the console with the permission that each needs, and how they are hung up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.channels.web_pages import pages
from bot.console import (
    account,
    article,
    article_editor,
    articles,
    audit,
    behalf,
    calls,
    case,
    cases,
    clocks,
    courses,
    duty,
    exports,
    figures,
    home,
    imports,
    inbox,
    inbox_links,
    inbox_talk,
    joint,
    leads,
    login,
    notices,
    persons,
    place_form,
    place_reports,
    places,
    programmes,
    questions,
    quick_replies,
    staff,
    training,
)
from bot.console.door import HALF, OPEN, Route, guarded
from bot.console.navigation import menus
from bot.console.parts import CONSOLE, ConsoleParts
from bot.console.visit import FORM_TOKEN
from knowledge import markup
from knowledge.clock import CHINA
from knowledge.content_cases import said_in
from knowledge.content_entries import Words

TEMPLATES = Path(__file__).parent / "templates"

ONE = r"{id:\d+}"
PLACE = f"/console/places/one/{{code:{places.CODE}}}"
UUID = r"{id:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}"

VERSION = f"/console/articles/{ONE}/versions/{{version:\\d+}}"
CASE = r"/console/cases/{case:[A-Z]{2}-[2-9A-Z]{6}}"
TALK = f"/console/inbox/{ONE}"
CODE = r"{id:[A-Za-z0-9][A-Za-z0-9_-]*}"

OWN_WAY = f"/console/notices/settings/{{way:{notices.OWN_WAYS}}}"
ROBOT = f"/console/notices/robots/{ONE}"

ROUTES = (
    Route("GET", "/console/login", login.show_login, OPEN),
    Route("POST", "/console/login", login.login, OPEN),
    Route("POST", "/console/logout", login.logout, OPEN),
    Route("GET", "/console/invitation/{token}", login.show_invitation, OPEN),
    Route("POST", "/console/invitation/{token}", login.take_invitation, OPEN),
    Route("GET", "/console/second-factor", login.show_second_factor, HALF),
    Route("POST", "/console/second-factor", login.second_factor, HALF),
    Route("GET", "/console", home.show, "home"),
    Route("GET", "/console/account", account.show, "own_account"),
    Route("POST", "/console/account/password", account.change_password, "own_account"),
    Route("POST", "/console/account/language", account.set_language, "own_account"),
    Route("GET", "/console/account/second-factor", account.show_set_up, "own_account"),
    Route("POST", "/console/account/second-factor", account.set_up, "own_account"),
    Route(
        "POST", "/console/account/second-factor/remove", account.remove_second_factor, "own_account"
    ),
    Route("POST", "/console/account/recovery-codes", account.new_recovery_codes, "own_account"),
    Route("POST", f"/console/account/sessions/{ONE}/end", account.end_session, "own_account"),
    Route("GET", "/console/staff", staff.show_all, "staff.read"),
    Route("GET", "/console/staff/new", staff.show_new, "staff.write"),
    Route("POST", "/console/staff/new", staff.invite, "staff.write"),
    Route("GET", f"/console/staff/{ONE}", staff.show_one, "staff.read"),
    Route("POST", f"/console/staff/{ONE}", staff.change, "staff.write"),
    Route("POST", f"/console/staff/{ONE}/invite", staff.invite_again, "staff.write"),
    Route("POST", f"/console/staff/{ONE}/{{step:{staff.STEPS}}}", staff.step, "staff.write"),
    Route("GET", f"/console/persons/{UUID}", persons.show, "person.read"),
    Route("POST", f"/console/persons/{UUID}/reveal", persons.reveal, "person.reveal"),
    Route("GET", "/console/audit", audit.show, "audit.read"),
    Route("POST", "/console/audit/export", audit.export, "audit.read"),
    Route("POST", "/console/audit/verify", audit.verify, "audit.read"),
    Route("GET", "/console/articles", articles.show_all, "article.read"),
    Route("POST", "/console/articles/bulk", articles.bulk, "article.publish"),
    Route("GET", "/console/articles/new", articles.show_new, "article.write"),
    Route("POST", "/console/articles/new", articles.create, "article.write"),
    Route("GET", "/console/articles/gate", article.gate, "article.read"),
    Route("GET", f"/console/articles/{ONE}", article.show, "article.read"),
    Route("GET", VERSION, article.show_version, "article.read"),
    Route("GET", f"/console/articles/{ONE}/ask", article_editor.ask, "article.read"),
    Route("POST", f"/console/articles/{ONE}/draft", article.begin, "article.write"),
    Route("GET", f"/console/articles/{ONE}/edit", article_editor.show, "article.write"),
    Route("POST", f"/console/articles/{ONE}/edit", article_editor.save, "article.write"),
    Route("POST", f"/console/articles/{ONE}/autosave", article_editor.autosave, "article.write"),
    Route(
        "POST",
        f"/console/articles/{ONE}/picture",
        article_editor.put_picture,
        "article.write",
        takes_file=True,
    ),
    Route("POST", f"/console/articles/{ONE}/discard", article.discard, "article.write"),
    Route("POST", f"/console/articles/{ONE}/send", article.send, "article.write"),
    Route("POST", f"/console/articles/{ONE}/approve", article.approve, "article.review"),
    Route("POST", f"/console/articles/{ONE}/send-back", article.send_back, "article.review"),
    Route("POST", f"/console/articles/{ONE}/reviewed", article.review_afterwards, "article.review"),
    Route("POST", f"/console/articles/{ONE}/publish", article.publish, "article.publish"),
    Route("POST", f"/console/articles/{ONE}/unschedule", article.unschedule, "article.publish"),
    Route("POST", f"/console/articles/{ONE}/archive", article.archive, "article.publish"),
    Route("POST", f"/console/articles/{ONE}/checked", article.checked, "article.publish"),
    Route("POST", f"/console/articles/{ONE}/back", article.back, "article.publish"),
    Route("POST", f"/console/articles/{ONE}/review-setting", article.set_review, "article.publish"),
    Route("GET", "/console/questions", questions.show_all, "review.read"),
    Route("GET", "/console/questions/progress", questions.progress, "review.read"),
    Route("GET", "/console/questions/settled", questions.show_settled, "review.read"),
    Route("POST", f"/console/questions/settled/{ONE}/undo", questions.undo, "review.write"),
    Route("GET", f"/console/questions/{ONE}", questions.show_one, "review.read"),
    Route("POST", f"/console/questions/{ONE}/ignore", questions.ignore, "review.write"),
    Route("POST", f"/console/questions/{ONE}/teach", questions.teach, "review.write"),
    Route("POST", f"/console/questions/{ONE}/add", questions.add, "review.write"),
    Route("POST", f"/console/questions/{ONE}/begin", questions.begin, "review.write"),
    Route("GET", "/console/training", training.show, "model.train"),
    Route("GET", "/console/training/progress", training.progress, "model.train"),
    Route("POST", "/console/training/begin", training.begin, "model.train"),
    Route("POST", "/console/training/back", training.back, "model.train"),
    Route("GET", "/console/figures", figures.show, "figures.read"),
    Route(
        "GET", f"/console/figures/{{table:{figures.WHICH}}}.csv", figures.download, "figures.read"
    ),
    # Places.
    Route("GET", "/console/places", places.show_all, "place.read"),
    Route("GET", "/console/places/points", places.points, "place.read"),
    Route("GET", "/console/places/point", place_form.show_point, "place.read"),
    Route("GET", "/console/places/hours", place_form.show_hours, "place.read"),
    Route("GET", "/console/places/reports", place_reports.show_all, "place.read"),
    Route("GET", "/console/places/new", place_form.show_new, "place.write"),
    Route("POST", "/console/places/new", place_form.add, "place.write"),
    Route("GET", PLACE, place_form.show_one, "place.read"),
    Route("POST", PLACE, place_form.change, "place.write"),
    Route("POST", f"{PLACE}/close", place_form.close, "place.write"),
    Route("POST", f"{PLACE}/reopen", place_form.reopen, "place.write"),
    Route("POST", f"{PLACE}/settle", place_reports.settle, "place.write"),
    Route("POST", f"{PLACE}/unsettle", place_reports.unsettle, "place.write"),
    # Files in and out.
    Route("GET", "/console/import", imports.show_all, "import"),
    Route("POST", "/console/import", imports.hand_in, "import", takes_file=True),
    Route("GET", f"/console/import/{ONE}", imports.show_one, "import"),
    Route("POST", f"/console/import/{ONE}/write", imports.write, "import"),
    Route("POST", f"/console/import/{ONE}/drop", imports.drop, "import"),
    Route("GET", "/console/export", exports.show, "export"),
    Route("POST", "/console/export", exports.export, "export"),
    Route("GET", "/console/courses", courses.show_all, "course.read"),
    Route("GET", "/console/courses/new", courses.show_new, "course.write"),
    Route("POST", "/console/courses/new", courses.create, "course.write"),
    Route("GET", f"/console/courses/{CODE}", courses.show_one, "course.read"),
    Route("GET", f"/console/courses/{CODE}/change", courses.show_change, "course.write"),
    Route("POST", f"/console/courses/{CODE}/change", courses.change, "course.write"),
    Route("POST", f"/console/courses/{CODE}/tell", courses.tell, "course.write"),
    Route("POST", f"/console/courses/{CODE}/move", courses.move, "course.write"),
    Route("POST", f"/console/courses/{CODE}/call-off", courses.call_off, "course.write"),
    Route("POST", f"/console/courses/{CODE}/cancel", courses.cancel, "course.write"),
    Route("POST", f"/console/courses/{CODE}/remove", courses.remove, "course.enrolment"),
    Route("GET", f"/console/courses/{CODE}/attendance", courses.show_register, "course.attendance"),
    Route("POST", f"/console/courses/{CODE}/attendance", courses.put_register, "course.attendance"),
    Route("GET", "/console/programmes", programmes.show_schemes, "programme.read"),
    Route("GET", "/console/programmes/regions", programmes.show_regions, "programme.read"),
    Route("GET", "/console/programmes/lines", programmes.show_lines, "programme.read"),
    Route("GET", "/console/programmes/sources", programmes.show_sources, "programme.read"),
    *(
        Route(method, f"/console/programmes/{kind}/{where}", page, needs)
        for kind in programmes.ONE_OF
        for method, where, page, needs in (
            ("GET", "new", programmes.show_new, "programme.write"),
            ("POST", "new", programmes.save, "programme.write"),
            ("GET", CODE, programmes.show_one, "programme.read"),
            ("POST", CODE, programmes.save, "programme.write"),
        )
    ),
    *(
        Route(method, f"/console/programmes/sources/{where}", page, "programme.write")
        for where in ("new", CODE)
        for method, page in (("GET", programmes.show_source), ("POST", programmes.save_source))
    ),
    # Notices.
    Route("GET", "/console/notices", notices.show, "notice.read"),
    Route("GET", "/console/notices/events", notices.events, "notice.read"),
    Route("POST", "/console/notices/seen", notices.see_all, "notice.read"),
    Route("GET", f"/console/notices/{ONE}/open", notices.open_one, "notice.read"),
    Route("GET", "/console/notices/settings", notices.show_settings, "notice.read"),
    Route("POST", "/console/notices/settings/code", notices.code, "notice.read"),
    Route("POST", OWN_WAY, notices.save, "notice.read"),
    Route("POST", f"{OWN_WAY}/stop", notices.stop, "notice.read"),
    Route("POST", "/console/notices/robots", notices.add_robot, "notice.robots"),
    Route("POST", ROBOT, notices.change_robot, "notice.robots"),
    Route("POST", f"{ROBOT}/try", notices.try_robot, "notice.robots"),
    Route("POST", f"{ROBOT}/end", notices.end_robot, "notice.robots"),
    # Clocks, and what leads see.
    Route("GET", "/console/clocks", clocks.show, "clock.read"),
    Route("POST", "/console/clocks", clocks.put, "clock.write"),
    Route("POST", f"/console/clocks/{ONE}/remove", clocks.remove, "clock.write"),
    Route("GET", "/console/leads", leads.show, "leads.read"),
    Route("POST", f"/console/leads/listen/{ONE}", leads.listen, "leads.act"),
    Route("POST", f"/console/leads/hand-on/{ONE}", leads.hand_on, "leads.act"),
    Route("GET", "/console/leads/figures", leads.show_figures, "leads.read"),
    Route(
        "GET", f"/console/leads/figures/{{table:{leads.WHICH}}}.csv", leads.download, "leads.read"
    ),
    Route("GET", "/console/leads/month", leads.show_month, "leads.read"),
    Route("GET", "/console/leads/own", leads.show_own, "home"),
    # Cases.
    Route("GET", "/console/cases", cases.show_all, "case.read"),
    Route("GET", "/console/cases/board", cases.show_board, "case.read"),
    Route("POST", "/console/cases/bulk", cases.bulk, "case.bulk"),
    Route("POST", "/console/cases/export", cases.export, "case.exchange"),
    Route("GET", "/console/cases/import", cases.show_import, "case.exchange"),
    Route("POST", "/console/cases/import", cases.take, "case.exchange", takes_file=True),
    Route("POST", "/console/cases/import/write", cases.take, "case.exchange"),
    Route("GET", "/console/cases/rules", cases.show_rules, "case.rules"),
    Route("POST", "/console/cases/rules", cases.add_rule, "case.rules"),
    Route("POST", f"/console/cases/rules/{ONE}/drop", cases.drop_rule, "case.rules"),
    Route("GET", "/console/cases/joint", joint.show_all, "case.joint"),
    Route("POST", "/console/cases/joint", joint.make, "case.joint"),
    Route("GET", f"/console/cases/joint/{ONE}", joint.show, "case.details"),
    Route("POST", f"/console/cases/joint/{ONE}/names", joint.name, "case.joint"),
    Route("GET", CASE, case.show, "case.read"),
    Route("GET", f"{CASE}/print", case.show_print, "case.details"),
    Route("POST", f"{CASE}/reveal", case.reveal, "person.reveal"),
    Route("POST", f"{CASE}/move", case.move, "case.move"),
    Route("POST", f"{CASE}/drop-payment", case.drop_payment, "case.move"),
    Route("POST", f"{CASE}/elsewhere", case.set_elsewhere, "case.move"),
    Route("POST", f"{CASE}/take", case.take, "case.move"),
    Route("POST", f"{CASE}/assign", case.assign, "case.assign"),
    Route("POST", f"{CASE}/escalate", case.escalate, "case.escalate"),
    Route("POST", f"{CASE}/hand-down", case.hand_down, "case.escalate"),
    Route("POST", f"{CASE}/note", case.note, "case.move"),
    Route("POST", f"{CASE}/say", case.say, "case.move"),
    Route("POST", f"{CASE}/reopen", case.reopen, "case.reopen"),
    Route("POST", f"{CASE}/documents", case.add_document, "case.move", takes_file=True),
    Route("GET", f"{CASE}/documents/{{document:\\d+}}", case.document, "case.details"),
    # The inbox.
    Route("GET", "/console/inbox", inbox.show, "inbox.read"),
    Route("GET", "/console/inbox/rows", inbox.rows, "inbox.read"),
    Route("GET", "/console/inbox/events", inbox.events, "inbox.read"),
    Route("POST", "/console/inbox/next", inbox.take_next, "inbox.write"),
    Route("GET", TALK, inbox_talk.show, "inbox.read"),
    Route("GET", f"{TALK}/events", inbox_talk.events, "inbox.read"),
    Route("GET", f"{TALK}/files/{{file:\\d+}}", inbox_talk.file, "inbox.read"),
    Route("POST", f"{TALK}/say", inbox_talk.say, "inbox.write", takes_file=True),
    Route("POST", f"{TALK}/note", inbox_talk.note, "inbox.write"),
    Route("POST", f"{TALK}/typing", inbox_talk.typing, "inbox.write"),
    Route("POST", f"{TALK}/misread", inbox_talk.misread, "inbox.write"),
    Route("POST", f"{TALK}/reveal", inbox_talk.reveal, "person.reveal"),
    Route("POST", f"{TALK}/link/find", inbox_links.find, "person.link"),
    Route("POST", f"{TALK}/link", inbox_links.ask, "person.link"),
    Route("POST", f"{TALK}/split", inbox_links.split, "person.link"),
    Route("POST", f"{TALK}/{{step:{inbox_talk.STEPS}}}", inbox_talk.step, "inbox.write"),
    Route("GET", "/console/quick-replies", quick_replies.show, "inbox.read"),
    Route("POST", "/console/quick-replies", quick_replies.add, "inbox.write"),
    Route("POST", f"/console/quick-replies/{ONE}", quick_replies.change, "inbox.write"),
    Route("POST", f"/console/quick-replies/{ONE}/remove", quick_replies.remove, "inbox.write"),
    # Duty.
    Route("GET", "/console/duty", duty.show, "duty.read"),
    Route("POST", "/console/duty/weekly", duty.put_weekly, "duty.write"),
    Route("POST", "/console/duty/single", duty.put_single, "duty.write"),
    Route("POST", f"/console/duty/shifts/{ONE}/remove", duty.remove_shift, "duty.write"),
    Route("POST", "/console/duty/absences", duty.put_absence, "duty.write"),
    Route("POST", f"/console/duty/absences/{ONE}/remove", duty.remove_absence, "duty.write"),
    Route("POST", "/console/duty/office", duty.set_office, "duty.write"),
    # On behalf of a rider.
    Route("GET", "/console/calls", calls.show, "behalf.write"),
    Route("GET", "/console/behalf", behalf.show_new, "behalf.write"),
    Route("POST", "/console/behalf", behalf.find, "behalf.write"),
    Route("POST", "/console/behalf/begin", behalf.begin, "behalf.write"),
    Route("GET", f"/console/behalf/{ONE}", behalf.show_one, "behalf.write"),
    Route("POST", f"/console/behalf/{ONE}", behalf.say, "behalf.write"),
    Route("*", "/console/{tail:.*}", home.nowhere, OPEN),
)


def when(time: datetime) -> str:
    """A time as it is written in lists, China's clock."""
    return f"{time.astimezone(CHINA):%Y-%m-%d %H:%M}"


FILTERS: Mapping[str, Callable[..., str]] = {"when": when, "plain": markup.plain}


def add_console(app: web.Application, parts: ConsoleParts) -> None:
    """The console under `/console`."""
    app[CONSOLE] = parts
    app.on_cleanup.append(_close)
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=FILTERS,
    )
    environment.globals |= {
        "static": f"/static/{pages().fingerprint}",
        "form_token": FORM_TOKEN,
        "menus": menus,
        "place": _place(parts),
        "named": _named(parts),
        "spoken": spoken,
    }
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))


async def _close(app: web.Application) -> None:
    await app[CONSOLE].close()


def _place(parts: ConsoleParts) -> Callable[[str | None, str], str]:
    def place(code: str | None, language: str) -> str:
        """A region's name; for no region, that it is all of them."""
        region = parts.database.region_tree.get(code)
        if region is not None:
            return region.name(language)
        return code or parts.texts.words(language)("place.everywhere")

    return place


def spoken(value: Any, language: str) -> Any:
    """A text that is there in both languages in the reader's; anything else as it is."""
    return said_in(value, language) if isinstance(value, Words) else value


def _named(parts: ConsoleParts) -> Callable[[str, str, str], str]:
    def named(kind: str, code: str, language: str) -> str:
        """The text `<kind>.<code>`, or the code itself: the audit has words of every service."""
        return parts.texts.words(language).get(f"{kind}.{code}", code)

    return named
