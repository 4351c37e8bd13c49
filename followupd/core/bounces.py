"""Delivery reports: RFC 3464 where they follow it, conventions where they do not.

A bounce is what a mail system says about a letter of mine. Words alone never make one: people
forward bounces, and spam pretends to be one. The mail system itself must show in the sender, the
empty return path (RFC 5321 section 4.5.5) or the structure of the message.
"""

from __future__ import annotations

import re

from followupd.core import message_classes
from followupd.core.conventions import any_of, local_part
from followupd.core.model import ArrivalClass, Confidence, Judgement, Message, Report

MAX_TEXT = 20_000
MAX_BOUNCED = 10
DELIVERY_STATUS = "message/delivery-status"

# sendmail's and Postfix's own names, MDaemon's, Exchange Online's return address (Microsoft, "NDRs in Exchange").
_DAEMON = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]daemon|postmaster|double-bounce|mdaemon"
    r"|microsoftexchange[0-9a-f]{20,40})$",
    re.IGNORECASE,
)
_DAEMON_NAME = any_of(r"mail delivery (?:sub)?system", r"mail delivery service", r"^\W?mailer-daemon\b")
# Exchange's "System Administrator", and gateways that write in their own name. People may be called so too.
_GATEWAY = any_of(
    r"^(?:system|mail|e-?mail|network)[-_. ]?administrator\b|^administrator\b|^admin$|^postmaster\b",
    r"(?:^|[-_. ])(?:smtp|mta|anti-?virus|mail[-_. ]?(?:system|service|delivery|gateway|server|filter|scanner"
    r"|router"
    r"|sweeper))(?:[-_. ]|$)|^internet mail service\b|^microsoft exchange\b",
)
# Fields of a header that was copied into the text.
_COPIED = re.compile(r"^[>| ]{0,4}(received|message-id|from|to|subject|date):", re.IGNORECASE | re.MULTILINE)
# Subjects of the common mail systems (sendmail, Postfix, Exim, qmail, Exchange, Notes, Gmail).
_SUBJECT = any_of(
    r"\bundeliver(?:ed|able)\b",
    r"\bnon[- ]?deliver(?:y|able)\b",
    r"\breturned (?:mail|to sender|message)\b|\breturn(?:ing)? (?:message )?to sender\b",
    r"\bdelivery (?:status )?(?:notification|failure|failed|problem|report|status|error|warning|delayed"
    r"|has failed|incomplete)\b",
    r"\b(?:failure|error|unable|could not|cannot|can't|problem)\b.{0,30}\b(?:deliver|delivering|delivery"
    r"|send|sending)\b",
    r"\b(?:mail|message|e-?mail)\b.{0,30}\b(?:delivery fail\w*|not delivered|(?:could"
    r"|can) ?not be delivered|bounced?|delayed|rejected)\b",
    r"\bfailure notice\b|\bmail (?:system error|failure|error)\b|\bmessage (?:delivery )?(?:error|status)\b",
    r"\bbounce(?:d)? (?:e-?mail )?(?:notification|message|mail)\b|\bNDN\b|\bwarning: (?:could not send"
    r"|message)\b",
    r"\bunzustellbar|\bnicht zugestellt|\bnon remis|\bno se puede entregar|\bnon recapitabile|\bonbestelbaar",
    r"配信|配達|送信できません|주소를 찾을 수 없음|전달되지|无法投递|退信",
)
# What the same systems write in the body.
_BODY = any_of(
    r"this is the (?:mail system|qmail-send program|postfix|mail delivery)",
    r"created automatically by (?:the )?mail delivery software|automatically (?:generated"
    r"|created) .{0,30}deliver",
    r"(?:could|can|was|were|did|been)(?: ?not|n't) (?:be )?(?:deliver|reach)",
    r"(?:unable|failed|failure) to (?:be )?deliver|delivery (?:to the following|has failed|failed|attempt)",
    r"\b(?:permanent|fatal) (?:fatal )?error|\buser unknown\b|\bunknown user\b|\bno such user\b"
    r"|\bnot a valid (?:user|address|recipient|mailbox)\b"
    r"|\bundeliverable\b",
    r"\btranscript of session follows\b|\bremote (?:host|server) (?:said|returned)\b"
    r"|\bhas been (?:returned|rejected)\b",
    r"\bnot (?:yet been|been) delivered\b|\b(?:has been|was) (?:postponed|deferred)\b|\bdelivery problems?\b"
    r"|\binvalid final delivery userid\b",
    r"\bfailed recipients?\b|\boriginal message follows\b|\bmailbox (?:unavailable|not found)\b",
)
_DELAYED = any_of(
    r"\bdelay(?:ed)?\b",
    r"\bnot yet been delivered\b|\b(?:has been|was) (?:postponed|deferred)\b",
    r"\bwill (?:keep|continue) (?:trying|to (?:try|be retried))\b",
    r"\b(?:do not|don't) need to (?:resend|do anything)\b",
    r"\bwarning: could not send\b|\bwarning message only\b|\bdelivery (?:incomplete"
    r"|attempts will continue)\b",
)
_GIVEN_UP = any_of(
    r"\bpermanent\b|\bgiving up\b|\bgiven up\b|\bfailed permanently\b|\bfatal error",
    r"\breturned to sender\b",
)
# RFC 5429 section 2.1.2: "reject" of Sieve answers with a disposition notification that returns the letter.
_REFUSED = re.compile(r"^automatic-action/mdn-sent-automatically;\s?deleted\b", re.IGNORECASE)
_DELIVERED = re.compile(r"(?<![\d.])2\.\d{1,3}\.\d{1,3}(?![\d.])")
_STATUS = re.compile(r"(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_TEMPORARY = any_of(
    r"\b(?:mailbox|quota|inbox|storage)\b.{0,30}\b(?:full|exceeded)\b|\bover ?quota\b",
    r"\btemporar|\btry again later\b|\btimed? ?out\b|\bconnection refused\b"
    r"|\btoo long in (?:the )?queue\b|\bexpired\b",
)
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# Fields of the copied header in which something like an address is none.
_ID_LINE = re.compile(
    r"^(?:message-id|in-reply-to|references|content-id):.{0,2000}$", re.IGNORECASE | re.MULTILINE
)
_RETURNED_ID = re.compile(r"^message-id:\s{0,3}<([^<>\s]{3,300})>", re.IGNORECASE | re.MULTILINE)


