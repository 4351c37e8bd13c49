"""Configs with one problem each: the text, and how it is told (`*` stands for more words)."""

from __future__ import annotations

from tests.config.sample import RIGHT, changed, with_me


def imap(keys: str) -> str:
    return changed("{provider: local, path: Mail}", f"{{provider: imap, {keys}}}")


def dav(keys: str) -> str:
    return changed("{provider: local, path: calendars}", f"{{{keys}}}")


ONE_PROBLEM = {
    "unknown key at the top": (
        RIGHT + "organisation: []\n",
        '9: organisation: * Did you mean "organisations"?',
    ),
    "unknown key that belongs elsewhere": (RIGHT + "ready_after: 1h\n", "9: ready_after: * under thank_you:"),
    "unknown key in me": (with_me("county: GB"), '5: me.county: * Did you mean "country"?'),
    "unknown key in an account": (
        RIGHT + "    calender: {}\n",
        '9: accounts#1.calender: * Did you mean "calendar"?',
    ),
    "unknown key in a mailbox": (
        changed("Mail}", "Mail, folder: {}}"),
        '8: accounts#1.mailbox.folder: * Did you mean "folders"?',
    ),
    "unknown kind of folder": (
        changed("Mail}", "Mail, folders: {draft: D}}"),
        "8: accounts#1.mailbox.folders.draft: * drafts, sent",
    ),
    "unknown key that is like none": (
        RIGHT + "xyzzy: 1\n",
        "9: xyzzy: there is no such key. The keys here are me",
    ),
    "merge key": (RIGHT + "people: {<<: {mine: []}}\n", "9: people.<<: merging with << is not YAML 1.2"),
    "number where text is needed": (changed("Sam Lee", "12"), "2: me.name: must be text, * quotes: '12'"),
    "boolean where text is needed": (
        with_me("country: true"),
        "5: me.country: must be text, and true is not",
    ),
    "list where text is needed": (changed("Sam Lee", "[Sam]"), "2: me.name: must be text, not a list"),
    "text where a list is needed": (
        changed("[sam@example.com]", "sam@example.com"),
        "3: me.addresses: must be a list, * [sam@example.com]",
    ),
    "block where a list is needed": (
        RIGHT + "organisations: {name: x}\n",
        "9: organisations: must be a list",
    ),
    "text where a block is needed": (RIGHT + "letters: hello\n", "9: letters: must be a block of keys"),
    "text where a calendar is needed": (
        changed("{provider: local, path: calendars}", "calendars"),
        "7: accounts#1.calendar: must be a block",
    ),
    "text where a number is needed": (
        RIGHT + "people: {at_most: many}\n",
        "9: people.at_most: * whole number",
    ),
    "boolean where a number is needed": (
        RIGHT + "people: {at_most: yes}\n",
        "9: people.at_most: * whole number",
    ),
    "number too small": (RIGHT + "people: {at_most: 0}\n", "9: people.at_most: is 0, and the least is 1"),
    "number too large": (
        RIGHT + "thank_you: {at_most: 9999}\n",
        "9: thank_you.at_most: is 9999, and the most",
    ),
    "word that is no choice": (
        RIGHT + "people: {unaddressed: drft}\n",
        '9: people.unaddressed: * draft or ask. Did you mean "draft"?',
    ),
    "time of day as a duration": (
        RIGHT + "thank_you: {ready_after: 12:30}\n",
        '9: thank_you.ready_after: "12:30" is not * 45m, 20h, 7d or 48h',
    ),
    "number as a duration": (
        RIGHT + "thank_you: {ready_after: 45}\n",
        "9: thank_you.ready_after: * Did you mean 45m?",
    ),
    "words as a duration": (
        RIGHT + "look_back: 2 days\n",
        '9: look_back: "2 days" is not a duration. * Did you mean "2d"?',
    ),
    "no duration at all": (RIGHT + "look_back: 0h\n", '9: look_back: "0h" is no time at all'),
    "negative duration": (RIGHT + "look_back: -2h\n", "9: look_back: * can't be negative"),
    "endless duration": (RIGHT + "look_back: 99999999999d\n", "9: look_back: * longer than any wait"),
    "poll too short": (RIGHT + "poll: 30s\n", '9: poll: "30s" is too short: the least is 1m'),
    "key written twice": (with_me("name: Sam"), "5: me.name: * a second time (first in line 2)"),
    "unknown time zone": (
        changed("Europe/London", "Europe/Lodon"),
        '4: me.timezone: * mean "Europe/London"?',
    ),
    "a city as a time zone": (changed("Europe/London", "Berlin"), '4: me.timezone: * mean "Europe/Berlin"?'),
    "a path as a time zone": (changed("Europe/London", "../etc"), "4: me.timezone: there is no time zone"),
    "unknown country": (with_me("country: UK"), '5: me.country: * Did you mean "GB"?'),
    "a country's name": (with_me("country: Germany"), '5: me.country: * Did you mean "DE"?'),
    "unknown language": (RIGHT + "letters: {language: german}\n", '9: letters.language: * mean "de"?'),
    "language of nobody": (
        RIGHT + "letters: {language: xx}\n",
        '9: letters.language: there is no language "xx"',
    ),
    "pattern that does not compile": (
        RIGHT + "interviews: {any: [{title: '(x'}]}\n",
        '9: interviews.any#1.title: "(x" is not a regular',
    ),
    "pattern in double quotes": (
        RIGHT + 'interviews: {any: [{title: "\\binterview"}]}\n',
        "9: interviews.any#1.title: * single quotes",
    ),
    "unknown escape": (RIGHT + 'interviews: {any: [{title: "\\d"}]}\n', "9: a backslash in * single quotes"),
    "empty rule": (RIGHT + "interviews:\n  any:\n    - {}\n", "11: interviews.any#1: this rule is empty"),
    "hashtag that is a comment": (
        RIGHT + "interviews:\n  any:\n    - hashtag: #interview\n",
        "11: interviews.any#1: * `hashtag: interview`",
    ),
    "rule with an unknown key": (
        RIGHT + "interviews: {none: [{tittle: x}]}\n",
        '9: interviews.none#1.tittle: * Did you mean "title"?',
    ),
    "no rules": (RIGHT + "interviews: {any: []}\n", "9: interviews.any: is empty. Without a rule"),
    "calendar that does not exist": (
        changed("calendars}", "nowhere}"),
        "7: accounts#1.calendar.path: the folder * does not exist",
    ),
    "mailbox that does not exist": (
        changed("Mail}", "nowhere}"),
        "8: accounts#1.mailbox.path: the folder * does not exist",
    ),
    "mailbox that is a file": (changed("Mail}", "config.yaml}"), "8: accounts#1.mailbox.path: * is a file"),
    "home of nobody": (
        changed("Mail}", "~nobody-of-this-name/Mail}"),
        "8: accounts#1.mailbox.path: * home folder that is not known",
    ),
    "templates that are a file": (
        RIGHT + "letters: {templates: config.yaml}\n",
        "9: letters.templates: * a file",
    ),
    "two accounts of one name": (
        RIGHT + "  - name: Personal\n    calendar: {provider: local, path: calendars}\n"
        "    mailbox: {provider: local, path: Other}\n",
        '9: accounts#2.name: another account is named "Personal" already (line 6)',
    ),
    "two accounts of one name in one line": (
        RIGHT[: RIGHT.index("accounts")]
        + "accounts: [{name: a, calendar: &c {provider: local, path: calendars}, mailbox: {provider: local, "
        "path: Mail}}, {name: A, calendar: *c, mailbox: {provider: local, path: Other}}]\n",
        '5: accounts#2.name: another account is named "A" already (line 5)',
    ),
    "a key of two lines": (RIGHT + '"a\\nb": 1\n', "9: a b: there is no such key"),
    "a path too long": (
        changed("Mail}", "x" * 300 + "}"),
        "8: accounts#1.mailbox.path: * can't be looked at",
    ),
    "two mailboxes of one path": (
        RIGHT + "  - name: other\n    calendar: {provider: local, path: calendars}\n"
        "    mailbox: {provider: local, path: ~/Other/../Mail}\n",
        "11: accounts#2.mailbox.path: * is the mailbox of another account too (line 8)",
    ),
    "a mailbox inside another": (
        RIGHT + "  - name: other\n    calendar: {provider: local, path: calendars}\n"
        "    mailbox: {provider: local, path: Mail/inner}\n",
        "11: accounts#2.mailbox.path: * one inside the other (line 8)",
    ),
    "a domain of two companies": (
        RIGHT + "organisations:\n  - {name: A, domains: [x.example]}\n  - {name: B, domains: [X.example]}\n",
        '11: organisations#2.domains: "X.example" belongs to another organisation too (line 10)',
    ),
    "no accounts": (RIGHT[: RIGHT.index("accounts")] + "accounts: []\n", "5: accounts: is empty. Add one"),
    "no accounts at all": (RIGHT[: RIGHT.index("accounts")], "1: accounts: is missing: the calendar"),
    "no me": (RIGHT[RIGHT.index("accounts") :], "1: me: is missing: who you are"),
    "no addresses": (
        changed("  addresses: [sam@example.com]\n", ""),
        "1: me.addresses: is missing: the addresses",
    ),
    "empty addresses": (
        changed("[sam@example.com]", "[]"),
        "3: me.addresses: is empty. Add your own address",
    ),
    "an empty name": (changed("Sam Lee", "' '"), "2: me.name: is empty"),
    "a name of two lines": (changed("Sam Lee", '"Sam\\nLee"'), "2: me.name: must be one line"),
    "an address that is none": (
        changed("[sam@example.com]", "[sam]"),
        '3: me.addresses#1: "sam" is not an address',
    ),
    "an address with a name": (
        changed("[sam@example.com]", "['Sam <sam@example.com>']"),
        '3: me.addresses#1: * Did you mean "sam@example.com"?',
    ),
    "a domain that is none": (
        RIGHT + "organisations: [{name: A, domains: ['https://www.acme.example/jobs']}]\n",
        '9: organisations#1.domains#1: * Did you mean "acme.example"?',
    ),
    "an organisation without domains": (
        RIGHT + "organisations: [{name: A}]\n",
        "9: organisations#1.domains: is missing: the domains it writes from",
    ),
    "a provider that nobody knows": (
        changed("{provider: local, path: Mail}", "{provider: exchange}"),
        '8: accounts#1.mailbox.provider: * "google", "microsoft", "local", and for every other one `provider: imap`',
    ),
    "unknown provider": (
        changed("{provider: local, path: Mail}", "{provider: locl}"),
        '8: accounts#1.mailbox.provider: * Did you mean "local"?',
    ),
    "provider of the other kind": (
        changed("{provider: local, path: Mail}", "{provider: caldav}"),
        '8: accounts#1.mailbox.provider: the provider "caldav" has a calendar and no mailbox',
    ),
    "a mailbox as a calendar": (
        changed("{provider: local, path: calendars}", "{provider: imap, host: mail.example, user: sam}"),
        "7: accounts#1.calendar.provider: * a mailbox and no calendar. * `provider: caldav` or `provider: feed`",
    ),
    "imap without a host": (
        imap("user: sam"),
        "8: accounts#1.mailbox.host: is missing: the name of your mail server",
    ),
    "imap without a user": (
        imap("host: mail.example"),
        "8: accounts#1.mailbox.user: is missing: the name by which",
    ),
    "a host with a scheme and a port": (
        imap("host: 'imaps://mail.example:993', user: sam"),
        '8: accounts#1.mailbox.host: * is not the name of a server* Did you mean "mail.example"?',
    ),
    "a host with a port": (imap("host: 'mail.example:993', user: sam"), '8: * Did you mean "mail.example"?'),
    "a host of nothing": (
        imap("host: '//', user: sam"),
        "8: accounts#1.mailbox.host: * is not the name of a server",
    ),
    "a port that is a word": (imap("host: m.example, user: sam, port: imaps"), "8: * is not a port. * 993"),
    "a port that is none": (
        imap("host: m.example, user: sam, port: 70000"),
        "8: accounts#1.mailbox.port: 70000",
    ),
    "a port that is a yes": (
        imap("host: m.example, user: sam, port: true"),
        "8: accounts#1.mailbox.port: true is not",
    ),
    "no encryption to another machine": (
        imap("host: m.example, user: sam, tls: none"),
        '8: accounts#1.mailbox.tls: "none" would send your password and mail through the net for all to read* starttls',
    ),
    "an encryption that nobody knows": (
        imap("host: m.example, user: sam, tls: startls"),
        '8: accounts#1.mailbox.tls: * implicit, starttls or none. Did you mean "starttls"?',
    ),
    "a command of numbers": (
        imap("host: m.example, user: sam, password_command: [pass, 1]"),
        "8: accounts#1.mailbox.password_command: must be words",
    ),
    "a command that is none": (
        imap("host: m.example, user: sam, password_command: 7"),
        "8: accounts#1.mailbox.password_command: must be a line for the shell or a list of words",
    ),
    "a password in the config": (
        imap("host: m.example, user: sam, password: secret"),
        '8: accounts#1.mailbox.password: * Did you mean "password_command"?',
    ),
    "a command beside a sign-in": (
        imap("host: m.example, user: sam, auth: google, password_command: pass show mail"),
        "8: accounts#1.mailbox.password_command: belongs to `auth: password`",
    ),
    "a client of the other": (
        imap("host: m.example, user: sam, auth: google, client_id: 00000000-0000-4000-8000-000000000001"),
        "8: accounts#1.mailbox.client_id: belongs to `auth: microsoft`, and this mailbox has `auth: google`",
    ),
    "a sign-in that nobody knows": (
        imap("host: m.example, user: sam, auth: oauth"),
        '8: accounts#1.mailbox.auth: "oauth" is none of the choices: password, google or microsoft',
    ),
    "a folder of no kind by imap": (
        imap("host: m.example, user: sam, folders: {draft: D}"),
        "8: accounts#1.mailbox.folders.draft: * drafts, sent",
    ),
    "two clients at microsoft, one by imap": (
        imap(
            "host: m.example, user: sam, auth: microsoft, client_id: 00000000-0000-4000-8000-000000000002"
        ).replace(
            "{provider: local, path: calendars}",
            "{provider: microsoft, client_id: 00000000-0000-4000-8000-000000000001}",
        ),
        "8: accounts#1.mailbox: has another client_id than the calendar at the same provider",
    ),
    "two accounts of one mailbox by imap": (
        imap("host: m.example, user: sam")
        + "  - name: other\n    calendar: {provider: local, path: calendars}\n"
        "    mailbox: {provider: imap, host: M.example, user: Sam}\n",
        '11: accounts#2.mailbox.host: "sam" at this server is the mailbox of another account too (line 8)',
    ),
    "caldav without an address": (
        dav("provider: caldav, user: sam"),
        "7: accounts#1.calendar.url: is missing: the address of your calendar server",
    ),
    "caldav without a user": (
        dav("provider: caldav, url: 'https://dav.example'"),
        "7: accounts#1.calendar.user: is missing",
    ),
    "caldav without encryption": (
        dav("provider: caldav, user: sam, url: 'http://dav.example'"),
        "7: accounts#1.calendar.url: * is not encrypted",
    ),
    "caldav with a password in the address": (
        dav("provider: caldav, user: sam, url: 'https://sam:secret@dav.example'"),
        "7: accounts#1.calendar.url: holds a name or a password, and addresses end up in logs",
    ),
    "caldav at google": (
        dav("provider: caldav, user: sam, url: 'https://apidata.googleusercontent.com/caldav/v2/'"),
        "7: accounts#1.calendar.url: is Google's, * `provider: google`",
    ),
    "caldav with a sign-in at google": (
        dav("provider: caldav, user: sam, url: 'https://dav.example', auth: google"),
        "7: accounts#1.calendar.auth: their calendars are read by `provider: google`",
    ),
    "caldav with an address that is none": (
        dav("provider: caldav, user: sam, url: 'https://[dav'"),
        "7: accounts#1.calendar.url: is not an address",
    ),
    "a feed without an address": (
        dav("provider: feed"),
        "7: accounts#1.calendar.url: is missing: the address",
    ),
    "a feed without encryption": (
        dav("provider: feed, url: 'http://cal.example/x.ics'"),
        "7: accounts#1.calendar.url: is not encrypted",
    ),
    "a feed with a password in the address": (
        dav("provider: feed, url: 'webcal://sam:secret@cal.example/x.ics'"),
        "7: accounts#1.calendar.url: holds a name or a password",
    ),
    "a feed that is a file": (
        dav("provider: feed, url: 'file:///home/sam/x.ics'"),
        "7: accounts#1.calendar.url: is not an address that begins with https:// or webcal://",
    ),
    "a feed that is a page": (
        dav("provider: feed, url: 'https://outlook.example/owa/calendar/x/y/calendar.html'"),
        "7: accounts#1.calendar.url: is a page for people. * (.ics)",
    ),
    "a feed with a command for nobody": (
        dav("provider: feed, url: 'https://cal.example/x.ics', password_command: pass show cal"),
        "7: accounts#1.calendar.password_command: gives a password for nobody. Add `user:`",
    ),
    "google without calendars": (
        changed("{provider: local, path: calendars}", "{provider: google, calendars: []}"),
        "7: accounts#1.calendar.calendars: names no calendar",
    ),
    "microsoft without calendars": (
        changed("{provider: local, path: calendars}", "{provider: microsoft, calendars: []}"),
        "7: accounts#1.calendar.calendars: names no calendar",
    ),
    "an authority on this machine without encryption": (
        changed("{provider: local, path: Mail}", "{provider: microsoft, authority: 'http://127.0.0.1/x'}"),
        "8: accounts#1.mailbox.authority: must begin with https://",
    ),
    "two clients in one account": (
        changed(
            "{provider: local, path: calendars}",
            "{provider: microsoft, client_id: 00000000-0000-4000-8000-000000000001}",
        ).replace(
            "{provider: local, path: Mail}",
            "{provider: microsoft, client_id: 00000000-0000-4000-8000-000000000002}",
        ),
        "8: accounts#1.mailbox: has another client_id than the calendar at the same provider",
    ),
    "a key of google at microsoft": (
        changed("{provider: local, path: Mail}", "{provider: microsoft, client_file: c.json}"),
        '8: accounts#1.mailbox.client_file: * Did you mean "client_id"?',
    ),
    "a client id with a letter too few": (
        changed(
            "{provider: local, path: Mail}",
            "{provider: microsoft, client_id: 00000000-0000-4000-8000-00000000000}",
        ),
        "8: accounts#1.mailbox.client_id: * is not an Application (client) ID",
    ),
    "a client id that is a number": (
        changed("{provider: local, path: Mail}", "{provider: microsoft, client_id: 12}"),
        "8: accounts#1.mailbox.client_id: must be text, * quotes: '12'",
    ),
    "an authority that others read along": (
        changed(
            "{provider: local, path: Mail}", "{provider: microsoft, authority: 'http://login.example/x'}"
        ),
        '8: accounts#1.mailbox.authority: "http://login.example/x" is not encrypted',
    ),
    "a graph root that is none": (
        changed("{provider: local, path: Mail}", "{provider: microsoft, graph_root: graph}"),
        '8: accounts#1.mailbox.graph_root: "graph" is not the address of a service',
    ),
    "an address of a service that others read along": (
        changed("{provider: local, path: Mail}", "{provider: google, gmail_root: 'http://mail.example/'}"),
        '8: accounts#1.mailbox.gmail_root: "http://mail.example/" is not encrypted',
    ),
    "an address of a service that is none": (
        changed("{provider: local, path: Mail}", "{provider: google, gmail_root: gmail}"),
        '8: accounts#1.mailbox.gmail_root: "gmail" is not the address of a service',
    ),
    "a client file that is a folder": (
        changed("{provider: local, path: Mail}", "{provider: google, client_file: Mail}"),
        "8: accounts#1.mailbox.client_file: * is a folder, and a file is needed here",
    ),
    "a key file that is a folder": (
        RIGHT + "credentials: {key_file: Mail}\n",
        "9: credentials.key_file: * is a folder, and a file is needed here",
    ),
    "no provider": (
        changed("{provider: local, path: Mail}", "{path: Mail}"),
        "8: accounts#1.mailbox: names no provider. Add `provider: google`, `provider: microsoft` or",
    ),
    "no path": (changed(", path: Mail", ""), "8: accounts#1.mailbox.path: is missing: your Maildir"),
    "no calendars": (
        changed("{provider: local, path: calendars}", "[]"),
        "7: accounts#1.calendar: names no calendar",
    ),
    "unknown weekday": (RIGHT + "nudges: {days: [tues]}\n", '9: nudges.days#1: * Did you mean "tue"?'),
    "weekday as a number": (RIGHT + "nudges: {days: [2]}\n", "9: nudges.days#1: 2 is not a weekday"),
    "no weekday": (RIGHT + "nudges: {days: []}\n", "9: nudges.days: is empty"),
    "only the weekend": (RIGHT + "nudges: {days: [sat, sun]}\n", "9: nudges.days: names only the weekend"),
    "hours in a wrong form": (
        RIGHT + "nudges: {hours: 9-11}\n",
        '9: nudges.hours: "9-11" * as "09:00-11:00"',
    ),
    "hours of no clock": (RIGHT + "nudges: {hours: '09:00-25:00'}\n", "9: nudges.hours: * no clock shows"),
    "hours of no length": (
        RIGHT + "thank_you: {quiet_hours: '08:00-08:00'}\n",
        "9: thank_you.quiet_hours: * same time",
    ),
    "window that ends before it begins": (
        RIGHT + "nudges: {hours: '11:00-09:00'}\n",
        "9: nudges.hours: * ends before it begins",
    ),
    "too many nudges": (RIGHT + "nudges: {at_most: 4}\n", "9: nudges.at_most: is 4, and the most is 3"),
    "fewer waits than nudges": (
        RIGHT + "nudges: {at_most: 3}\n",
        "9: nudges.wait: there are 2 waits for 3 nudges",
    ),
    "wait of a wrong unit": (
        RIGHT + "nudges: {wait: [5 days, 7]}\n",
        '9: nudges.wait#1: * Did you mean "5 working days"?',
    ),
    "no wait": (RIGHT + "nudges: {wait: [0, 7]}\n", "9: nudges.wait#1: * 1 working day or more"),
    "half a quiet range": (
        RIGHT + "nudges: {quiet: ['12-24']}\n",
        '9: nudges.quiet#1: "12-24" is not a range',
    ),
    "mixed quiet range": (
        RIGHT + "nudges: {quiet: ['2026-12-24..01-01']}\n",
        "9: nudges.quiet#1: * is not a range",
    ),
    "quiet range of no day": (
        RIGHT + "nudges: {quiet: ['02-30..03-01']}\n",
        "9: nudges.quiet#1: * no calendar has",
    ),
    "quiet range backwards": (
        RIGHT + "nudges: {quiet: ['2027-01-01..2026-12-24']}\n",
        "9: nudges.quiet#1: * ends before it begins",
    ),
    "tab": (RIGHT + "people:\n\tat_most: 3\n", "10: a tab indents this line"),
    "syntax": (
        changed("addresses: [sam@example.com]", "addresses: [sam@example.com"),
        "4: this is not valid YAML",
    ),
    "two documents": (RIGHT + "---\nme: {}\n", "9: this is not valid YAML"),
    "unknown alias": (RIGHT + "people: *nobody\n", "9: this is not valid YAML (found undefined alias"),
    "python object": (RIGHT + "poll: !!python/name:os.system x\n", "9: poll: the tag * is not known here"),
    "control character": (RIGHT + "poll: \x07\n", "9: a character that can't be printed"),
    "empty file": ("", "1: the file is empty"),
    "only comments": ("# me:\n", "1: the file is empty"),
    "a list": ("- me: {}\n", "1: a config is keys such as `me:` * begins with a list"),
    "an alias inside itself": (RIGHT + "people: &x {mine: *x}\n", "9: this unfolds to far more"),
    "deep nesting": (RIGHT + "people: " + "[" * 5000 + "\n", "1: this unfolds to far more"),
}
