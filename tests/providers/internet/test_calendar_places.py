"""Finding the calendars from any address, and where the password may go while that is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from followupd.errors import CursorLost, ProviderError, Refused, Unavailable
from followupd.providers.internet.caldav.hosts import is_trusted, path_of, resolved
from tests.contracts.test_calendars import SINCE, UNTIL, event, look
from tests.providers.internet.dav_kit import HOME, ROOT, Answer, DavServer, Folder, Proof

DAY = timedelta(days=1)
PAGE: Answer = (200, {"Content-Type": "text/html"}, "<!DOCTYPE html><html><p>Welcome</html>")


def moved(to: str, status: int = 301) -> Answer:
    return status, {"Location": to}, ""


@pytest.mark.parametrize(
    "path", ["", "dav/", "dav/principals/sam/", HOME[1:], HOME[1:-1], HOME[1:] + "work/"]
)
def test_any_address_leads_to_the_calendars(path: str) -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        [told] = look(server.opened(ROOT + path)).events
    assert (told.calendar, told.calendar_name) == ("work", "Interviews")


@pytest.mark.parametrize(
    "root", [(404, {}, "no"), (405, {}, "no"), PAGE, (207, {}, "<multistatus xmlns='DAV:'/>")]
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_well_known_address(root: Answer, status: int) -> None:
    server = DavServer()
    server.put(event())
    server.always = {ROOT: root, ROOT + ".well-known/caldav": moved("/dav/", status)}
    with server.running():
        assert len(look(server.open()).events) == 1


def test_a_home_on_another_host_of_the_same_organisation() -> None:
    server = DavServer()
    server.put(event())
    body = (
        f"<c:calendar-home-set><d:href>https://p52-dav.example.com:443{HOME}</d:href></c:calendar-home-set>"
    )
    server._people = lambda path: _found_at(path, body)  # type: ignore[method-assign]
    with server.running():
        calendar = server.open()
        assert len(look(calendar).events) == 1
    hosts = {url.split("/")[2] for url, _ in server.headers}
    assert hosts == {"dav.example.com", "p52-dav.example.com"}
    assert all("Authorization" in headers for _, headers in server.headers)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://collect.example",
        "https://example.net",
        "http://p52-dav.example.com",
        "https://dav.example.com.evil.example",
    ],
)
def test_a_home_at_somebody_elses_is_taken_for_a_wrong_name_of_this_server(elsewhere: str) -> None:
    server = DavServer()
    server.put(event())
    body = f"<c:calendar-home-set><d:href>{elsewhere}{HOME}</d:href></c:calendar-home-set>"
    server._people = lambda path: _found_at(path, body)  # type: ignore[method-assign]
    with server.running():
        assert len(look(server.open()).events) == 1
    assert {url.split("/")[2] for url, _ in server.headers} == {"dav.example.com"}


def _found_at(path: str, body: str) -> Answer:
    names = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
    status = "<d:status>HTTP/1.1 200 OK</d:status>"
    told = f"<d:response><d:href>{path}</d:href><d:propstat><d:prop>{body}</d:prop>{status}</d:propstat></d:response>"
    return 207, {}, f"<d:multistatus {names}>{told}</d:multistatus>"


@pytest.mark.parametrize(
    "target",
    [
        "https://login.evil.example/dav/",
        "http://other.example.com/dav/",
        "https://dav.example.org/",
        "//evil.example/",
    ],
)
def test_a_redirect_to_somebody_else_is_not_followed(target: str) -> None:
    server = DavServer()
    server.always = {ROOT: moved(target)}
    with server.running(), pytest.raises(Refused, match="your password was not sent there"):
        look(server.open())
    assert {url.split("/")[2] for url, _ in server.headers} == {"dav.example.com"}


def test_a_redirect_that_forgot_the_encryption_stays_encrypted() -> None:
    server = DavServer()
    server.put(event())
    server.always = {ROOT: moved("http://dav.example.com/dav/")}
    with server.running():
        assert len(look(server.open()).events) == 1
    assert all(url.startswith("https://") for url, _ in server.headers)


def test_redirects_without_end() -> None:
    server = DavServer()
    server.always = {ROOT: moved("/a/"), ROOT + "a/": moved("/")}
    with server.running(), pytest.raises(Unavailable, match="without end"):
        look(server.open())
    assert len(server.log) < 10


@pytest.mark.parametrize(
    ("url", "configured", "trusted"),
    [
        ("https://p1.icloud.com:8443/x", "https://caldav.icloud.com/", True),
        ("https://CALDAV.icloud.com:443/x", "https://caldav.icloud.com", True),
        ("https://evil.co.uk/", "https://dav.good.co.uk/", False),
        ("https://bob.synology.me/", "https://alice.synology.me/", False),
        ("https://icloud.com.evil.example/", "https://icloud.com/", False),
        ("https://127.0.0.1:8001/", "http://127.0.0.1:8000/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8000/", False),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/", True),
        ("http://dav.example.com/", "http://dav.example.com/", False),
        ("https://10.0.0.2/", "https://10.0.0.1/", False),
        ("https://[::1", "https://dav.example.com/", False),
        ("https://dav.example.com:x/", "https://dav.example.com/", False),
        ("ftp://dav.example.com/", "https://dav.example.com/", False),
        ("https:///x", "https://dav.example.com/", False),
    ],
)
def test_who_may_have_the_password(url: str, configured: str, trusted: bool) -> None:
    assert is_trusted(url, configured) is trusted


def test_paths_have_one_spelling() -> None:
    spelled = "/a@b/c%20d/%2Fe/%C3%BC"
    assert path_of("https://x.example/a%40b/c d/%2Fe/ü") == path_of("/a@b/c%20d/%2fe/%C3%BC") == spelled


@pytest.mark.parametrize("href", ["/a/%2E%2E/b", "/a/%2e/b", "https://[", "mailto:x@y.example"])
def test_what_is_no_address_below_a_server(href: str) -> None:
    with pytest.raises(ValueError, match=r"not an address|Invalid IPv6"):
        resolved(href, "https://dav.example.com/x/", ROOT)


@pytest.mark.parametrize(
    "url", ["http://dav.example.com/", "dav.example.com", "", "https://", "https://[", "file:///etc"]
)
def test_an_address_that_can_not_be_asked_safely(url: str) -> None:
    with pytest.raises(Refused, match="Correct `url`"):
        DavServer().opened(url)


# --- which calendars ---


def test_what_is_no_calendar_of_the_users_own_is_left_out() -> None:
    server = DavServer()
    odd = '<n:deleted-calendar xmlns:n="http://nextcloud.com/ns"/>'
    types = [
        "<c:schedule-inbox/>",
        "<c:schedule-outbox/>",
        "<c:calendar/><s:subscribed/>",
        f"<c:calendar/>{odd}",
        "",
    ]
    for number, kind in enumerate(types):
        server.folders[f"other{number}"] = Folder(types=kind)
        server.write("x.ics", b"BEGIN:VCALENDAR", f"other{number}")
    server.folders["tasks"] = Folder(parts='<c:comp name="VTODO"/><c:comp name="VJOURNAL"/>')
    server.folders["unsaid"] = Folder("Unsaid", parts="")
    server.put(event())
    with server.running():
        changes = look(server.open())
        assert (len(changes.events), changes.problems, changes.complete) == (1, (), True)
        assert server.asked().count("marks") == 2


def test_names_that_the_server_does_not_have() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        with pytest.raises(Refused, match=r"no calendar “Urlaub” .* It has “Interviews”"):
            look(server.opened(names=("Urlaub",)))
        calendar = server.opened(names=("interviews", "Urlaub"))
        changes = look(calendar)
        assert (len(changes.events), changes.complete) == (1, False)
        assert [problem.where for problem in changes.problems] == ["Urlaub"]
        assert "“Urlaub” is left out" in calendar.notice(UNTIL)
        with pytest.raises(Unavailable):
            calendar.event("nobody@acme.example", "")
        server.folders["new"] = Folder("Urlaub")
        assert look(calendar, changes.cursor).complete
        assert calendar.notice(UNTIL) == ""


@pytest.mark.parametrize(
    "name", ["Interviews", "WORK", f"https://DAV.example.com{HOME}work", ROOT[:-1] + HOME + "work/"]
)
def test_a_calendar_is_named_in_several_ways(name: str) -> None:
    server = DavServer()
    server.folders["home"] = Folder("Home")
    server.write("x.ics", b"BEGIN:VCALENDAR", "home")
    server.put(event())
    with server.running():
        changes = look(server.opened(names=(name,)))
    assert [one.calendar for one in changes.events] == ["work"]
    assert changes.problems == ()


def test_an_address_outside_the_home_is_asked_only_at_this_server() -> None:
    server = DavServer()
    server.put(event())
    shared = f"{HOME}work/"
    with server.running():
        server._home = lambda: ""  # type: ignore[method-assign]
        server.folders = {"other": Folder(), "work": server.folders["work"]}
        server.folders["work"].types = "<c:calendar/>"
        calendar = server.opened(names=(ROOT[:-1] + shared, "https://evil.example" + shared))
        changes = look(calendar)
    assert [one.calendar for one in changes.events] == ["work"]
    assert [problem.where for problem in changes.problems] == ["https://evil.example" + shared]
    assert {url.split("/")[2] for url, _ in server.headers} == {"dav.example.com"}


def test_a_new_calendar_is_found_within_a_day() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        calendar = server.open()
        first = look(calendar)
        server.folders["new"] = Folder("New")
        server.write(
            "two.ics", server.folders["work"].items["one@acme.example.ics"].replace(b"one@", b"two@"), "new"
        )
        assert calendar.changes(first.cursor, SINCE, UNTIL + DAY).cursor == first.cursor
        later = calendar.changes(first.cursor, SINCE, UNTIL + DAY + timedelta(minutes=5))
        assert [(one.uid, one.calendar_name) for one in later.events] == [("two@acme.example", "New")]


def test_a_calendar_that_was_deleted_takes_nothing_with_it() -> None:
    server = DavServer()
    server.folders["home"] = Folder("Home")
    server.put(event())
    server.put(event("two@acme.example"))
    with server.running():
        calendar = server.open()
        first = look(calendar)
        del server.folders["work"]
        later = look(calendar, first.cursor)
        assert (later.events, later.missing, later.complete) == ((), (), True)
        assert ["there no more" in problem.what for problem in later.problems] == [True]
        assert calendar.event("one@acme.example", "") is None
        server.asked()
        assert look(calendar, later.cursor).cursor == later.cursor
        assert server.asked() == ["sync"]
        del server.folders["home"]
        with pytest.raises(Refused, match="no calendar that holds events"):
            look(calendar, later.cursor)


def test_a_new_name_is_told_with_the_events() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        calendar = server.open()
        first = look(calendar)
        server.folders["work"].name = "Bewerbungen & mehr"
        later = calendar.changes(first.cursor, SINCE, UNTIL + 2 * DAY)
        assert [one.calendar_name for one in later.events] == ["Bewerbungen & mehr"]


def test_a_cursor_is_of_one_server_user_and_choice() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        assert ROOT not in cursor
        for other in (server.opened(ROOT + "dav/"), server.opened(names=("work",))):
            with pytest.raises(CursorLost):
                look(other, cursor)
        server.proof = Proof("kim@example.com")
        with pytest.raises(CursorLost):
            look(server.open(), cursor)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((404, {}, "no"), Refused, "is no calendar server at this address"),
        (PAGE, Unavailable, "a page instead of data"),
        ((403, {}, "no"), Refused, "does not let this user read"),
        (
            (302, {"Location": "https://portal.hotel.example/"}, ""),
            Refused,
            "sends on to portal.hotel.example",
        ),
        ((503, {"Retry-After": "120"}, ""), Unavailable, r"just now \(503\)"),
    ],
)
def test_a_server_that_is_none(answer: Answer, error: type[ProviderError], words: str) -> None:
    server = DavServer()
    server.always = dict.fromkeys(["place"], answer)
    with server.running(), pytest.raises(error, match=words):
        look(server.open())
