"""Whole messages as programs and people send them, and what each is taken for.

Every message is written here; its header follows what the program named in its id is documented to write.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from _pytest.mark import ParameterSet

from followupd.core.absences import returns_on
from followupd.core.arrivals import judge
from followupd.core.model import Confidence, Folder, Judgement, Message
from followupd.core.promises import decision_date
from followupd.providers.mime import parse_message

RECEIVED = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
USUAL = {
    "from": "From: Dana Reyes <dana.reyes@acme.example>",
    "to": "To: Sam Lee <sam@example.com>",
    "subject": "Subject: Re: Thank you",
    "date": "Date: Wed, 4 Mar 2026 12:00:00 +0000",
    "message-id": "Message-ID: <answer@mx.acme.example>",
    "in-reply-to": "In-Reply-To: <letter@example.com>",
    "content-type": "Content-Type: text/plain; charset=utf-8",
}


def is_mine(address: str) -> bool:
    return address == "sam@example.com" or address.endswith("@lee.example")


def parsed(message: str) -> Message:
    """`message` is header fields, a blank line and a body; `-Name` leaves a usual field out."""
    head, _, body = message.partition("\n\n")
    given = {line.partition(":")[0].lower().strip() for line in head.splitlines()}
    fields = [line for name, line in USUAL.items() if not {name, f"-{name}"} & given]
    fields += [line for line in head.splitlines() if line and not line.startswith("-")]
    raw = "\n".join(fields) + "\n\n" + body
    return parse_message(raw.encode(), id="1", folder=Folder.INBOX, received=RECEIVED, zone="UTC")


def judged(message: str) -> Judgement:
    return judge(parsed(message), is_mine, "Europe/London")


def kind(message: str) -> str:
    judgement = judged(message)
    return f"{judgement.kind} {judgement.sub_kind}".strip()


def case(name: str, *values: object) -> ParameterSet:
    return pytest.param(*values, id=name)


# --- automatic replies --------------------------------------------------------------------------

EXCHANGE = (
    "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
    "X-MS-Exchange-Inbox-Rules-Loop: dana.reyes@acme.example\n"
)
GMAIL = "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\n"
SIEVE = "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\nReturn-Path: <>\n"
CPANEL = "Auto-Submitted: auto-replied\nX-Autorespond: Thank you\nX-Loop: dana.reyes@acme.example\n"
ZIMBRA = "Auto-Submitted: auto-replied (zimbra; vacation)\nPrecedence: bulk\n"
JO = "Jo Hale <jo.hale@acme.example>"

AWAY = [
    case("with a dash, sv", "Subject: Autosvar - Tack\n\nHej.", None, ""),
    case("names a day in what it quotes", GMAIL + "\nI am away.\n| I am away until 13 March.", None, ""),
    case(
        "returned to a mail system", "Return-Path: <MAILER-DAEMON@mx.acme.example>\n\nSee you soon.", None, ""
    ),
    case("in brackets", "Subject: [Auto-Reply] Thank you\n\nHello.", None, ""),
    case(
        "title and whom to ask, de",
        "-In-Reply-To\nSubject: Urlaub\n\nBitte wenden Sie sich an Jo Hale.",
        None,
        "Jo Hale",
    ),
    case(
        "title and a hurry",
        "-In-Reply-To\nSubject: On vacation\n\nTime-sensitive matters: ring the desk.",
        None,
        "",
    ),
    case(
        "Sieve that names no letter",
        "-In-Reply-To\nReturn-Path: <>\nSubject: Re: Thank you\n\nSee you soon.",
        None,
        "",
    ),
    case(
        "GroupWise with a program's name",
        "X-Mailer: Groupwise 18\nSubject: On leave next week\n\nI am on leave. Please contact Jo Hale.",
        None,
        "Jo Hale",
    ),
    case("with a dash", "Subject: Automatic reply - Thank you\n\nI am away.", None, ""),
    case("with thanks", "Subject: Automatic reply: Thank you\n\nThank you for your email.", None, ""),
    case("answers nothing", "-In-Reply-To\nSubject: Automatic reply: Thank you\n\nHello.", None, ""),
    case(
        "a program, by title", "Auto-Submitted: auto-generated\nSubject: Vacation notice\n\nHello.", None, ""
    ),
    case("a program, by text", "Auto-Submitted: auto-generated\n\nI am on leave.", None, ""),
    case(
        "a program, by what it suppresses",
        "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n\nHi.",
        None,
        "",
    ),
    case(
        "names herself",
        GMAIL + "\nI am away. Please contact dana.reyes@acme.example again on Monday.",
        None,
        "",
    ),
    case(
        "names somebody in what it quotes",
        GMAIL + "\nI am away.\n\n> Please contact jo.hale@acme.example",
        None,
        "",
    ),
    case(
        "Exchange en",
        EXCHANGE + "Subject: Automatic reply: Thank you\n\n"
        "I am on annual leave until Friday 13 March. For anything urgent please contact Jo Hale"
        " (jo.hale@acme.example).",
        date(2026, 3, 14),
        JO,
    ),
    case(
        "Exchange de",
        EXCHANGE + "Subject: Automatische Antwort: Danke\n\n"
        "Guten Tag, ich bin bis einschließlich 13.03. nicht im Büro. In dringenden Fällen wenden Sie sich"
        " bitte an Jo Hale, jo.hale@acme.example.",
        date(2026, 3, 14),
        JO,
    ),
    case(
        "Exchange fr",
        EXCHANGE + "Subject: Réponse automatique : Merci\n\n"
        "Bonjour, je suis en congés jusqu'au 13 mars inclus. En cas d'urgence, merci de contacter Jo Hale :"
        " jo.hale@acme.example.",
        date(2026, 3, 14),
        JO,
    ),
    case(
        "Exchange es",
        "Subject: Respuesta automática: Gracias\n\n"
        "Hola: estaré fuera de la oficina y vuelvo el 16 de marzo. Un saludo, Dana",
        date(2026, 3, 16),
        "",
    ),
    case(
        "Exchange it",
        "Subject: Risposta automatica: Grazie\n\nSono in ferie, rientro il 16 marzo. Per urgenze"
        " rivolgersi a Jo Hale, jo.hale@acme.example.",
        date(2026, 3, 16),
        JO,
    ),
    case(
        "Exchange pt",
        "Subject: Resposta automática: Obrigado\n\nOlá, estou de férias e regresso dia 16 de março.",
        date(2026, 3, 16),
        "",
    ),
    case(
        "Exchange nl",
        "Subject: Automatisch antwoord: Bedankt\n\nIk ben met vakantie tot en met 13 maart. Neem voor"
        " dringende zaken contact op met Jo Hale (jo.hale@acme.example).",
        date(2026, 3, 14),
        JO,
    ),
    case(
        "Exchange sv",
        "Subject: Autosvar: Tack\n\nJag har semester och är åter den 16 mars.",
        date(2026, 3, 16),
        "",
    ),
    case(
        "Exchange pl",
        "Subject: Automatyczna odpowiedź: Dziękuję\n\nJestem na urlopie do 13 marca.",
        date(2026, 3, 14),
        "",
    ),
    case(
        "Exchange ja",
        "Subject: 自動応答: お礼\n\n3月13日まで休暇をいただいております。",
        date(2026, 3, 14),
        "",
    ),
    case("Exchange zh", "Subject: 自动回复: 感谢\n\n我正在休假，将于3月16日返回。", date(2026, 3, 16), ""),
    case("Exchange ko", "Subject: 자동 회신: 감사합니다\n\n3월 13일까지 휴가입니다.", date(2026, 3, 14), ""),
    case(
        "Outlook.com",
        "Subject: Automatic reply: Thank you\nX-Auto-Response-Suppress: All\n\nBack on Monday.",
        date(2026, 3, 9),
        "",
    ),
    case(
        "Exchange rule",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n"
        "X-MS-Exchange-Inbox-Rules-Loop: dana.reyes@acme.example\n\nI am travelling and will return on 16 March.",
        date(2026, 3, 16),
        "",
    ),
    case(
        "Exchange rule with all suppressed",
        "X-MS-Exchange-Inbox-Rules-Loop: dana.reyes@acme.example\nX-Auto-Response-Suppress: All\n\n"
        "On parental leave, back in September.",
        date(2026, 9, 1),
        "",
    ),
    case(
        "Gmail",
        GMAIL + "Subject: Away until the 13th Re: Thank you\n\nI am on vacation until the 13th.",
        date(2026, 3, 14),
        "",
    ),
    case(
        "Apple Mail",
        "X-Apple-Action: VACATION/1.0\nAuto-Submitted: auto-replied\nSubject: Re: Thank you\n\n"
        "I'm out of the office through March 13.",
        date(2026, 3, 14),
        "",
    ),
    case(
        "Notes",
        "-In-Reply-To\nSubject: AUTO: Dana Reyes is out of the office (returning 16/03/2026)\n\n"
        "I am out of the office until 16/03/2026.\n\nNote: This is an automated response to your message"
        " 'Thank you' sent on 04/03/2026 11:59:00.",
        date(2026, 3, 16),
        "",
    ),
    case(
        "Pigeonhole",
        SIEVE + "Subject: Auto: Thank you\n\nAway from my desk, back tomorrow.",
        date(2026, 3, 5),
        "",
    ),
    case(
        "Pigeonhole with a subject of one's own",
        SIEVE + "Subject: Gone sailing\n\nHello! See you soon.",
        None,
        "",
    ),
    case("Zimbra", ZIMBRA + "Subject: Out of Office Reply\n\nI will be away until further notice.", None, ""),
    case("old Zimbra", "Auto-Submitted: vacation\n\nAway.", None, ""),
    case(
        "GroupWise",
        "X-Autoreply: yes\nSubject: Re: Thank you (Out of the office)\n\nI return to work on 16 March.",
        date(2026, 3, 16),
        "",
    ),
    case("cPanel", CPANEL + "\nI'm away until 12/03 and read mail again then.", date(2026, 12, 4), ""),
    case(
        "cPanel 2",
        CPANEL + "\nI'm away until 20/03 and read mail again then.",
        date(2026, 3, 21),
        "",
    ),
    case(
        "BSD vacation",
        "Precedence: bulk\nReturn-Path: <>\nSubject: away from my mail\n\nI am out of the office.",
        None,
        "",
    ),
    case(
        "Exim with an empty subject",
        "Auto-Submitted: auto-replied\nSubject:\n\nI am away until 13 March.",
        date(2026, 3, 14),
        "",
    ),
    case(
        "title and text, by nobody in particular",
        "Subject: Out of office until 13 March\n\nI will respond on my return on 16 March.",
        date(2026, 3, 16),
        "",
    ),
    case(
        "no text at all",
        "Subject: On vacation until 13 March\n\n",
        date(2026, 3, 14),
        "",
    ),
]

LEFT = [
    case("with a printer's apostrophe", "Subject: Automatic reply: Hi\n\nI\u2019m no longer with Acme.", ""),
    case("with a date", GMAIL + "\nI am no longer with Acme. I read this until 13 March.", ""),
    case(
        "Exchange",
        EXCHANGE
        + "Subject: Automatic reply: Thank you\n\nI am no longer with Acme. Please contact Jo Hale at"
        " jo.hale@acme.example.",
        JO,
    ),
    case(
        "by another hand",
        SIEVE + "\nDana Reyes is no longer employed by Acme. Please write to jo.hale@acme.example.",
        "jo.hale@acme.example",
    ),
    case("works no longer", GMAIL + "\nHi, Dana no longer works at Acme.", ""),
    case(
        "left the company",
        GMAIL + "\nDana Reyes has left the company. Your new contact is Jo Hale.",
        "Jo Hale",
    ),
    case("last day", GMAIL + "\nThank you for your email. My last day at Acme was 27 February.", ""),
    case("dead address", CPANEL + "\nThis email address is no longer in use.", ""),
    case("unread mailbox", CPANEL + "\nThis mailbox is no longer monitored. Thank you.", ""),
    case(
        "de",
        EXCHANGE + "Subject: Automatische Antwort: Danke\n\nIch bin nicht mehr im Unternehmen tätig. Ihre"
        " Ansprechpartnerin ist Jo Hale.",
        "Jo Hale",
    ),
    case("de verlassen", SIEVE + "\nFrau Reyes hat das Unternehmen verlassen.", ""),
    case(
        "fr",
        EXCHANGE + "Subject: Réponse automatique : Merci\n\nJe ne fais plus partie de la société. Veuillez"
        " contacter Jo Hale, jo.hale@acme.example.",
        JO,
    ),
    case("es", "Subject: Respuesta automática: Gracias\n\nDana ya no trabaja en Acme.", ""),
    case("it", "Subject: Risposta automatica: Grazie\n\nNon lavoro più per Acme.", ""),
    case("nl", "Subject: Automatisch antwoord: Bedankt\n\nIk ben niet meer werkzaam bij Acme.", ""),
    case("pt", "Subject: Resposta automática: Obrigado\n\nJá não trabalho na Acme.", ""),
    case("sv", "Subject: Autosvar: Tack\n\nJag har slutat på Acme.", ""),
    case("title alone", "-In-Reply-To\nSubject: No longer at Acme\n\nPlease contact Jo Hale.", "Jo Hale"),
    case(
        "away as well",
        GMAIL + "\nI am out of the office: I have left Acme for good, I am no longer with the firm.",
        "",
    ),
]

ACKNOWLEDGEMENT = [
    case("names somebody", GMAIL + "\nWe have received your message. Please contact Jo Hale in a hurry."),
    case(
        "in junk precedence",
        "Precedence: junk\nFrom: Info <info@acme.example>\nSubject: Hello\n\nThis is the autoresponder of Acme.",
    ),
    case(
        "bulk and nothing to return",
        "-In-Reply-To\nPrecedence: bulk\nReturn-Path: <>\nSubject: Hello\n\nThank you for contacting Acme.",
    ),
    case(
        "Zendesk",
        "From: Acme Support <support@acme.example>\nAuto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All\nX-Mailer: Zendesk Mailer\nSubject: [Request received] Thank you\n\n"
        "Your request (48213) has been received and is being reviewed by our support staff. Your message was received.",
    ),
    case(
        "Freshdesk",
        "From: Acme <support@acme.freshdesk.example>\nAuto-Submitted: auto-replied\n"
        "Subject: Ticket Received - Thank you\n\nDear Sam Lee,\nWe would like to acknowledge that we have received"
        " your request and a ticket has been created with Ticket ID - 4821.",
    ),
    case(
        "Greenhouse",
        "From: Acme Hiring Team <no-reply@us.greenhouse-mail.io>\nAuto-Submitted: auto-replied\n"
        "Subject: Thank you for applying to Acme\n\nHi Sam,\nThank you for applying to Acme. Your application has"
        " been received and we will review it right away.",
    ),
    case(
        "Workday",
        "From: Acme <acme@myworkday.com>\nX-Autoreply: yes\nSubject: Thank you for your application\n\n"
        "Thank you for your interest in Acme. Do not reply to this message.",
    ),
    case(
        "SmartRecruiters",
        "From: Acme Careers <notifications@smartrecruiters.com>\nAuto-Submitted: auto-replied\n"
        "Subject: Your application\n\nThank you for your application! We have received your application for Baker.",
    ),
    case(
        "careers mailbox",
        "From: Acme Careers <careers@acme.example>\n"
        "X-Autorespond: yes\nSubject: Re: Thank you\n\nHello! Somebody looks into this box twice a week.",
    ),
    case(
        "careers mailbox, its words alone",
        "From: Careers <careers@acme.example>\nSubject: Re: Thank you\n"
        "Auto-Submitted: auto-generated\n\nThank you for contacting Acme. We answer within five days.",
    ),
    case(
        "jobs mailbox, bulk and empty path",
        "From: Jobs <jobs@acme.example>\nReturn-Path: <>\nPrecedence: bulk\n"
        "-In-Reply-To\nSubject: Your message\n\nWe will endeavour to reply within a week.",
    ),
    case(
        "own sentence",
        "From: Office <office@acme.example>\nSubject: Your message\n\n"
        "This is an automated acknowledgement. Your e-mail has been logged.",
    ),
    case(
        "own sentence, de",
        "From: Personal <personal@acme.example>\nSubject: Ihre Nachricht\n\n"
        "Vielen Dank für Ihre Bewerbung. Dies ist eine automatisch erstellte Nachricht.",
    ),
    case(
        "own sentence, fr",
        "From: Recrutement <rh@acme.example>\nSubject: Votre message\n\n"
        "Nous avons bien reçu votre message. Ceci est un message automatique.",
    ),
    case(
        "own sentence, es",
        "From: Empleo <rrhh@acme.example>\nSubject: Su mensaje\n\n"
        "Hemos recibido su candidatura. Este es un mensaje automático.",
    ),
    case(
        "own sentence, ja",
        "From: 採用 <saiyo@acme.example>\nSubject: 受付\n\n"
        "応募を受け付けました。\nこのメールはシステムより自動送信されています。",
    ),
    case(
        "calls itself one, in bulk",
        "From: Info <info@acme.example>\nPrecedence: bulk\nSubject: Hello\n\n"
        "You have reached the autoresponder of Acme.",
    ),
    case(
        "osTicket",
        "From: Desk <desk@acme.example>\nX-Autoreply-From: desk@acme.example\n"
        "Subject: Thank you [#482133]\n\n",
    ),
    case(
        "thanks though it answers",
        "Auto-Submitted: auto-replied\n\nThank you for your email. We read all of them.",
    ),
    case("answers nothing", "-In-Reply-To\nSubject: Hello\nAuto-Submitted: auto-replied\n\nHello from Acme."),
]

CHALLENGE = [
    case("confirm", GMAIL + "\nPlease confirm that you are a real person by following this link."),
    case("verify", "Auto-Submitted: auto-replied\n\nTo reach me, verify that you are a human."),
    case("prove", "Subject: Re: Thank you\n\nProve that you are human and your letter reaches me."),
    case("held", SIEVE + "\nYour message is being held until you confirm it."),
    case("quarantined", SIEVE + "\nThe message was quarantined because I do not know you."),
    case("blocked", SIEVE + "\nYour e-mail has been blocked pending a look by its recipient."),
    case("approved senders", SIEVE + "\nYou are not on my list of approved senders."),
    case("allowed list", SIEVE + "\nYou are not in our allowed list."),
    case("guest list", SIEVE + "\nFollow the link to be added to my guest list."),
    case("white list", SIEVE + "\nAfter that you are added to my whitelist for good."),
    case("challenge-response", SIEVE + "\nThis mailbox uses challenge-response."),
    case("sender verification", SIEVE + "\nSender verification: click below."),
    case(
        "a filter's delivery report",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\nSubject: Your letter waits\n\n'
        "--b\nContent-Type: text/plain\n\nYour message is being held until you verify your address.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.example\n\n"
        "Final-Recipient: rfc822; dana.reyes@acme.example\nAction: delayed\nStatus: 4.7.0\n--b--\n",
    ),
]


class TestAnAutomaticReply:
    @pytest.mark.parametrize(("message", "returns", "contact"), AWAY)
    def test_of_somebody_away(self, message: str, returns: date | None, contact: str) -> None:
        found = judged(message)
        assert (found.kind, found.sub_kind) == ("auto_reply", "away"), found
        assert (found.returns, found.contact) == (returns, contact)

    @pytest.mark.parametrize(("message", "contact"), LEFT)
    def test_of_somebody_who_left(self, message: str, contact: str) -> None:
        found = judged(message)
        assert (found.kind, found.sub_kind) == ("auto_reply", "left"), found
        assert (found.returns, found.contact) == (None, contact)

    @pytest.mark.parametrize("message", ACKNOWLEDGEMENT)
    def test_that_acknowledges(self, message: str) -> None:
        found = judged(message)
        assert (found.kind, found.sub_kind) == ("auto_reply", "acknowledgement"), found
        assert (found.returns, found.contact) == (None, "")

    @pytest.mark.parametrize("message", CHALLENGE)
    def test_that_asks_for_proof(self, message: str) -> None:
        found = judged(message)
        assert (found.kind, found.sub_kind) == ("auto_reply", "challenge"), found
        assert (found.returns, found.contact) == (None, "")

    @pytest.mark.parametrize(
        "field",
        [
            "Auto-Submitted: auto-replied",
            "X-Autoreply: yes",
            "X-Autorespond: yes",
            "X-Autoresponder: yes",
            "X-Autoresponse: yes",
            "X-Autoreply-From: dana.reyes@acme.example",
            "X-Mail-Autoreply: yes",
            "X-Autogenerated: Reply",
            "Precedence: auto_reply",
            "X-Precedence: auto-reply",
            "Delivered-To: Autoresponder",
            "X-FC-MachineGenerated: true",
            "X-POST-MessageClass: 9; Autoresponder",
            "X-Apple-Action: VACATION",
        ],
    )
    def test_is_told_by_one_field_of_a_responder(self, field: str) -> None:
        assert kind(f"{field}\n\nHello.") == "auto_reply away"
        assert kind(f"{field.partition(':')[0]}: no\n\nHello.") == "human"


# --- people who look like machines --------------------------------------------------------------

PEOPLE = [
    case(
        "an answer through a list's program",
        "List-Id: <a>\nPrecedence: bulk\n\nThank you, Sam. We talk on Friday.",
    ),
    case(
        "an event beside text and HTML",
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/alternative; boundary="c"\n\n'
        "--c\nContent-Type: text/plain\n\nThe meetup.\n--c\nContent-Type: text/html\n\nThe meetup.\n--c--\n"
        "--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n",
    ),
    case(
        "out of the office, at the head of a long letter",
        "\n\nI am out of the office until Monday; please contact Jo.\n"
        + "We spoke of your portfolio for an hour. " * 20,
    ),
    case(
        "out of the office, further down",
        "\n\n"
        + "We spoke of your portfolio for an hour. " * 10
        + "I am on leave next week; please contact Jo.",
    ),
    case(
        "a program's sentence at the end of a long letter",
        "\n\n"
        + "We spoke of your portfolio for an hour. " * 20
        + "\nThis is an automated message of our archive.",
    ),
    case(
        "holidays behind",
        "\n\nHi Sam, sorry for the silence, I was on holiday until Monday. Shall we speak on Friday?",
    ),
    case("holidays ahead", "\n\nHi Sam, I am on vacation from Monday, so could we do Thursday instead?"),
    case(
        "out of the office, in a long letter",
        "\n\nDear Sam,\n"
        + "we spoke about your portfolio for an hour. " * 20
        + "\nI am out of the office until Monday; please contact Jo until then.",
    ),
    case(
        "Automatic reply in what is quoted",
        "\n\nThanks, noted!\n\n-----Original Message-----\nFrom: Sam Lee\n"
        "Sent: Tuesday\nSubject: Automatic reply: Interview\n\nI am out of the office until 13 March.",
    ),
    case(
        "answers my absence note",
        "Subject: Re: Automatic reply: Interview\n\nWelcome back! Let us speak on Friday.",
    ),
    case(
        "answers my absence note, de",
        "Subject: AW: Automatische Antwort: Interview\n\nDanke, dann bis Freitag.",
    ),
    case(
        "forwards a bounce",
        'Subject: Fwd: Undelivered Mail Returned to Sender\nContent-Type: multipart/mixed; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis came back to me. Is this address right?\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: mailer-daemon@mx.example\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="c"\n\n--c\n'
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; sam@example.com\nAction: failed\n"
        "Status: 5.1.1\n--c--\n--b--\n",
    ),
    case(
        "speaks of a bounce",
        "Subject: Re: Undelivered mail\n\nYour message was not delivered the first time, our server"
        " said user unknown. Now it works.",
    ),
    case(
        "a mail-server engineer",
        "\n\nWhen the remote host said 550 5.1.1 user unknown, our queue kept it and a"
        " MAILER-DAEMON report went out. Can you tell me how you would debug a delivery failure?",
    ),
    case(
        "Outlook's usual header",
        "X-MS-Exchange-Organization-SCL: -1\nX-MS-Has-Attach:\nX-Auto-Response-Suppress: DR, RN,"
        " NRN, OOF, AutoReply\nX-MS-TNEF-Correlator:\nThread-Topic: Thank you\n\nIt was a pleasure to meet you.",
    ),
    case(
        "forwarded by a rule of Exchange",
        "X-MS-Exchange-Inbox-Rules-Loop: hr@acme.example\n\nI saw your letter, thank you.",
    ),
    case("all suppressed", "X-Auto-Response-Suppress: All\n\nI saw your letter, thank you."),
    case("auto-submitted no", "Auto-Submitted: no\n\nI saw your letter, thank you."),
    case("autoreply no", "X-Autoreply: no\n\nI saw your letter, thank you."),
    case("bulk by a gateway", "Precedence: bulk\n\nI saw your letter, thank you."),
    case(
        "a disclaimer that names replies",
        "\n\nIt was good to meet you.\n\nDana\n--\nThis mailbox does not take orders;"
        " do not reply to this address with invoices.",
    ),
    case(
        "a disclaimer of scanning",
        "\n\nIt was good to meet you.\n\nThe text above was scanned automatically for viruses.",
    ),
    case(
        "tells of automatic mail",
        "\n\nYou will get an automatic reply from our system, ignore it. We speak on Friday?",
    ),
    case("somebody else left", "\n\nJo has left the company, so I take over. When could you start?"),
    case(
        "offers proof",
        "-In-Reply-To\nSubject: Your case study\n\nPlease verify that you are a human reader of our paper,"
        " as the saying goes. Looking forward to Friday!",
    ),
    case(
        "received", "\n\nI received your message and I will read it tonight. What was the name of the paper?"
    ),
    case(
        "in Apple Mail",
        "-In-Reply-To\nX-Mailer: Apple Mail (2.3774)\nSubject: Thursday\n\nHi Sam, are you free?",
    ),
    case(
        "through a recruiting system",
        "From: Dana Reyes <dana@hire.lever.co>\n\nHi Sam, when could you start?",
    ),
    case(
        "through a recruiting system, answers to her",
        "-In-Reply-To\nFrom: Dana Reyes <x9@hire.lever.co>\n"
        "Reply-To: dana.reyes@acme.example\nSubject: Next week\n\nHi Sam, it was good to meet you.",
    ),
    case(
        "with an attached event",
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "The meetup that I spoke of is attached.\n--b\nContent-Type: text/calendar; charset=utf-8\n"
        "Content-Disposition: attachment\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n",
    ),
    case("signed by the list's robot", "\n\nThanks! See you.\n--\nSent automatically by my phone"),
    case(
        "accepted, with words",
        "-In-Reply-To\nSubject: Accepted: your proposal\n\nWe like the sketch. Could you tell me more?",
    ),
    case(
        "auto parts",
        "-In-Reply-To\nSubject: Auto parts and your portfolio\n\nOur team builds auto parts. Interested?",
    ),
    case(
        "a list post",
        "-In-Reply-To\nList-Id: <jobs.meetup.example>\nList-Post: <mailto:jobs@meetup.example>\n"
        "Precedence: list\nSubject: [jobs] Baker wanted\n\nWe look for a baker.",
    ),
    case(
        "a list post of somebody away",
        "-In-Reply-To\nList-Id: <jobs.meetup.example>\nList-Post: <mailto:jobs@meetup.example>\n"
        "Subject: Vacation notice\n\nI am on leave next week. Please contact Jo in my absence.",
    ),
    case(
        "marketing footer", "List-Unsubscribe: <https://mail.example/u>\n\nThank you, Sam. We talk on Friday."
    ),
    case(
        "an answer out of a sales tool",
        "List-Unsubscribe: <https://mail.example/u>\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nThank you, Sam. We talk on Friday.",
    ),
]


class TestAPersonsLetter:
    @pytest.mark.parametrize("message", PEOPLE)
    def test_is_one_whatever_it_looks_like(self, message: str) -> None:
        found = judged(message)
        assert found.kind == "human", found.reason
        assert found.confidence is Confidence.LIKELY
        assert (found.returns, found.contact, found.bounced, found.about) == (None, "", (), "")


# --- delivery reports ---------------------------------------------------------------------------


def dsn(fields: str, text: str = "Your letter was not delivered.", head: str = "") -> str:
    """A report as RFC 3464 wants it; `fields` are those of the recipients."""
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: Undelivered Mail Returned to Sender\n"
        f'-In-Reply-To\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n{head}\n'
        f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\n{fields}\n\n--b\nContent-Type: message/rfc822\n\n"
        "From: sam@example.com\nTo: dana.reyes@acme.example\nMessage-ID: <letter@example.com>\n"
        "Subject: Thank you\n\nDear Dana\n--b--\n"
    )


def failed(status: str, action: str = "failed", diagnostic: str = "") -> str:
    code = f"\nDiagnostic-Code: {diagnostic}" if diagnostic else ""
    return f"Final-Recipient: rfc822; Dana.Reyes@acme.example\nAction: {action}\nStatus: {status}{code}"


COPY = (
    "Received: from home by mx.example; Wed, 4 Mar 2026 11:00:00 +0000\nFrom: Sam Lee <sam@example.com>\n"
    "To: dana.reyes@acme.example\nMessage-ID: <letter@example.com>\nSubject: Thank you\n"
)
QMAIL = (
    "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n-In-Reply-To\n\nHi. This is the qmail-send program at"
    " mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
    "<dana.reyes@acme.example>:\n{}\n\n--- Below this line is a copy of the message.\n\n" + COPY
)
EXIM = (
    "From: Mail Delivery System <Mailer-Daemon@mx.example>\n-In-Reply-To\nSubject: {subject}\n{head}\n"
    "This message was created automatically by mail delivery software.\n{text}\n\n  dana.reyes@acme.example\n"
)

HARD = [
    case("Postfix", dsn(failed("5.1.1", diagnostic="smtp; 550 5.1.1 user unknown"))),
    case("without a status", dsn(failed(""))),
    case("code of SMTP alone", dsn(failed("", diagnostic="smtp; 554 no such person"))),
    case("failed for a full mailbox, for good", dsn(failed("5.2.2", diagnostic="smtp; 552 mailbox full"))),
    case(
        "failed beside one that got it",
        dsn(
            "Final-Recipient: rfc822; jo@acme.example\nAction: delivered\nStatus: 2.0.0\n\n" + failed("5.1.1")
        ),
    ),
    case(
        "failed beside one that waits",
        dsn(
            failed("5.1.1")
            + "\n\nFinal-Recipient: rfc822; dana.reyes@acme.example\nAction: delayed\nStatus: 4.4.1"
        ),
    ),
    case("automatic as well", dsn(failed("5.7.1"), head="Auto-Submitted: auto-replied\nReturn-Path: <>\n")),
    case("qmail", QMAIL.format("550 5.1.1 No such user")),
    case("qmail, words", QMAIL.format("Sorry, no mailbox here by that name.")),
    case(
        "Exim",
        EXIM.format(
            subject="Mail delivery failed: returning message to sender",
            head="X-Failed-Recipients: dana.reyes@acme.example\n",
            text="A message could not be delivered.",
        )
        + COPY,
    ),
    case(
        "Exim without its field",
        EXIM.format(
            subject="Mail delivery failed: returning message to sender",
            head="",
            text="A message that you sent could not be delivered. This is a permanent error.",
        )
        + COPY,
    ),
    case(
        "Exchange's postmaster",
        "From: postmaster@acme.example\nSubject: Undeliverable: Thank you\nReturn-Path: <>\n"
        "-In-Reply-To\n\nThe address dana.reyes@acme.example could not be found.\n\n" + COPY,
    ),
    case(
        "Exchange's old administrator",
        "From: System Administrator <admin@acme.example>\nSubject: Undeliverable: Thank you\n"
        "-In-Reply-To\n\nYour message did not reach some recipients, it could not be delivered:\n"
        "dana.reyes@acme.example\n\n" + COPY,
    ),
    case(
        "a gateway with an empty path",
        "From: Acme <dsn@acme.example>\nReturn-Path: <>\nSubject: Returned mail\n-In-Reply-To\n\n"
        "dana.reyes@acme.example: user unknown\n\n" + COPY,
    ),
    case(
        "refused by a filter",
        "From: Dana Reyes <dana.reyes@acme.example>\nSubject: Automatically rejected mail\n-In-Reply-To\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\n'
        "Content-Type: text/plain\n\nNo more letters, please.\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; dana.reyes@acme.example\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n\n--b\nContent-Type: message/rfc822\n\n"
        "Message-ID: <letter@example.com>\nSubject: Thank you\n\nDear Dana\n--b--\n",
    ),
    case(
        "gives up after a delay",
        EXIM.format(
            subject="Warning: message delayed",
            head="",
            text="It has been delayed and we are giving up. Returned to sender.",
        )
        + COPY,
    ),
]
SOFT = [
    case("Postfix", dsn(failed("4.4.7", diagnostic="X-Postfix; delivery temporarily suspended"))),
    case("full", dsn(failed("", diagnostic="smtp; mailbox is full"))),
    case("quota", dsn(failed("", diagnostic="smtp; over quota"))),
    case("code of SMTP alone", dsn(failed("", diagnostic="smtp; 452 not now"))),
    case(
        "Exchange's expired", dsn(failed("4.4.7", diagnostic="smtp;550 4.4.7 QUEUE.Expired; message expired"))
    ),
    case("timed out", dsn(failed("", diagnostic="smtp; connection timed out"))),
    case("qmail, code", QMAIL.format("451 4.3.0 sorry")),
    case("qmail, refused", QMAIL.format("Connection refused.")),
    case(
        "qmail, queue",
        QMAIL.format("I'm not going to try again; this message has been too long in the queue."),
    ),
    case(
        "Exim, storage",
        EXIM.format(
            subject="Mail delivery failed: returning message to sender",
            head="",
            text="The storage of that user exceeded its limit.",
        )
        + COPY,
    ),
    case("later", QMAIL.format("Please try again later.")),
    case(
        "postmaster, temporary",
        "From: postmaster@acme.example\nReturn-Path: <>\nSubject: Undeliverable: Thank you\n-In-Reply-To\n\n"
        "A temporary problem with dana.reyes@acme.example; given up after two days.\n\n" + COPY,
    ),
]
DELAYED = [
    case("Postfix", dsn(failed("4.4.1", "delayed"))),
    case("Postfix, capital", dsn(failed("4.0.0", "Delayed"))),
    case(
        "Exim",
        EXIM.format(
            subject="Warning: message 1xYz delayed 24 hours",
            head="",
            text="A message that you sent has not yet been delivered to its recipient after more than 24 hours.",
        ),
    ),
    case(
        "Exim, attempts",
        EXIM.format(
            subject="Warning: message delivery problem",
            head="",
            text="No action is required on your part. Delivery attempts will continue for some time.",
        ),
    ),
    case(
        "sendmail",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\n-In-Reply-To\n"
        "Subject: Warning: could not send message for past 4 hours\n\nTHIS IS A WARNING MESSAGE ONLY.\n"
        "YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n<dana.reyes@acme.example>... Deferred\n",
    ),
    case(
        "Gmail",
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nReturn-Path: <>\n-In-Reply-To\n"
        "Subject: Delivery Status Notification (Delay)\n\nThere was a temporary problem delivering your message to"
        " dana.reyes@acme.example. Gmail will retry; delivery incomplete.\n",
    ),
    case(
        "postponed",
        "From: MAILER-DAEMON@mx.example\n-In-Reply-To\nSubject: Delivery report\n\nThe letter to"
        " dana.reyes@acme.example was postponed.\n",
    ),
    case(
        "deferred",
        "From: MAILER-DAEMON@mx.example\n-In-Reply-To\nSubject: Delivery report\n\nThe letter to"
        " dana.reyes@acme.example has been deferred.\n",
    ),
    case(
        "keeps trying",
        "From: MAILER-DAEMON@mx.example\n-In-Reply-To\nSubject: Delivery problem\n\nWe will keep trying"
        " to reach dana.reyes@acme.example.\n",
    ),
    case(
        "to be retried",
        "From: MAILER-DAEMON@mx.example\n-In-Reply-To\nSubject: Delivery status notification\n\n"
        "dana.reyes@acme.example: it will continue to be retried.\n",
    ),
    case(
        "nothing to do",
        "From: MAILER-DAEMON@mx.example\n-In-Reply-To\nSubject: Delivery warning\n\n"
        "You don't need to do anything. dana.reyes@acme.example is slow to answer.\n",
    ),
    case("two recipients wait", dsn(failed("4.4.1", "delayed") + "\n\n" + failed("4.4.1", "delayed"))),
]


def read(said: str, disposition: str) -> str:
    """A receipt as RFC 8098 wants it."""
    return (
        f"Subject: {said}: Thank you\nContent-Type: multipart/report; report-type=disposition-notification;"
        f' boundary="b"\n\n--b\nContent-Type: text/plain\n\n{said}.\n--b\n'
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; dana.reyes@acme.example\n"
        f"Disposition: {disposition}\n--b--\n"
    )


NO_BOUNCES = [
    case("delivered", dsn(failed("2.0.0", "delivered")), "notice receipt"),
    case("relayed", dsn(failed("2.0.0", "relayed")), "notice receipt"),
    case("expanded", dsn(failed("2.0.0", "expanded")), "notice receipt"),
    case("read", read("Read", "manual-action/MDN-sent-manually; displayed"), "notice receipt"),
    case(
        "deleted unread",
        read("Not read", "automatic-action/MDN-sent-automatically; deleted"),
        "notice receipt",
    ),
    case(
        "complaint",
        "From: Acme <fbl@acme.example>\nSubject: Complaint\nContent-Type: multipart/report;"
        ' report-type=feedback-report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nA complaint.\n--b\n'
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n",
        "notice complaint",
    ),
    case(
        "spam as postmaster",
        "From: postmaster@cheap.example\n-In-Reply-To\nSubject: Your mailbox is full\n\n"
        "Click here to keep your mail.",
        "unsure",
    ),
    case(
        "spam as a failed delivery",
        "From: Parcel <parcel@cheap.example>\n-In-Reply-To\nSubject: Delivery failed\n\n"
        "The parcel could not be delivered. Pay here.",
        "unsure",
    ),
    case(
        "a postmaster's letter",
        "From: Dana Reyes <postmaster@acme.example>\n-In-Reply-To\nSubject: Delivery report\n\n"
        "Sam, here is the report on the harbour that we spoke of.",
        "unsure",
    ),
    case(
        "an administrator's letter",
        "From: Administrator <dana@acme.example>\n-In-Reply-To\nSubject: Delivery report\n\n"
        "Sam, here is the report on the harbour that we spoke of.",
        "human",
    ),
    case("a letter with the header of another", "-In-Reply-To\nSubject: Look at this\n\n" + COPY, "human"),
]


SYSTEMS = [
    case(
        "by its name, and one sign",
        "From: Mail Delivery System <bounces@mx.example>\n-In-Reply-To\nSubject: Undeliverable\n\nSee below.",
        "bounce hard",
    ),
    case(
        "a gateway by its address",
        "From: Acme <mail-gateway@acme.example>\n-In-Reply-To\nSubject: Undeliverable\n\nUser unknown.",
        "bounce hard",
    ),
    case(
        "failed for good behind one that waits",
        dsn("Final-Recipient: rfc822; jo@acme.example\nAction: delayed\nStatus: 4.4.1\n\n" + failed("5.1.1")),
        "bounce hard",
    ),
    case(
        "without an address",
        QMAIL.format("user unknown").replace("MAILER-DAEMON@mx.example", "<>"),
        "bounce hard",
    ),
    case(
        "at my own domain",
        QMAIL.format("user unknown").replace("@mx.example", "@lee.example", 1),
        "bounce hard",
    ),
    case(
        "a report under my own address",
        dsn(failed("5.1.1")).replace("Mail Delivery System <MAILER-DAEMON@mx.example>", "sam@lee.example"),
        "bounce hard",
    ),
    case(
        "a gateway by its name",
        "From: Mail Gateway <x@acme.example>\n-In-Reply-To\nSubject: Undeliverable\n\nUser unknown.",
        "bounce hard",
    ),
    *[
        case(
            f"as {name}",
            f"From: {name}@mx.example\n-In-Reply-To\nSubject: Undeliverable\n\nUser unknown.",
            "bounce hard",
        )
        for name in (
            "double-bounce",
            "mdaemon",
            "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
            "mail-daemon",
            "postmaster",
        )
    ],
    case(
        "waits, and something failed on the way",
        dsn(failed("4.4.1", "delayed", "smtp; connection failed")),
        "bounce delayed",
    ),
    case(
        "a postmaster who returns a letter in unknown words",
        "From: postmaster@acme.example\nReturn-Path: <>\n-In-Reply-To\nSubject: Ilmoitus\n\nEi onnistu.\n\n"
        + COPY,
        "bounce hard",
    ),
    case(
        "a stranger who returns a letter",
        "Return-Path: <>\n-In-Reply-To\nSubject: Returned mail\n\nEi onnistu.\n\n" + COPY,
        "bounce hard",
    ),
    case(
        "a stranger who quotes a header as Outlook does",
        "Return-Path: <>\n-In-Reply-To\nSubject: Returned mail\n\nSee.\n\nFrom: Sam Lee\nTo: Dana\nSubject: Hello",
        "unsure",
    ),
    case(
        "a stranger who names a Message-ID",
        "Return-Path: <>\n-In-Reply-To\nSubject: Returned mail\n\nSee below.\n\nMessage-ID: <letter@example.com>",
        "unsure",
    ),
    case(
        "a filter's report with an empty path",
        f"Return-Path: <>\n{CHALLENGE[-1].values[0]}",
        "bounce delayed",
    ),
    case(
        "a receipt that can't be read",
        "Content-Type: multipart/report; report-type=disposition-notification\n\nRead.",
        "human",
    ),
    case(
        "a forwarded complaint",
        'Subject: Fwd: Complaint\nContent-Type: multipart/mixed; boundary="z"\n\n--z\nContent-Type: text/plain\n\n'
        "Look.\n--z\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--z--\n",
        "human",
    ),
    case(
        "a mail system that answers something else",
        "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: Re: Hello\n\nHello.",
        "unsure",
    ),
]


class TestADeliveryReport:
    @pytest.mark.parametrize(
        ("message", "expected"),
        [
            pytest.param(*each.values, name, id=f"{name}: {each.id}")
            for name, cases in (("hard", HARD), ("soft", SOFT), ("delayed", DELAYED))
            for each in cases
        ],
    )
    def test_tells_how_a_letter_failed_and_whose(self, message: str, expected: str) -> None:
        found = judged(message)
        assert (found.kind, found.sub_kind) == ("bounce", expected), found
        assert found.bounced == ("dana.reyes@acme.example",)
        assert found.about == ("letter@example.com" if "<letter@example.com>" in message else "")

    @pytest.mark.parametrize(("message", "expected"), SYSTEMS)
    def test_is_one_by_whom_it_is_from_and_what_it_brings_back(self, message: str, expected: str) -> None:
        assert kind(message) == expected

    def test_names_neither_the_mail_system_nor_me(self) -> None:
        text = "dana.reyes@acme.example: user unknown. Ask postmaster@mx.example. (From sam@example.com.)"
        assert judged(QMAIL.format(text)).bounced == ("dana.reyes@acme.example",)

    def test_names_those_of_its_field_before_those_of_its_text(self) -> None:
        head = "X-Failed-Recipients: dana.reyes@acme.example\n"
        assert judged(f"{head}\nAsk jo@acme.example.").bounced == ("dana.reyes@acme.example",)

    def test_names_at_most_ten(self) -> None:
        text = " ".join(f"b{number}@acme.example" for number in range(12))
        assert judged(QMAIL.format(text)).bounced[1:] == tuple(
            f"b{number}@acme.example" for number in range(9)
        )

    @pytest.mark.parametrize(
        ("fields", "about"),
        [
            ("-In-Reply-To\nReferences: <first@example.com> <last@example.com>\n", "last@example.com"),
            ("References: <first@example.com> <last@example.com>\n", "letter@example.com"),
            ("-In-Reply-To\n", ""),
        ],
    )
    def test_without_a_copy_is_about_what_it_answers(self, fields: str, about: str) -> None:
        head = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n"
        assert judged(f"{head}{fields}\nUser unknown.").about == about

    def test_is_about_the_letter_in_its_copy_before_what_it_answers(self) -> None:
        answering = QMAIL.format("user unknown").replace(
            "-In-Reply-To\n", "In-Reply-To: <other@example.com>\n"
        )
        assert judged(answering).about == "letter@example.com"

    @pytest.mark.parametrize(("message", "expected"), NO_BOUNCES)
    def test_is_none_where_nothing_failed_or_no_mail_system_speaks(self, message: str, expected: str) -> None:
        assert kind(message) == expected


# --- what else comes in -------------------------------------------------------------------------

NEWS = "-In-Reply-To\nFrom: Acme News <news@acme.example>\nSubject: What we bake in March\n"
SYSTEM = "-In-Reply-To\nFrom: Acme Hiring <no-reply@us.greenhouse-mail.io>\nSubject: Your application\n"
INVITATION = (
    '-In-Reply-To\nSubject: {}\nContent-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
    "Let us meet.\n--b\nContent-Type: text/calendar; charset=utf-8{}\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n"
)
MEETING = (
    "-In-Reply-To\nSubject: Interview\nContent-Type: text/calendar; charset=utf-8; method={}\n\n"
    "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
)
OTHERS = [
    case(
        "nobody's address with a tag",
        "-In-Reply-To\nFrom: Acme <no-reply+a1@acme.example>\nSubject: News\n\nHi.",
        "notice",
    ),
    *[
        case(
            f"from {name}", f"-In-Reply-To\nFrom: Acme <{name}@acme.example>\nSubject: News\n\nHi.", "notice"
        )
        for name in ("notifications", "notify", "alerts", "automailer", "mailer", "updates")
    ],
    *[
        case(
            f"discussion by {name}",
            NEWS + f"List-Id: <a>\nPrecedence: bulk\n{name}: x\n\nBread.",
            "human list",
        )
        for name in ("List-Subscribe", "List-Archive", "X-Mailing-List", "Mailing-List", "X-BeenThere")
    ],
    case(
        "as Google's other address",
        "Sender: calendar-server@google.com\n-In-Reply-To\nSubject: Invitation: Interview\n\nSee you.",
        "calendar request",
    ),
    case(
        "automatic, on a list",
        NEWS + "List-Id: <a>\nPrecedence: bulk\nX-Autoreply: yes\n\nHi.",
        "auto_reply acknowledgement",
    ),
    case("bulk that names no list", NEWS + "Precedence: bulk\n\nBread.", "human"),
    case(
        "newsletter from an address that nobody reads",
        "-In-Reply-To\nFrom: Acme <no-reply@acme.example>\nList-Id: <a>\nPrecedence: bulk\nSubject: News\n\nBread.",
        "list",
    ),
    case(
        "nobody's address, answers to a person of the same house",
        "From: Dana Reyes <no-reply@acme.example>\nReply-To: dana.reyes@acme.example\n\nWe will see.",
        "unsure",
    ),
    case(
        "invitation as application/ics",
        INVITATION.format("Interview", "").replace("text/calendar", "application/ics"),
        "calendar request",
    ),
    case(
        "invitation that comes before its text",
        '-In-Reply-To\nSubject: Interview\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        'Content-Type: multipart/alternative; boundary="c"\n\n--c\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n'
        "--c\nContent-Type: text/plain\n\nLet us meet.\n--c--\n--b--\n",
        "calendar request",
    ),
    case(
        "a program that suppresses some answers",
        "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: OOF\n\nThe door is open.",
        "notice",
    ),
    case(
        "a program's thanks that answer nothing",
        "-In-Reply-To\nAuto-Submitted: auto-generated\nSubject: Your visit\n\nThank you for applying to Acme.",
        "notice courtesy",
    ),
    case(
        "thanks that can't be answered",
        "-In-Reply-To\nReturn-Path: <>\nSubject: Your visit\n\nThank you for applying to Acme.",
        "unsure courtesy",
    ),
    case(
        "an absence note's title and a question",
        "-In-Reply-To\nSubject: 不在のお知らせ\n\n不在です。来週はいかがですか？",
        "unsure",
    ),
    case(
        "a title of automatic replies and a question",
        "-In-Reply-To\nSubject: Automatic reply\n\nHow do I switch mine on?",
        "unsure",
    ),
    case("newsletter", NEWS + "List-Id: <news.acme.example>\nPrecedence: bulk\n\nBread.", "list"),
    case(
        "newsletter, junk",
        NEWS + "List-Unsubscribe: <https://acme.example/u>\nPrecedence: junk\n\nBread.",
        "list",
    ),
    case(
        "newsletter, one click",
        NEWS + "List-Id: <news.acme.example>\nList-Unsubscribe: <https://acme.example/u>\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nBread.",
        "list",
    ),
    case(
        "announcements",
        NEWS + "List-Id: <news.acme.example>\nList-Post: NO\nPrecedence: bulk\n\nBread.",
        "list",
    ),
    case(
        "one click without a list",
        NEWS + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nBread.",
        "unsure",
    ),
    case("a list's name alone", NEWS + "List-Id: <news.acme.example>\n\nBread.", "unsure"),
    case(
        "discussion",
        NEWS
        + "List-Id: <talk.acme.example>\nList-Post: <mailto:talk@acme.example>\nPrecedence: bulk\n\nBread.",
        "human list",
    ),
    case(
        "discussion by Mailman",
        NEWS + "X-Mailman-Version: 3.3\nList-Id: <talk.acme.example>\n\nBread.",
        "human list",
    ),
    case(
        "discussion by precedence",
        NEWS + "List-Id: <talk.acme.example>\nPrecedence: list\n\nBread.",
        "human list",
    ),
    case("recruiting system", SYSTEM + "\nYour application is with the team.", "notice"),
    case(
        "recruiting system, rejection",
        SYSTEM + "\nUnfortunately we have decided to move forward with other candidates.",
        "notice rejection",
    ),
    case(
        "recruiting system, next step",
        SYSTEM + "\nPlease share your availability for a second interview.",
        "notice next_step",
    ),
    case(
        "recruiting system in a person's name",
        SYSTEM.replace("Acme Hiring", "Dana Reyes") + "\nWhen could you start?",
        "unsure next_step",
    ),
    case(
        "recruiting system, an answer to it",
        SYSTEM.replace("Acme Hiring", "Dana Reyes") + "Reply-To: x1@reply.us.greenhouse-mail.io\n"
        "\nWe will see.",
        "unsure",
    ),
    case(
        "recruiting system, answers to another system",
        SYSTEM.replace("Acme Hiring", "Dana Reyes") + "Reply-To: x1@hire.lever.co\n\nWe will see.",
        "unsure",
    ),
    case(
        "recruiting system, answers to nobody",
        SYSTEM.replace("Acme Hiring", "Dana Reyes") + "Reply-To: no-reply@acme.example\n\nWe will see.",
        "unsure",
    ),
    case(
        "recruiting system, answers to a person",
        SYSTEM.replace("Acme Hiring", "Dana Reyes") + "Reply-To: dana.reyes@acme.example\n\nWe will see.",
        "human",
    ),
    case("recruiting system, in the thread", "From: Dana Reyes <x1@hire.lever.co>\n\nWe will see.", "human"),
    case(
        "nobody's address, in the thread",
        "From: Dana Reyes <no-reply@acme.example>\n\nWe will see.",
        "unsure",
    ),
    case(
        "nobody's address, an office",
        "From: Acme Careers <careers-noreply@acme.example>\n-In-Reply-To\nSubject: News\n\nHi.",
        "notice",
    ),
    case(
        "nobody's address, to subscribers",
        "From: Dana Reyes <no-reply@acme.example>\n-In-Reply-To\nSubject: News\n"
        "List-Unsubscribe: <https://acme.example/u>\n\nHi.",
        "notice",
    ),
    case(
        "a person's name at an address that begins so",
        "From: Alerta Noreplysen <noreplysen@acme.example>\n\nWe will see.",
        "unsure",
    ),
    case(
        "scheduler",
        "From: Calendly <notifications@calendly.com>\n-In-Reply-To\nSubject: Reminder\n\nSee you.",
        "notice",
    ),
    case(
        "a program",
        "Auto-Submitted: auto-generated\n-In-Reply-To\nSubject: Your visit\n\nThe door is open.",
        "notice",
    ),
    case(
        "a program, notified",
        "Auto-Submitted: auto-notified\n-In-Reply-To\nSubject: Your visit\n\nThe door is open.",
        "notice",
    ),
    case(
        "a program in the thread says nothing of an absence",
        "Auto-Submitted: auto-generated\n\nThe door is open.",
        "notice",
    ),
    case("invitation", INVITATION.format("Interview", "; method=REQUEST"), "calendar request"),
    case("invitation without a method", INVITATION.format("Interview", ""), "calendar request"),
    case("acceptance without a method", INVITATION.format("Accepted: Interview", ""), "calendar reply"),
    case("cancellation beside a text", INVITATION.format("Interview", "; method=CANCEL"), "calendar cancel"),
    case(
        "counter-proposal beside a text", INVITATION.format("Interview", "; method=COUNTER"), "calendar reply"
    ),
    case("cancellation", MEETING.format("CANCEL"), "calendar cancel"),
    case("cancellation in words", INVITATION.format("Abgesagt: Interview", ""), "calendar cancel"),
    case("counter-proposal", MEETING.format("COUNTER"), "calendar reply"),
    case("acceptance", MEETING.format("REPLY"), "calendar reply"),
    case(
        "by Google",
        "Sender: Google Calendar <calendar-notification@google.com>\n-In-Reply-To\n"
        "Subject: Invitation: Interview\n\nSee you.",
        "calendar request",
    ),
    case(
        "as Google",
        "From: Google Calendar <calendar-notification@google.com>\n-In-Reply-To\n"
        "Subject: Invitation: Interview\n\nSee you.",
        "calendar request",
    ),
    case("mine", "From: Sam Lee <sam@example.com>\nTo: dana.reyes@acme.example\n\nThank you.", "own letter"),
    case(
        "mine, elsewhere",
        "From: Sam Lee <sam.lee@lee.example>\nTo: dana.reyes@acme.example\n\nThank you.",
        "own letter",
    ),
    case(
        "mine, automatic",
        "From: Sam Lee <sam@example.com>\nAuto-Submitted: auto-generated\n\nI am away.",
        "own automatic",
    ),
    case("from nobody", "From:\n-In-Reply-To\nSubject: Hello\n\nHello Sam.", "unsure"),
    case("nothing can be returned", "-In-Reply-To\nReturn-Path: <>\nSubject: Hello\n\nHello Sam.", "unsure"),
    case(
        "an absence told to several",
        "-In-Reply-To\nTo: sam@example.com, lee@acme.example\nSubject: On leave next week\n\n"
        "I am on leave next week. Please contact Jo in my absence.",
        "unsure",
    ),
    case(
        "an absence told to one, with a mail program",
        "-In-Reply-To\nX-Mailer: Apple Mail\nSubject: On leave next week\n\n"
        "I am on leave next week. Please contact Jo in my absence.",
        "unsure",
    ),
    case(
        "an absence in an answer", "\n\nI am on leave next week. Please contact Jo in my absence.", "unsure"
    ),
    case("an offer", "\n\nWe are delighted to offer you the position of baker.", "human offer"),
    case("thanks", "\n\nThank you, Sam, it was lovely to meet you.", "human courtesy"),
    case(
        "doubtful, and says something",
        "-In-Reply-To\nReturn-Path: <>\nSubject: Hello\n\nWe are delighted to offer you the position.",
        "unsure offer",
    ),
]


class TestWhatElseComesIn:
    @pytest.mark.parametrize(("message", "expected"), OTHERS)
    def test_is_told_apart(self, message: str, expected: str) -> None:
        assert kind(message) == expected

    @pytest.mark.parametrize(
        ("message", "confidence"),
        [
            ("\n\nHello.", "likely"),
            ("From:\n\nHello.", "doubtful"),
            ("From: Sam Lee <sam@example.com>\n\nHello.", "certain"),
            (GMAIL + "\nI am away.", "certain"),
            ("Subject: Automatic reply: Hello\n\nI am away.", "likely"),
            (dsn(failed("5.1.1")), "certain"),
            (QMAIL.format("user unknown"), "likely"),
            (read("Read", "manual-action/MDN-sent-manually; displayed"), "certain"),
            (dsn(failed("2.0.0", "delivered")), "certain"),
            (MEETING.format("REQUEST"), "certain"),
            (INVITATION.format("Interview", ""), "likely"),
            (NEWS + "List-Id: <news.acme.example>\nPrecedence: bulk\n\nBread.", "certain"),
            (SYSTEM + "\nHello.", "likely"),
            ("Auto-Submitted: auto-generated\n-In-Reply-To\nSubject: Your visit\n\nHello.", "certain"),
        ],
    )
    def test_is_as_sure_as_its_signs(self, message: str, confidence: str) -> None:
        assert judged(message).confidence == confidence

    def test_names_the_day_of_the_decision_only_where_a_person_writes(self) -> None:
        text = "\n\nWe will decide by 13 March.\n\n> Tell me by 6 March"
        assert judged(text).names_date == date(2026, 3, 13)
        assert judged(SYSTEM + text).names_date is None
        assert judged("\n\nThanks.\n\n> We will decide by 13 March").names_date is None


class TestDays:
    """Which of several days is meant."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3月16日に戻ります。until 13 March", date(2026, 3, 16)),
            ("3月9日まで不在、3月20日まで出張", date(2026, 3, 10)),
            ("away from 5 to 9 May, training until 12 May", date(2026, 5, 13)),
            ("de retour vendredi prochain", date(2026, 3, 13)),
            ("de vuelta el viernes que viene", date(2026, 3, 13)),
            ("back on Monday 9am", date(2026, 3, 9)),
            ("bis 13.3.26", date(2026, 3, 14)),
            ("back on the 4th", date(2026, 3, 4)),
            ("back on the 3rd", date(2026, 4, 3)),
            ("until the end of the year", date(2027, 1, 1)),
            ("until the end of the week", date(2026, 3, 7)),
        ],
    )
    def test_of_return(self, text: str, expected: date) -> None:
        assert returns_on(text, RECEIVED.date()) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("We will let you know by 12 March and begin on 2 April.", date(2026, 3, 12)),
            ("Send it by 6 March, and by 12 March we will decide.", date(2026, 3, 12)),
            ("We will decide by June.", None),
        ],
    )
    def test_of_the_decision(self, text: str, expected: date | None) -> None:
        assert decision_date(text, RECEIVED.date()) == expected

    @pytest.mark.parametrize(("day", "expected"), [(5, 9), (6, 10), (7, 10), (8, 10)])
    def test_of_work_are_counted_from_monday_to_friday(self, day: int, expected: int) -> None:
        text = "You will hear from us within two working days."
        assert decision_date(text, date(2026, 3, day)) == date(2026, 3, expected)