def is_daemon(message: Message) -> bool:
    """Whether it comes from a mail system (RFC 5321's postmaster, sendmail's MAILER-DAEMON)."""
    name, local = _writer(message)
    return bool(_DAEMON.match(local) or _DAEMON_NAME.search(name)) or name.replace(" ", "") == "<>"


def _is_gateway(message: Message) -> bool:
    name, local = _writer(message)
    return bool(_GATEWAY.search(name) or _GATEWAY.search(local))


def _writer(message: Message) -> tuple[str, str]:
    """Display name and local part. Some mail systems write no address: `From: MAILER-DAEMON <>`, or `<>` alone."""
    if message.sender is None or not message.sender.email:
        return message.header("from")[:300].strip('" '), ""
    return message.sender.name[:300], local_part(message.sender.email[:300]).strip('"\\ ')


def has_null_path(message: Message) -> bool:
    """RFC 5321 section 4.5.5: a notification is sent with an empty reverse-path.

    Some systems write MAILER-DAEMON there when they deliver it.
    """
    path = "".join(message.header("return-path")[:500].split())
    return path == "<>" or path.lower().startswith("<mailer-daemon@")


def is_report_itself(message: Message) -> bool:
    """Whether the delivery report is the message, and not something that it forwards."""
    parts = [part.partition(";")[0].strip() for part in message.structure]
    if "message/rfc822" in parts and DELIVERY_STATUS in parts:
        forwarded = parts.index("message/rfc822") < parts.index(DELIVERY_STATUS)
        return not forwarded
    return True


def judge_report(message: Message) -> Judgement | None:
    """By RFC 3464, None where there is no report that says what happened."""
    report = message.report
    if report is None or not is_report_itself(message):
        return None
    if report.kind != "delivery-status":
        refused = _is_shaped(message) and any(_REFUSED.search(status) for _, status in report.recipients)
        return _bounce(message, "hard", "a mailbox's filter refused it (RFC 5429)") if refused else None
    words = [status.lower() for _, status in report.recipients]
    failed = [status for status in words if "fail" in status.split(" ")[0]]
    if failed:
        return _bounce(
            message, _lasting(" ".join(failed)), "a delivery report says that it failed (RFC 3464)"
        )
    if any(status.startswith("delay") for status in words):
        return _bounce(message, "delayed", "a delivery report says that it is delayed (RFC 3464)")
    if any(
        status.startswith(("deliver", "relay", "expand")) or _DELIVERED.search(status) for status in words
    ):
        return Judgement(
            kind=ArrivalClass.NOTICE,
            sub_kind="receipt",
            confidence=Confidence.CERTAIN,
            reason="a delivery report says that it was delivered (RFC 3464)",
        )
    return None


def judge_convention(message: Message) -> Judgement | None:
    """A bounce that follows no standard: a mail system speaks, and it speaks of delivery."""
    reason = _field_of_a_bounce(message)
    if reason:
        return _bounce(message, _told(message), reason)
    reason = _words_of_a_bounce(message)
    if reason:
        return _bounce(message, _told(message), reason, Confidence.LIKELY)
    return None


