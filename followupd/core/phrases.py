"""What automatic replies say, by language: signs for `core.replies`, none of which decides alone.

Written from the notes that mail programs suggest and people set: en and de most, fr, es, it, pt, nl and sv well,
da, nb, fi, pl, ja, zh and ko a little. Every phrase is bounded. Apostrophes are straight (`core.quotations`).
"""

from __future__ import annotations

import re

from followupd.core.conventions import any_of

AWAY = any_of(
    r"\b(?:am|i'm|be|is|are|currently|still) (?:currently |now |presently )?(?:out of (?:the |my )?office"
    r"|away from (?:my|the)"
    r"|on (?:(?:annual|parental|maternity|paternity|sick|medical|family|bereavement|summer) )?"
    r"(?:leave|vacation|holidays?|sabbatical|pto))\b",
    r"\b(?:am|i'm|will be|i'll be) (?:currently )?(?:away|travell?ing|unavailable|offline|ooo)\b",
    r"\bout of (?:the )?office\b|^\W{0,3}ooo\b",
    r"\bcurrently travell?ing\b|\btravell?ing at the moment\b",
    r"\b(?:limited|no|intermittent|sporadic) access to (?:my )?e-?mails?\b",
    r"\bnot be (?:reading|checking|able to (?:read|check|answer)) (?:my )?(?:e-?)?mails?\b",
    r"\bnicht (?:im (?:büro|hause|haus)|erreichbar)\b|\b(?:bin|befinde mich) .{0,30}\burlaub\b|\babwesend\b",
    r"\babsente? (?:du bureau|jusqu)|\ben congés?\b|\bde vacaciones\b|\bausente\b"
    r"|\bfuera de (?:la )?oficina\b",
    r"\bop vakantie\b|\bmet vakantie\b|\bafwezig\b|\b(?:på|har) semester\b|\bfuori (?:sede|ufficio)\b"
    r"|\bin ferie\b|\bde férias\b",
    r"\bikke på kontoret\b|\bpå ferie\b|\bbortrest\b|\blomalla\b|\bpoissa\b|\bna urlopie\b|\bnieobecn|不在|休暇"
    r"|休假|휴가",
)

