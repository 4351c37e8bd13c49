"""Well-known services: where their mail and calendars are, and which password they want.

`followupd init` proposes them, and docs/imap-caldav.md shows them. What is not sure is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Tls = Literal["implicit", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. `domains` is a pattern of the domains of the addresses that it gives out, "" for none.

    `caldav` is "" where it has no calendars by CalDAV, or none that its password opens. `wants` is a
    whole sentence about its password.
    """

    name: str
    domains: str = ""
    host: str
    port: int = 993
    tls: Tls = "implicit"
    caldav: str = ""
    wants: str = ""

    def is_at(self, host: str) -> bool:
        """Whether this is one of its servers."""
        return host in {self.host, re.sub(r"\Ahttps://|[:/].*", "", self.caldav)} - {""}


SERVICES = (
    Service(
        name="Fastmail",
        domains=r"fastmail\.(com|fm)",
        host="imap.fastmail.com",
        caldav="https://caldav.fastmail.com/",
        wants="Fastmail wants an app password here: Settings, “Privacy & Security”, “Manage app passwords”.",
    ),
    Service(
        name="iCloud",
        domains=r"(icloud|me|mac)\.com",
        host="imap.mail.me.com",
        caldav="https://caldav.icloud.com/",
        wants="Apple wants an app-specific password here: https://account.apple.com, “App-Specific Passwords”.",
    ),
    Service(
        name="Yahoo",
        domains=r"yahoo\.(com|[a-z]{2}|co\.(uk|in|id|nz|za|th)|com\.[a-z]{2})|ymail\.com|rocketmail\.com",
        host="imap.mail.yahoo.com",
        caldav="https://caldav.calendar.yahoo.com/",
        wants="Yahoo wants an app password here: https://login.yahoo.com/account/security, “Generate app password”.",
    ),
    Service(
        name="AOL",
        domains=r"aol\.com",
        host="imap.aol.com",
        wants="AOL wants an app password here: https://login.aol.com/account/security, “Generate app password”.",
    ),
    Service(
        name="mailbox.org",
        domains=r"mailbox\.org",
        host="imap.mailbox.org",
        caldav="https://dav.mailbox.org/",
        wants="Where you sign in there with two factors, make an application password in its settings.",
    ),
    Service(
        name="Posteo",
        domains=r"posteo\.(de|net|at|ch|eu|org)",
        host="posteo.de",
        caldav="https://posteo.de:8443/",
    ),
    Service(
        name="GMX",
        domains=r"gmx\.(de|net|at|ch)",
        host="imap.gmx.net",
        caldav="https://caldav.gmx.net/",
        wants="GMX lets programs in only when “POP3/IMAP” is switched on in the settings of its web page; with two "
        "factors it wants an application-specific password.",
    ),
    Service(
        name="GMX international",
        domains=r"gmx\.(com|us|co\.uk)",
        host="imap.gmx.com",
        wants="GMX lets programs in only when “POP3 & IMAP” is switched on in the settings of its web page.",
    ),
    Service(
        name="WEB.DE",
        domains=r"web\.de",
        host="imap.web.de",
        caldav="https://caldav.web.de/",
        wants="WEB.DE lets programs in only when “POP3/IMAP” is switched on in the settings of its web page; with "
        "two factors it wants an application-specific password.",
    ),
    Service(
        name="T-Online",
        domains=r"(t-online|magenta)\.de",
        host="secureimap.t-online.de",
        wants="Telekom wants a password of its own here, that for e-mail programs: it is set in the Kundencenter.",
    ),
    Service(
        name="Zoho",
        domains=r"zoho(mail)?\.com",
        host="imap.zoho.com",
        caldav="https://calendar.zoho.com/",
        wants="Zoho lets programs in only when IMAP is switched on in the settings of its mail page; with two factors "
        "it wants an app password: https://accounts.zoho.com, “Security”, “App Passwords”.",
    ),
    Service(
        name="Zoho Europe",
        domains=r"zoho(mail)?\.eu",
        host="imap.zoho.eu",
        caldav="https://calendar.zoho.eu/",
        wants="Zoho lets programs in only when IMAP is switched on in the settings of its mail page; with two factors "
        "it wants an app password: https://accounts.zoho.eu, “Security”, “App Passwords”.",
    ),
    Service(
        name="Infomaniak",
        domains=r"ik\.me|ikmail\.com|etik\.com",
        host="mail.infomaniak.com",
        caldav="https://sync.infomaniak.com/",
        wants="Infomaniak's calendars go by another name than your address: https://config.infomaniak.com shows it.",
    ),
    Service(name="Migadu", host="imap.migadu.com", caldav="https://cdav.migadu.com/"),
    Service(name="OVHcloud", host="ssl0.ovh.net"),
    Service(
        name="Proton Mail Bridge",
        domains=r"proton\.me|protonmail\.com|pm\.me",
        host="127.0.0.1",
        port=1143,
        tls="starttls",
    ),
    Service(
        name="Gmail",
        domains=r"(gmail|googlemail)\.com",
        host="imap.gmail.com",
        wants="Google wants an app password here, and two factors for it: https://myaccount.google.com/apppasswords. "
        "`provider: google` needs none.",
    ),
    Service(
        name="Outlook.com and Microsoft 365",
        host="outlook.office365.com",
        wants="Microsoft takes no password by IMAP any more. Use `provider: microsoft`, or `auth: microsoft` here.",
    ),
)


def service_of(address: str) -> Service | None:
    """The service that gave out this address, None where none is known."""
    domain = address.rpartition("@")[2].lower()
    return next((one for one in SERVICES if one.domains and re.fullmatch(one.domains, domain)), None)


def hint(host: str) -> str:
    """Which password this server wants, as a sentence; "" where nothing is known."""
    return next((one.wants for one in SERVICES if one.is_at(host)), "")


def are_one(host: str, other: str) -> bool:
    """Whether both are servers of one service, or of one host."""
    return host == other or any(one.is_at(host) and one.is_at(other) for one in SERVICES)
