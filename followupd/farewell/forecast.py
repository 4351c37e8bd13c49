"""What a farewell would do, in the order in which it would. Changes nothing and asks nothing of the outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from followupd.farewell import Told, folders, going_on, notes
from followupd.farewell.folders import ANY_FILE, NOTES, STATE
from followupd.farewell.sign_ins import is_key_in_keyring, kept, would_end
from followupd.farewell.steps import Farewell, logs_folder


def forecast(farewell: Farewell) -> Iterator[Told]:
    """Each thing that would be done."""
    yield from going_on(_of_the_state(farewell), "The state folder could not be looked at")
    logs, outside = logs_folder(), farewell.outside
    others = [("the number outside the state folder", outside, not farewell.wishes.keep_state)]
    others += [("the logs", logs, True)] if logs else []
    others += [("the config", farewell.config_path, farewell.wishes.delete_config)]
    for what, path, goes in others:
        if goes and os.path.lexists(path):
            yield Told(f"Would remove {what}: {path}")


def _of_the_state(farewell: Farewell) -> Iterator[Told]:
    if not folders.is_ours(farewell.state):
        return
    for letter in farewell.wishes.withdraw.values():
        yield Told(f"Would take the {letter} out of Drafts, if it still is as it was written.")
    for name in kept(farewell.vault):
        yield Told(would_end(name))
    if is_key_in_keyring(farewell.state):
        yield Told("Would take the key out of the keyring.")
    if not farewell.wishes.keep_state:
        yield from _words(farewell, delete=farewell.wishes.delete_notes)
        yield from (Told(f"Would remove {farewell.state / name}") for name in _state_files(farewell.state))


def _words(farewell: Farewell, *, delete: bool) -> Iterator[Told]:
    state, folder = farewell.state, farewell.state / NOTES
    for name in notes.pages(state, farewell.pages).untouched:
        yield Told(f"Would remove {farewell.pages / name}, into which you wrote nothing")
    if delete:
        yield from (Told(f"Would remove {folder / name}") for name in folders.content(folder, ANY_FILE).ours)
    elif notes.said(state, farewell.pages):
        yield Told(f"Would write what you said with `followupd note` into {folder}")


def _state_files(state: Path) -> tuple[str, ...]:
    return folders.content(state, STATE).ours
