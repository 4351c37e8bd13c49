"""Set-up: what to do next, by where calendar and mail are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followupd.cli.source_internet import Internet
from followupd.cli.sources import Files, Google, Microsoft

if TYPE_CHECKING:
    from followupd.cli.wizard import Wizard

DONE = (
    "\nThat is all. `followupd status` says what waits for you and what comes next;\n"
    "`followupd explain WORD` says why there is a letter, or why not."
)
_STEPS = (
    "Next: `followupd check` looks whether all can be read,\n"
    "then `followupd once --dry-run` shows what it would do."
)


def steps(wizard: Wizard) -> str:
    """Where drafts will appear, and the commands that come next."""
    source = wizard.answers.source
    if isinstance(source, Files):
        return _on_this_machine(wizard, source)
    if isinstance(source, Google):
        return _after_a_sign_in(wizard, "Gmail", "docs/google.md", _client_file(source))
    if isinstance(source, Microsoft):
        return _after_a_sign_in(wizard, "Outlook", "docs/microsoft.md", _client_id(wizard, source))
    if isinstance(source, Internet):
        return _after_a_sign_in(wizard, f"your mailbox at {source.host}", "docs/imap-caldav.md", iter(()))
    return _STEPS


def _on_this_machine(wizard: Wizard, source: Files) -> str:
    drafts = source.drafts or {str(kind): name for kind, name in wizard.folders().items()}.get("drafts")
    where = (
        f"Drafts will appear in the folder {drafts} of {source.mail}."
        if drafts
        else f"No Drafts folder was found in {source.mail}: save a draft in your mail program once."
    )
    return f"{where}\n{_STEPS}"


def _client_file(source: Google) -> Iterator[str]:
    if not source.client_file.exists():
        yield f"Make a client as docs/google.md shows, and save its file as {source.client_file}"


def _client_id(wizard: Wizard, source: Microsoft) -> Iterator[str]:
    from followupd.cli import reading

    if not (source.client_id or reading.has_own_client()):
        yield (
            "Register a client as docs/microsoft.md shows, and write its id as `client_id:` into both blocks of the "
            f"account in {wizard.path}; or run `followupd init --client-id ID`."
        )


def _after_a_sign_in(wizard: Wizard, place: str, page: str, first: Iterator[str]) -> str:
    account = wizard.account(wizard.config())
    how = "asks for your password" if account.signs_in_at == ["password"] else "signs you in, in your browser"
    found = [
        *first,
        *([f"`followupd login {account.name}` {how}."] if account.keeps_secrets else []),
        "`followupd check` looks whether all can be read.",
        "`followupd once --dry-run` shows what it would do.",
    ]
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(found, 1))
    keyless = (
        "" if wizard.answers.key_file or not account.keeps_secrets else
        f"\nWithout a desktop keyring first add `credentials: {{key_file: PATH}}` to the config ({page})."
    )  # fmt: skip
    again = "\nOr run `followupd init` again: it goes on from here." if wizard.asker.asks else ""
    return f"Drafts will appear in {place}.\nNext:\n{numbered}{keyless}{again}"
