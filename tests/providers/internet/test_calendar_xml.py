"""Multistatus bodies: in every spelling that servers have, and in none that harms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.providers.internet.caldav import multistatus
from followupd.providers.internet.caldav.multistatus import (
    DAV,
    NotReadableError,
    preconditions,
    read_multistatus,
)

WHOLE = """<?xml version="1.0" encoding="utf-8"?>
<{p}multistatus xmlns{x}="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav">
 <{p}response><{p}href> /a/1.ics </{p}href>
  <{p}propstat><{p}prop><{p}getetag>W/"1"</{p}getetag></{p}prop><{p}status>HTTP/1.1 200 OK</{p}status></{p}propstat>
  <{p}propstat><{p}prop><cal:calendar-data/></{p}prop><{p}status>HTTP/2 404</{p}status></{p}propstat>
 </{p}response>
 <{p}response><{p}href>/a/2.ics</{p}href><{p}href>/a/3.ics</{p}href><{p}status>HTTP/1.1 404 Not Found</{p}status>
 </{p}response>
 <{p}sync-token>data:,7</{p}sync-token>
</{p}multistatus>"""


@pytest.mark.parametrize(("prefix", "name"), [("", ""), ("D:", ":D"), ("ns0:", ":ns0")])
def test_any_prefix(prefix: str, name: str) -> None:
    told = read_multistatus(WHOLE.format(p=prefix, x=name).encode())
    assert told.token == "data:,7"
    assert [(one.href, one.status) for one in told.resources] == [
        ("/a/1.ics", 200),
        ("/a/2.ics", 404),
        ("/a/3.ics", 404),
    ]
    assert told.resources[0].text(f"{DAV}getetag") == 'W/"1"'
    assert list(told.resources[0].found) == [f"{DAV}getetag"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_any_encoding_that_says_what_it_is(encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    body = f'<?xml version="1.0" encoding="{said}"?><multistatus xmlns="DAV:"><sync-token>ü</sync-token></multistatus>'
    assert read_multistatus(body.encode(encoding)).token == "ü"


def test_control_characters_do_not_hide_the_rest() -> None:
    body = b'<multistatus xmlns="DAV:"><sync-token>a\x0bb</sync-token></multistatus>'
    assert read_multistatus(body).token == "a b"


@pytest.mark.parametrize(
    ("statuses", "overall"), [((200, 404), 200), ((404,), 200), ((403,), 403), ((424, 403), 424)]
)
def test_the_status_of_an_address_whose_properties_have_their_own(
    statuses: tuple[int, ...], overall: int
) -> None:
    parts = "".join(f"<propstat><prop/><status>HTTP/1.1 {one} x</status></propstat>" for one in statuses)
    body = f'<multistatus xmlns="DAV:"><response><href>/a</href>{parts}</response></multistatus>'
    assert [one.status for one in read_multistatus(body.encode()).resources] == [overall]


def test_preconditions_of_an_error() -> None:
    body = b'<?xml version="1.0"?><x:error xmlns:x="DAV:"><x:valid-sync-token/></x:error>'
    assert preconditions(body) >= {f"{DAV}valid-sync-token"}
    for other in (
        b"",
        b"<html>",
        b"Not found",
        b'<multistatus xmlns="DAV:"><valid-sync-token/></multistatus>',
    ):
        assert preconditions(other) == frozenset()


def test_what_is_too_large_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multistatus, "MAX_ELEMENTS", 100)
    for body in (b"<a/>" * 100, b"<a>" * 99 + b"</a>" * 99):
        with pytest.raises(NotReadableError):
            read_multistatus(b'<multistatus xmlns="DAV:">' + body + b"</multistatus>")
    assert read_multistatus(b'<multistatus xmlns="DAV:">' + b"<a/>" * 99 + b"</multistatus>").resources == ()


NAMES = st.sampled_from(["multistatus", "response", "href", "status", "propstat", "prop", "sync-token", "x"])
TEXTS = st.sampled_from(["", "/a", "HTTP/1.1 200 OK", "HTTP/1.1 404", "507", "&amp;", "&#0;", "&x;", "]]>"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> str:
    name = draw(NAMES)
    inner = draw(st.lists(trees(depth - 1), max_size=3)) if depth else []
    return f"<{name}>{draw(TEXTS)}{''.join(inner)}</{name}>"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        trees().map(lambda one: f'<multistatus xmlns="DAV:">{one}</multistatus>'.encode()),
    )
)
def test_garbage_is_read_or_refused(raw: bytes) -> None:
    """Nothing else is raised, and what is read can be asked for all that is asked elsewhere."""
    preconditions(raw)
    try:
        told = read_multistatus(raw)
    except NotReadableError:
        return
    for one in told.resources:
        assert one.href
        assert one.status == 200 or 100 <= one.status < 600
        one.text(f"{DAV}getetag")
        one.hrefs_in(f"{DAV}prop")
        one.kinds()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2_000), st.binary(max_size=3))
def test_a_good_answer_that_was_damaged(at: int, instead: bytes) -> None:
    whole = WHOLE.format(p="D:", x=":D").encode()
    try:
        told = read_multistatus(whole[:at] + instead + whole[at + len(instead) :])
    except NotReadableError:
        return
    assert len(told.resources) <= 3