def _field_of_a_bounce(message: Message) -> str:
    if message_classes.undelivered(message):
        return "Exchange says that it could not be delivered"
    if message.header("x-failed-recipients"):  # Exim, Gmail
        return "it names the recipients that failed (X-Failed-Recipients)"
    return "its type is that of a delivery report (RFC 6522)" if _is_status(message) else ""


def _words_of_a_bounce(message: Message) -> str:
    signs = _speaks_of_delivery(message)
    by_system, unreturnable = is_daemon(message), has_null_path(message)
    if by_system and not _is_postmaster(message) and signs:
        return "a mail system says that it could not deliver"
    if by_system and unreturnable and signs and _is_shaped(message):
        return "a postmaster returns a letter that could not be delivered"
    # A person may sign as postmaster, and spam often does; an empty return path stands on other mail too.
    if (unreturnable or _is_gateway(message)) and signs >= 2:
        return "a mail system's address or return path, and two signs of a bounce"
    return ""


def _answers(message: Message) -> bool:
    return re.match(r"\s*(?:re|aw|fwd?|wg|sv|vs|rif|tr)\s?:", message.subject, re.IGNORECASE) is not None


def reads_like_bounce(message: Message) -> bool:
    """Whether its words are a delivery report's, though no mail system shows; spam writes so too."""
    return not _answers(message) and _speaks_of_delivery(message) >= 2


def _speaks_of_delivery(message: Message) -> int:
    """How many say that a letter could not be delivered: the subject, the text, a copy of the letter."""
    signs = (
        _SUBJECT.search(message.subject[:500]),
        _BODY.search(message.text[:MAX_TEXT]),
        _is_shaped(message),
    )
    return sum(map(bool, signs))


def _is_postmaster(message: Message) -> bool:
    """A person may sign as postmaster; nobody signs as MAILER-DAEMON."""
    return _writer(message)[1].lower() == "postmaster"


def _is_status(message: Message) -> bool:
    """RFC 6522: a report of delivery by its type, though its fields could not be read."""
    top = message.header("content-type").lower()
    return "report-type" in top and "delivery-status" in top


def _is_shaped(message: Message) -> bool:
    """A copy of the letter, or of its header, comes back with the message."""
    parts = {part.partition(";")[0].strip() for part in message.structure}
    if parts & {DELIVERY_STATUS, "message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
        return True
    copied = {name.lower() for name in _COPIED.findall(message.text[:MAX_TEXT])}
    return len(copied) >= 3 and not copied.isdisjoint({"received", "message-id"})


def _told(message: Message) -> str:
    """hard, soft or delayed by the words of the mail system."""
    text = f"{message.subject}\n{message.text[:MAX_TEXT]}"
    if _DELAYED.search(text) and not _GIVEN_UP.search(text):
        return "delayed"
    return _lasting(text)


def _lasting(status: str) -> str:
    """RFC 3463: class 5 is permanent, class 4 is not; without a code by the usual words."""
    code = _STATUS.search(status) or _REPLY_CODE.search(status)
    if code:
        return "soft" if code.group(1) == "4" else "hard"
    return "soft" if _TEMPORARY.search(status) else "hard"


def _bounce(
    message: Message, lasting: str, reason: str, confidence: Confidence = Confidence.CERTAIN
) -> Judgement:
    return Judgement(
        kind=ArrivalClass.BOUNCE,
        sub_kind=lasting,
        confidence=confidence,
        reason=reason,
        bounced=_recipients(message),
        about=_returned(message),
    )


def _recipients(message: Message) -> tuple[str, ...]:
    named = _reported(message.report) or _ADDRESS.findall(message.header("x-failed-recipients"))
    if not named:
        named = _ADDRESS.findall(_ID_LINE.sub("", message.text[:MAX_TEXT]))
    mine = {address.email for address in (*message.to, *message.cc)}
    lower = dict.fromkeys(address.lower().strip(".") for address in named)
    theirs = [each for each in lower if each not in mine and not _DAEMON.match(local_part(each))]
    return tuple(theirs[:MAX_BOUNCED])


def _reported(report: Report | None) -> list[str]:
    """Only those that failed: a report may also name recipients who got it."""
    if report is None:
        return []
    return [
        address
        for address, status in report.recipients
        if address and not status.lower().startswith(("deliver", "relay", "expand"))
    ]


def _returned(message: Message) -> str:
    """The Message-ID of the letter that came back; RFC 3834 puts it into In-Reply-To."""
    if message.report and message.report.returned_message_id:
        return message.report.returned_message_id
    found = _RETURNED_ID.search(message.text[:MAX_TEXT])
    answered = (*message.in_reply_to, *message.references[-1:])
    return found.group(1) if found else next(iter(answered), "")
