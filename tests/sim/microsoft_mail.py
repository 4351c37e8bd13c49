"""Outlook mail for one user, below /v1.0/me/messages and /v1.0/me/mailFolders: the API and the user's hand.

`handle` answers one request or raises `GraphError`. The server in front has looked at the token and its scopes, counts,
throttles, checks against Microsoft's description (`graph_description`), adds the headers of every answer, makes
faults, and leads links elsewhere where a test wants that.

What the facts leave open is a switch on the mailbox, with the likelier behaviour as its default:

- `path_takes_either_id` (False): an id in a path may be of either kind; otherwise of the kind that Prefer names.
- `move_changes_immutable_id` (False): a move changes the immutable id too; `archive_changes_immutable_id` (True): one
  to the archive does.
- `delete_goes_to` ("recoverableitemsdeletions"): where DELETE puts a message; else "deleteditems".
  `deleted_can_be_fetched` (False): what can only be recovered is still found by its id.
- `patch_honours_if_match` (True): PATCH answers 412 to an old etag, as DELETE does.
- `recipients_are_draft_only` (False): To, Cc and Bcc of a message that is no draft can't be changed either.
- `reply_takes_message` (True): createReply puts the given recipients, body and subject into the draft.
  `reply_takes_properties` (True): extended properties too. `reply_keeps_quote` (False): a given body stands before the
  quoted original instead of replacing it. `comment_is_ignored` (False): as reported in 2017.
- `reply_to_own_is_self` (True): the answer to one's own letter goes to oneself; otherwise to its recipients.
- `reply_to_draft_is_refused` (True): createReply on a draft answers 400.
- `drafts_have_sender` (False): a draft is shown with `from` and `sender`.
- `bad_recipients_are_refused` (False): a recipient without an "@" answers 400 in a draft already.
- `post_takes_conversation` (False): POST keeps a given conversationId.
- `text_stays_text` (False): a plain body is shown as text without being asked for; otherwise as HTML.
- `sent_headers_missing` (True): internetMessageHeaders are not shown of sent messages, though MIME has them.
- `threading_properties_count` (True): `String 0x1042` and `String 0x1039` set In-Reply-To and References.
- `classic_keeps_properties` (True): extended properties last when the classic desktop program sends.
- `scheduled_in` ("drafts"): where a scheduled letter waits, else "outbox"; `scheduled_is_draft` (True).
- `outbox_shows` (True): what is on its way lies in the Outbox; otherwise it is nowhere.
- `recipients_can_be_filtered` (False): $filter takes lambdas over recipients.
- `search_covers_drafts` (True): $search finds drafts.
- `archive_exists` (True): the mailbox has its Archive folder.
- `delta_is_partial` (True): a mere mark (read, flag, category) comes without the other selected properties.
- `delta_expands` (True): a delta takes $expand. `delta_is_shuffled` (True): its items come in no order.
- `delta_replays` (False): a round tells the last changes of the one before again.
- `delta_empty_pages` (0): so many pages are empty before the first of a round. `delta_is_endless` (False): each page
  of a round leads to the same page under another token.

Beside them: `page_size` and `delta_page_size` (10), `search_lag` (a change is found by $search that long after it),
`sent_delay` (a copy is in Sent Items that long after the sending), `reply_prefix`, `over_quota`, `addresses` (one's
own, for replies), and `renamed_codes`: another code for an error. ErrorInvalidIdMalformed, RequestBroker--ParseUri,
InvalidInternetMessageHeader, ErrorInvalidOperation, ErrorInvalidRequest, ErrorInvalidUrlQuery and
ErrorInvalidUrlQueryFilter are guesses.

Nothing here sends. A request to send that the server lets through, since its token may, is answered 202 as by Graph,
stands in `sends`, and does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from tests.sim.graph_description import find, operations
from tests.sim.microsoft_answers import GraphError, unknown_path
from tests.sim.microsoft_mail_clients import (
    CLASSIC,
    CLIENTS,
    IDEAL,
    IOS_MAIL,
    MOBILE,
    SUBJECT_EDITED,
    WEB,
    Client,
)
from tests.sim.microsoft_mail_delta import Deltas
from tests.sim.microsoft_mail_drafts import Writing
from tests.sim.microsoft_mail_hand import MessageView
from tests.sim.microsoft_mail_reading import Reading
from tests.sim.microsoft_mail_view import Asked, asked
from tests.sim.microsoft_mail_world import World
from tests.sim.server import Reply, Request
from tests.sim.wire import Clock

__all__ = [
    "CLASSIC",
    "CLIENTS",
    "IDEAL",
    "IOS_MAIL",
    "MOBILE",
    "SUBJECT_EDITED",
    "WEB",
    "Client",
    "MessageView",
    "OutlookMail",
]

PARTS = ("messages", "mailFolders", "sendMail")


class OutlookMail(World):
    """The mailbox of one Microsoft user."""

    # What each operation costs of the 10,000 in ten minutes: one, whatever it does and whether it succeeds.
    prices: ClassVar[dict[str, int]] = {
        each.name: 1 for each in operations() if each.name.partition(".")[0] in PARTS
    }

    def __init__(
        self, clock: Clock, address: str = "sam@example.com", name: str = "Sam Lee", language: str = "en"
    ) -> None:
        super().__init__(clock, address, name, language)
        self.sends: list[tuple[datetime, str]] = []
        reading = Reading(self)
        self._deltas, writing = Deltas(self, reading), Writing(self, reading)
        messages = {
            "list": reading.list,
            "get": reading.get,
            "$value": reading.value,
            "create": writing.create,
            "createReply": writing.create_reply,
            "createReplyAll": writing.create_reply,
            "update": writing.update,
            "delete": writing.delete,
            "permanentDelete": writing.delete_for_good,
            "move": writing.move,
        }
        self._acts: dict[str, Callable[[Asked], Reply]] = {
            **{f"messages.{name}": act for name, act in messages.items()},
            **{f"mailFolders.messages.{name}": messages[name] for name in ("list", "get", "create")},
            "mailFolders.messages.delta": self._deltas.answer,
            "mailFolders.list": reading.list_folders,
            "mailFolders.childFolders.list": reading.list_folders,
            "mailFolders.get": reading.get_folder,
        }

    def handle(self, request: Request) -> Reply:
        """The answer to one request. Raises GraphError for what Graph refuses."""
        found = find(request.http_method, request.path)
        if found is None:
            raise unknown_path(request.path.rpartition("/")[2])
        if found.operation.sends:
            return self._send(request)
        with self.lock:
            self.settle()
            try:
                return self._acts[found.operation.name](asked(request))
            except GraphError as error:
                error.code = self.renamed_codes.get(error.code, error.code)
                raise

    def _send(self, request: Request) -> Reply:
        """Written down, and nothing else."""
        self.sends.append((self.clock.now, f"{request.http_method} {request.path}"))
        return Reply(202)

    def lose_delta_tokens(self) -> None:
        """Every delta and skip token given so far is answered by 410 from now on."""
        with self.lock:
            self._deltas.forget()