class TestTheClassOfExchange:
    @pytest.mark.parametrize(
        ("named", "expected", "reason"),
        [
            (" REPORT.IPM.Note.NDR ", "bounce", "Exchange says that it could not be delivered"),
            ("REPORT.IPM.Note.DR", "notice", "a delivery receipt of Exchange"),
            ("REPORT.IPM.Note.IPNRN", "notice", "a read receipt (RFC 8098)"),
            ("IPM.Note.Acme.NDR", "human", "nothing says that a program wrote it"),
            ("IPM.Note.Acme.DR", "human", "nothing says that a program wrote it"),
        ],
    )
    def test_is_that_of_a_report_only_by_its_beginning(self, named: str, expected: str, reason: str) -> None:
        found = judge(replace(parsed("\n\nHello."), message_class=named), is_mine, "Europe/London")
        assert (found.kind, found.reason) == (expected, reason)


# --- hostile text -------------------------------------------------------------------------------

DATED = (
    "from 5 to ",
    "until 5 ",
    "back on the ",
    "3月5日 (a) ",
    "3月5日~",
    "le ",
    "till och med ",
    "within two ",
    "decide by ",
    "On 5 May ",
    "12/",
)
TRIGGERS = (
    *(
        "i am currently ",
        "nicht mehr bei ",
        "contact Jo Hale ",
        "Aa van ",
        "a.b@c.d ",
        "a@a.",
        "x" * 63 + "@",
    ),
    *(
        "back in the office ",
        "ab 5. ",
        "the end of ",
        "12:00 ",
        "5.5.",
        "On a wrote b",
        "From: a\n",
        "-" * 30,
    ),
    *(
        "auto-reply ",
        "[auto] ",
        "re:[1] ",
        "[a] ",
        "a b c no longer ",
        "this message is automatically ",
        "added to my ",
    ),
    *("message could ", "mailbox ", "message-id: <", "From: b\nTo: c\nMessage-ID: d\n", "550 ", "5.1."),
    *(
        "automatically generated ",
        "=?utf-8?q?a?=",
        '"',
        "(",
        "<",
        "leider ",
        "offered ",
        "?",
        ". A ",
        "decide by ",
    ),
)


class TestHostileText:
    """64 kB of what a pattern begins with; the judge's readers cut it, each in its own place."""

    @pytest.mark.parametrize("trigger", TRIGGERS)
    def test_costs_little(self, trigger: str) -> None:
        text = trigger * (64_000 // len(trigger))
        flat = text.replace("\n", " ")[:4_000]
        message = f"Subject: {flat}\nFrom: {flat[:900]} <dana@acme.example>\nReturn-Path: {flat}\n\n{text}"
        began = time.process_time()
        found = judged(message)
        assert time.process_time() - began < 0.3
        assert found.reason

    @pytest.mark.parametrize("trigger", DATED)
    def test_costs_each_reader_of_days_little(self, trigger: str) -> None:
        text = trigger * (64_000 // len(trigger))
        began = time.process_time()
        returns_on(text, RECEIVED.date())
        decision_date(text, RECEIVED.date())
        assert time.process_time() - began < 0.3
