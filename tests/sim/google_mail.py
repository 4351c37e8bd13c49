"""Gmail for one user: the API's methods and the user's hand on the same mailbox.

What the facts leave open is a switch on the box, with the likelier behaviour as its default:

- `invalid_thread_is_400` (False): drafts.create with an unknown threadId answers 400 instead of 404.
- `thread_id_suffices` (True): a draft with a threadId joins it even where headers or subject do not match;
  otherwise it silently lands in a new thread.
- `update_without_thread_moves` (True): drafts.update without threadId is a full replacement, so the draft leaves
  its thread.
- `drafts_keep_message_id` (True): drafts.create and drafts.update keep our Message-ID.
- `edit_keeps_message_id` (False): so does an edit in Gmail's composer.
- `send_keeps_message_id` (False): so does sending.
- `ui_keeps_x_headers` (False): X- headers survive edits and sending.
- `ui_writes_html` (True): the composer turns a text into multipart/alternative.
- `ghosts_cover_unknown_parents` (True): a draft in a thread that replies to no message of it is a ghost.
- `trashed_draft_stays_a_draft` (True): a draft in the trash keeps DRAFT and answers drafts.get, and drafts.list
  with includeSpamTrash; otherwise its draft id is gone.
- `history_carries_labels` (False): history's messages carry labelIds.
- `to_covers_cc_bcc` (True): the operator `to:` finds Cc and Bcc too.
- `words_cover_reply_to` (True): bare words find Reply-To and Sender too.
- `index_lists_deleted` (True): with a `search_lag`, what was deleted since is still found.
- `headers_are_decoded` (True): header values come with RFC 2047 words decoded.
- `send_as_states_all` (False): sendAs states false flags and the primary address's verification.

Beside them: `search_lag` (a letter enters the index that long after its internalDate, a change after it was made),
`query_zone` (dates in queries are days in California), `over_quota`, and the notes `ghosts` and `rewritten`.
"""

from __future__ import annotations

from typing import Any

from tests.sim.google_mail_api import Reading
from tests.sim.google_mail_drafts import Writing
from tests.sim.google_mail_hand import DraftView, MessageView, UserHand
from tests.sim.wire import ApiError, Call, Handler, Handlers

__all__ = ["DraftView", "GmailBox", "MessageView"]


class GmailBox(UserHand):
    """The mailbox of one Google user."""

    def handlers(self) -> Handlers:
        reading = Reading(self)
        acts = {**reading.handlers(), **Writing(self, reading).handlers()}
        return {method: self._guarded(act) for method, act in acts.items()}

    def _guarded(self, act: Handler) -> Handler:
        def answer(call: Call) -> dict[str, Any] | None:
            user = str(call.get("userId", "me"))
            if user.lower() not in {"me", self.address.lower()}:
                raise ApiError(403, "forbidden", f"Delegation denied for {user}")
            with self.lock:
                return act(call)

        return answer
