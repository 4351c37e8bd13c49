"""What a message from a company seems to say: an offer, a rejection, a next step, or thanks and no more.

A suggestion for the user's eyes and never acted on alone. Phrases as such letters use them, by
language; the strongest first. Each phrase is bounded, and so is the text that is read.
"""

from __future__ import annotations

from typing import Final

from followupd.core.conventions import any_of

MAX_TEXT: Final = 4_000
COURTESY_AT_MOST: Final = 400

OFFER: Final = "offer"
REJECTION: Final = "rejection"
NEXT_STEP: Final = "next_step"
COURTESY: Final = "courtesy"
ANSWERS: Final = frozenset({OFFER, REJECTION, NEXT_STEP})

_OFFER = any_of(
    r"\b(?:pleased|delighted|happy|thrilled|excited|like) to (?:offer you|extend (?:you )?an offer"
    r"|make you an offer)\b",
    r"\b(?:job|formal|written|verbal|employment) offer\b|\boffer (?:letter|of employment)\b",
    r"\bvertragsangebot\b|\barbeitsvertrag\b|\b(?:stelle|position) anzubieten\b"
    r"|\bproposition d['\u2019]embauche\b",
    r"\boferta (?:de trabajo|laboral|de emprego)\b|\bproposta di (?:assunzione|lavoro)\b|\barbeidscontract\b"
    r"|\bvertragsentwurf\b|\banställningserbjudande\b|\barbeidstilbud\b|\bofert[aęy] pracy\b|内定|录用通知|합격",
)
_REJECTION = any_of(
    r"\b(?:regret|sorry) to (?:inform|tell|let you know|say)\b.{0,120}\bnot\b",
    r"\b(?:not|won't|unable to) (?:be )?(?:mov(?:e|ing)|go(?:ing)?|proceed(?:ing)?|progress(?:ing)?|tak(?:e"
    r"|ing)"
    r" (?:you|your application)|continu(?:e|ing)) (?:you )?(?:forward|ahead|further|with (?:your|the)"
    r"|to the next)\b",
    r"\bdecided (?:not to|to (?:move|proceed|go|continue)(?: forward| ahead| on)? with (?:an)?other"
    r"|to pursue other"
    r"|against)\b",
    r"\b(?:with|pursue|chosen|selected|hired|offered .{0,20} to) (?:an)?other (?:\w{1,12} )?(?:candidates?"
    r"|applicants?)\b",
    r"\bno longer (?:under consideration|being considered)\b",
    r"\b(?:not been (?:selected|successful|shortlisted)|been unsuccessful|not (?:selected|successful) (?:for"
    r"|on|in))\b",
    r"\b(?:position|role|vacancy) (?:has been|is now|was) (?:filled|closed|cancelled|withdrawn)\b",
    r"\b(?:luck|success|best|well) (?:in|with|for|on) (?:your|the) (?:job |continued |future |further )?"
    r"(?:search|endeavou?rs|career)\b",
    r"\bleider\b.{0,160}\b(?:absag\w*|nicht (?:weiter )?(?:berücksichtig\w*|anbieten|zusagen|für (?:sie|dich))"
    r"|ander\w{1,3} (?:bewerb|kandidat)\w*)|\bfür (?:eine[nr]? )?andere[nr]? (?:bewerber|kandidat)\w*\b",
    r"\bbedauern,? .{0,80}\b(?:mitteilen|mitzuteilen)\b|\bweiteren? (?:beruflichen )?(?:weg"
    r"|zukunft) alles gute\b",
    r"\b(?:n['\u2019](?:a|avons|est)|ne sera|pas été).{0,40}\bretenue?s?\b|\bautres? candidat\w*\b"
    r"|\bpas (?:donner|donné) suite\b",
    r"\b(?:otros|otras|outros|outras) candidat\w*\b|\bno (?:has|ha) sido seleccionad\w\b|\bno continuar\w*\b"
    r"|\bnão (?:foi|será) selecionad\w\b|\bnão (?:avançar|prosseguir)\w*\b",
    r"\baltri candidati\b|\bnon (?:è|sei) stat[oa] selezionat\w\b|\bandere kandida(?:at|ten)\b|\bniet verder\b"
    r"|\bandra (?:kandidater|sökande)\b|\bandre (?:kandidater|ansøgere|søkere)\b|\binn(?:ych"
    r"|ego) kandydat\w*\b",
    r"お見送り|ご期待に(?:沿|添)え|不採用|未能(?:入选|通过)|不合适|不予录用|불합격|모시지 못",
)
_NEXT_STEP = any_of(
    r"\b(?:invite you (?:to|for|back)|(?:second|third|final|next|further|follow-?up) (?:round|interview|stage"
    r"|conversation))\b",
    r"\b(?:like|love|happy|delighted|pleased|excited|want) to (?:invite|schedule|arrange|set up|book"
    r"|move (?:you )?"
    r"(?:forward|ahead|on)|progress you|bring you|have you)\b",
    r"\b(?:your|share|send|know) (?:\w{1,10} ){0,3}availabilit(?:y|ies)\b|\bare you (?:available|free)\b"
    r"|\b(?:pick|choose|select|book|find) (?:a|another|the) (?:\w{1,12} )?(?:time|slot)\b|\bwhen (?:would"
    r"|could|can|are) you\b",
    r"\b(?:zweite|weitere|nächste)s? (?:gespräch|interview)\b|\b(?:möchten|würden) (?:wir )?(?:sie"
    r"|dich) .{0,40}einladen\b"
    r"|\bnächste(?:n|r)? runde\b|\bterminvorschl\w+\b",
    r"\b(?:deuxième|second|prochain) entretien\b|\bvous (?:inviter|rencontrer|convier)\b"
    r"|\bvos disponibilités\b",
    r"\b(?:segunda|próxima) entrevista\b|\b(?:tu|su|sua) disponibilidad\w?\b|\bsiguiente (?:fase|ronda"
    r"|etapa)\b",
    r"\b(?:secondo|prossimo) colloquio\b|\b(?:tweede|volgende) (?:gesprek|ronde)\b|\buitnodigen\b"
    r"|\bandra intervju\w*\b|\b(?:anden|neste) (?:samtale|intervju)\w*\b|\bkolejn\w{1,3} (?:etap|rozmow)\w*\b",
    r"次回|二次面接|最終面接|日程調整|下一轮|复试|2차 면접|다음 단계",
)
_THANKS = any_of(
    r"\b(?:thank(?:s| you)|(?:great|good|nice|lovely|pleasure|enjoyed) .{0,30}\b(?:meet|talk|speak|chat)\w*"
    r"|appreciate|my pleasure"
    r"|you(?:'re|\u2019re| are)(?: very| most)? welcome|likewise|same here)\b",
    r"\b(?:danke|dank|gern geschehen|hat mich gefreut|gleichfalls|merci|de rien|plaisir|gracias|de nada"
    r"|igualmente|un placer"
    r"|grazie|prego|piacere|obrigad[oa]|prazer|bedankt|graag gedaan|tack|takk?|selv tak|kiitos|dziękuję)\b",
    r"ありがとう|谢谢|感谢|감사",
)
# A letter with one of these says more than thanks.
_MORE = any_of(
    r"[?\uff1f]|\bhttps?:|\d{1,2}[:.]\d\d\b",
    r"\b(?:but|however|unfortunately|meanwhile|next|soon|week|monday|tuesday|wednesday|thursday|friday"
    r"|tomorrow|decision"
    r"|decid\w+|update|feedback|let you know|in touch|hear (?:from|back)|get back|reach out|touch base"
    r"|reviendr\w+|melde\w*|process|team will|call you|offer"
    r"|attached|please)\b",
    r"\b(?:leider|aber|jedoch|nächste\w?|woche|melden|entscheid\w+|rückmeldung|bitte|malheureusement|semaine"
    r"|décision"
    r"|semana|decisión|settimana|decisione|helaas|tyvärr|niestety|proces\w*)\b",
)


def tidings(subject: str, text: str) -> str:
    """ "offer", "rejection", "next_step", "courtesy" (thanks and no more), or "" where nothing shows.

    `text` is what the sender wrote, without what it quotes.
    """
    words = " ".join(text[:MAX_TEXT].split())
    whole = f"{subject[:300]}\n{words}"
    found = ((OFFER, _OFFER), (REJECTION, _REJECTION), (NEXT_STEP, _NEXT_STEP))
    # A rejection may speak of the offer that it is not, and wish luck; an offer says neither.
    named = [name for name, phrases in found if phrases.search(whole)]
    if REJECTION in named:
        return REJECTION
    if named:
        return named[0]
    return COURTESY if _is_courtesy(words) else ""


def _is_courtesy(words: str) -> bool:
    return len(words) <= COURTESY_AT_MOST and bool(_THANKS.search(words)) and not _MORE.search(words)