# What follows in a note that a responder sends, and seldom in a letter that a person writes.
NOTE = any_of(
    r"\b(?:will|shall) (?:respond|reply|answer|get back|return your|read|be read)\b|\breturning\b"
    r"|\breplies (?:will|may) be\b",
    r"\bin my absence\b|\bduring this time\b|\bplease (?:contact|call|reach out|direct|forward|e-?mail)\b",
    r"\b(?:urgent|immediate (?:assistance|attention|response|help)|time.sensitive|emergency)\b",
    r"\b(?:upon|on|after|when|once|until|till) (?:my return|i(?:'m| am| get| come)? (?:back|return))\b",
    r"\b(?:be back|return(?:ing)?) (?:on|to|in)\b|\buntil (?:\d|mon|tue|wed|thu|fri|jan|feb|mar|apr|may"
    r"|jun|jul|aug|sep|oct|nov|dec)",
    r"\bdringend|\bvertretung\b|\bwenden sie sich\b|\burgen(?:ce|t)\b|\burgente\b|\bdringende?\b",
)
LEFT_MYSELF = any_of(
    r"\b(?:i am|i'm|i have|i've) (?:no longer (?:with|at|employed|working|part of|an? (?:member|employee))"
    r"|(?:now |recently )?left (?:the )?(?:company|organi[sz]ation|business|firm))\b",
    r"\bich bin nicht mehr (?:bei|für) .{1,40}(?:beschäftigt|tätig)\b|\bje ne (?:fais|travaille) plus\b"
    r"|\bya no trabajo\b|\bnon lavoro più\b|\bjá não trabalho\b",
)
LEFT = any_of(
    r"\b(?:am|is|are|be|was|has|have|i'm) no longer (?:with|at(?! \d)|employed|working|part of"
    r"|an? (?:member|employee)|in this role)\b|\bno longer (?:with|at|employed)\b(?! \d)",
    r"\bno longer (?:works?|working) (?:at|for|with|here)\b",
    r"\b(?:has|have|i've) (?:now |recently )?left (?:the )?(?:company|organi[sz]ation|business|firm|us)\b",
    r"\bmy last (?:working )?day (?:at|with)\b",
    r"\b(?<!old )(?:address|mailbox|account) is no longer (?:in use|active|valid|monitored|used)\b",
    r"\bnicht mehr (?:(?:bei|für) .{1,40} )?(?:im unternehmen|beschäftigt|tätig)\b|\bunternehmen verlassen\b",
    r"\bne (?:fait|fais) plus partie\b|\bne travaille plus\b|\bquitté (?:la société|l['\u2019]entreprise)",
    r"\bya no trabaj[ao]\b|\bniet meer werkzaam\b|\bnon lavor[ao] più\b|\bslutat (?:på|hos)\b"
    r"|\bjá não trabalh[ao]\b|\bjobber ikke lenger\b|\barbejder ikke længere\b|\bei (?:enää )?työskentele\b",
    r"\b(?:już nie|nie) pracuj[eę]\b|退職|离职|離職|퇴사",
)
CHALLENGE = any_of(
    r"\b(?:confirm|verify|prove) (?:that )?(?:you are|you're|you aren't) (?:not )?(?:an? )?(?:real )?(?:human"
    r"|person|robot"
    r"|spammer)",
    r"\b(?:message|e-?mail|mail) (?:is being|has been|was|will be) (?:held|quarantined|blocked) (?:until"
    r"|pending)\b",
    r"\bnot (?:on|in) (?:my|our|the) (?:list of )?(?:approved|allowed|safe) (?:senders?|list)\b",
    r"\badded to (?:my|our|the|his|her) .{0,40}(?:allowed|safe|white)[ -]?list",
    r"\b(?:challenge.response|sender verification|boxbe|spamarrest|verify your (?:address|message))\b",
)
# The same in what is an automatic reply or a report anyway; people write so too.
HELD = any_of(
    r"\bwaitlisted\b|\bguest list\b|\bpre-?approved\b|\b(?:approved senders?|allowed list)\b",
    r"\b(?:message|e-?mail|mail) (?:is being|has been|was|will be) (?:held|quarantined|blocked) because\b",
)
# That something was received, by a mailbox or a system that acts on it.
RECEIVED = any_of(
    r"\b(?:we|i) (?:have |have now )?received your (?:e-?mail|message|enquiry|inquiry|request|application"
    r"|resume|cv)\b",
    r"\byour (?:e-?mail|message|enquiry|inquiry|request|application|ticket) (?:has been|was) (?:received"
    r"|created|logged|submitted)\b",
    r"\b(?:mailbox|inbox|address) is (?:not|un) ?monitored\b|\bunmonitored (?:mailbox|inbox|address)\b",
    r"\b(?:ticket|case|request) (?:number|no\.|id|#)|\bdo not reply to this\b",
    r"\bvielen dank für ihre (?:bewerbung|anfrage)\b|\bwir haben ihre .{0,20}erhalten\b",
    r"\bnous avons bien reçu\b|\bhemos recibido (?:tu|su)\b|\babbiamo ricevuto\b|\brecebemos (?:a sua|seu)\b"
    r"|\bwij hebben uw .{0,20}ontvangen\b|\bvi har (?:mottagit|modtaget|mottatt)\b|\botrzymaliśmy\b|受け付けました"
    r"|已收到",
)
# Thanks for writing: people put it into their absence notes too.
THANKS = any_of(
    r"\bthank(?:s| you) for (?:contacting|applying|your (?:e-?mail|message|enquiry|inquiry|application"
    r"|interest))\b",
)

# A sentence of its own by which a program says that it writes. Within somebody's sentence it means nothing.
GENERATED = re.compile(
    r"(?:^|[.!?] )\W{0,6}(?:please note(?: that)?:? )?(?:this (?:is|was|(?:e-?mail|message|reply"
    r"|response) (?:is|was"
    r"|has been)) (?:an? )?"
    r"auto(?:mated|matic(?:ally)?)\b.{0,20}\b(?:reply|response|acknowledge?ment|message|e-?mail|notification"
    r"|generated|sent"
    r"|created)\b"
    r"|(?:dies|dieses?|diese) (?:ist|(?:e-?mail|nachricht|antwort) (?:ist"
    r"|wurde)) (?:eine )?automatisch\w{0,2}\b"
    r"|ceci est (?:un|une) (?:réponse|message|e-?mail) automatique|est[ea] (?:es|mensaje"
    r"|correo) .{0,20}\bautomátic[oa]"
    r"|quest[oa] (?:è|messaggio|e-?mail) .{0,20}\bautomatic[oa]|esta é uma (?:resposta|mensagem) automática"
    r"|dit is een automatisch|detta är ett automatiskt|dette er (?:et|en) automatisk"
    r"|to jest (?:wiadomość )?automatyczn"
    r"|(?:この|本)メールは.{0,20}自動|此(?:邮件|郵件|为).{0,20}自[动動]|.{0,20}자동(?:으로)? (?:발송|회신))",
    re.IGNORECASE | re.MULTILINE,
)
# What an answering program promises, in a person's name or for a mailbox.
PROMISE = any_of(
    r"\b(?:will|shall) (?:endeavou?r|try|aim|do my best) to (?:reply|respond|answer)\b"
    r"|\bas soon as (?:possible|i can|we can)\b",
)
# What a note says of itself.
RESPONDER = any_of(
    r"\bauto-?(?:responder|response|reply)\b", r"\bautomat(?:ic|ed) (?:response|reply|e-?mail|message)\b"
)
