"""Letters to proofread: good ones as people write them, and the same with one fault planted in each.

The faults and the letters were written before the checks. `BLIND` was kept back: nothing was tuned by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from followupd.core.proofread import Proof

DAY = date(2026, 3, 5)  # a Thursday; the talk was on Wednesday the 4th
MET = (date(2026, 3, 4),)


def proof(**more: Any) -> Proof:
    """What is known of a letter of Sam Lee's to Dana Reyes at Acme; Globex and others are further processes."""
    known: dict[str, Any] = {
        "names": ("Dana Reyes",),
        "addresses": ("dana@acme.example",),
        "others": ("Kim Osei", "Łukasz Żółć", "Rita Holm"),
        "me": "Sam Lee",
        "company": "Acme",
        "companies": ("Globex", "Initech", "Blue Harbour Labs", "Apple"),
        "attached": False,
        "day": DAY,
        "met": MET,
    }
    return Proof(**(known | more))


MUELLER = {"names": ("Dr. Petra Müller",), "addresses": ("p.mueller@acme.example",)}
DUPONT = {"names": ("Hélène Dupont",), "addresses": ("helene.dupont@acme.example",)}
GARCIA = {"names": ("Lucía García Ortiz",), "addresses": ("lucia.garcia@acme.example",)}
DEVRIES = {"names": ("Joost de Vries",), "addresses": ("j.devries@acme.example",)}

EN = """\
Hi Dana,

Thank you for the conversation on Wednesday. What you told me about moving the billing service off the monolith one \
customer at a time has stayed with me.

I have done two migrations of that kind, and the role at Acme sounds like the place to do the third one properly.

Thanks again for your time, and I look forward to hearing what comes next.

Best regards,
Sam Lee
"""
EN_FORMAL = """\
Dear Ms. Reyes,

I am grateful for the hour that you gave me yesterday afternoon. Your question about on-call work made me think, and \
I would answer it better now: I prefer a small rota with the authority to fix what wakes it.

The Data Engineer position remains my first choice.

Kind regards,
Sam Lee
+44 20 7946 0000
https://sam.example
"""
NUDGE = """\
Hello Dana,

I am writing to ask whether there is any news about the Data Engineer position. I am still very interested, and I am \
glad to send anything that would help you decide.

With best wishes,
Sam Lee
"""
DE = """\
Sehr geehrte Frau Dr. Müller,

vielen Dank für das ausführliche Gespräch am Mittwoch. Besonders Ihre Schilderung, wie das Team die Messdaten in \
Echtzeit auswertet, ist mir im Gedächtnis geblieben.

Die Stelle bei Acme reizt mich sehr, weil ich genau solche Systeme in den letzten fünf Jahren gebaut habe.

Über eine Rückmeldung freue ich mich.

Mit freundlichen Grüßen
Sam Lee
"""
FR = """\
Bonjour Madame Dupont,

Je vous remercie pour notre entretien de mercredi. Votre récit de la mise en production de la nouvelle plateforme m'a \
beaucoup intéressé.

Le poste chez Acme correspond à ce que je cherche : une petite équipe, et des utilisateurs que l'on rencontre.

Je reste à votre disposition.

Cordialement,
Sam Lee
"""
ES = """\
Estimada Lucía:

Muchas gracias por la conversación del miércoles. Me gustó especialmente lo que me contó sobre cómo el equipo decide \
qué dejar de hacer.

Creo que mi experiencia con datos de sensores encaja bien con el puesto en Acme.

Quedo a la espera de sus noticias.

Un cordial saludo,
Sam Lee
"""
NL = """\
Beste Joost,

Hartelijk dank voor het gesprek van woensdag. Vooral je verhaal over de eerste klanten vond ik mooi.

De functie bij Acme past goed bij wat ik de afgelopen jaren heb gedaan.

Ik hoor graag van je.

Met vriendelijke groet,
Sam Lee
"""
PANEL = """\
Hello Kim Osei,

Thank you for the conversation on Wednesday. What you told me about moving the billing service off the monolith one \
customer at a time has stayed with me.

I have done two migrations of that kind, and the role at Acme sounds like the place to do the third one well.

Thanks again for your time, and I look forward to hearing what comes next.

Best regards,
Sam Lee
"""


@dataclass(frozen=True)
class Planted:
    """One fault in a letter that is good otherwise. `spelling`: only the extra can know."""

    name: str
    kind: str
    text: str
    about: dict[str, Any] = field(default_factory=dict)
    spelling: bool = False


def put(
    name: str, kind: str, letter: str, old: str, new: str, *, spelling: bool = False, **about: Any
) -> Planted:
    """The letter with a part of it replaced."""
    assert old in letter, name
    return Planted(name, kind, letter.replace(old, new, 1), about, spelling)


PLANTED = (
    # slots and placeholders
    put("slot", "slot", EN, "Thank you for", "FILL IN: one thing that we talked about\n\nThank you for"),
    put("slot inside", "slot", EN, "What you told me", "FILL IN: one thing What you told me"),
    put(
        "slot de",
        "slot",
        DE,
        "vielen Dank",
        "FILL IN: etwas, worüber wir gesprochen haben\n\nvielen Dank",
        **MUELLER,
    ),
    put(
        "slot without its mark",
        "slot",
        EN,
        "Thank you for",
        "one thing that we talked about\n\nThank you for",
        slots=("FILL IN: one thing that we talked about",),
    ),
    put("brackets", "placeholder", EN, "at Acme", "at [company]"),
    put("brackets fr", "placeholder", FR, "chez Acme", "chez [nom de l'entreprise]", **DUPONT),
    put("XXX", "placeholder", NUDGE, "Data Engineer", "XXX"),
    put("braces", "placeholder", EN, "at Acme", "at {{ company }}"),
    put("angle", "placeholder", NL, "bij Acme", "bij <bedrijf>", **DEVRIES),
    put("todo", "placeholder", EN, "I have done", "TODO mention Kafka. I have done"),
    # greetings
    put("greets a colleague", "greeting", EN, "Hi Dana", "Hi Kim"),
    put("greets another", "greeting", NUDGE, "Hello Dana", "Hello Jennifer"),
    put("greets another de", "greeting", DE, "Frau Dr. Müller", "Frau Schneider", **MUELLER),
    put("greets None", "greeting", EN, "Hi Dana", "Hello None"),
    put("greets [Name]", "greeting", EN_FORMAL, "Ms. Reyes", "[Name]"),
    put("two greetings", "greeting", EN, "Hi Dana,", "Dear Dana,\n\nHello Dana Reyes,"),
    put("name misspelt", "greeting", EN, "Hi Dana", "Hi Dnaa"),
    put("greets another es", "greeting", ES, "Estimada Lucía", "Estimado Carlos", **GARCIA),
    # another company
    put("company", "company", EN, "at Acme", "at Globex"),
    put("company of two words", "company", DE, "bei Acme", "bei Blue Harbour Labs", **MUELLER),
    # bodies
    Planted("empty", "empty", "Hi Dana,\n\nBest regards,\nSam Lee\n"),
    Planted("nearly empty", "empty", "Hi Dana,\n\nThank you!\n\nSam\n"),
    put(
        "four paragraphs",
        "long",
        EN,
        "Thanks again",
        "One more thing: I would like to meet the team.\n\nThanks again",
    ),
    put(
        "many words",
        "long",
        EN,
        "Thanks again",
        "Let me add some background, since we had little time. "
        + "In the last years I have worked on several systems that had to be rebuilt while they were in use. "
        * 6
        + "Thanks again",
    ),
    put("twin", "alike", EN, "properly", "right", panel=(PANEL,)),
    # words
    put("the the", "doubled", EN, "off the monolith", "off the the monolith"),
    put("doubled over a line", "doubled", NL, "past goed bij", "past goed\ngoed bij", **DEVRIES),
    put("doubled de", "doubled", DE, "das Team", "das Team Team", **MUELLER),
    put("two commas", "punctuation", EN, "your time, and", "your time,, and"),
    put("spaces", "punctuation", NUDGE, "very interested", "very  interested"),
    # attachments and days
    put("attachment", "attachment", NUDGE, "I am still", "I have attached my portfolio. I am still"),
    put(
        "attachment de",
        "attachment",
        DE,
        "Über eine",
        "Anbei finden Sie meine Zeugnisse. Über eine",
        **MUELLER,
    ),
    put(
        "attachment fr",
        "attachment",
        FR,
        "Je reste",
        "Vous trouverez mon portfolio en pièce jointe. Je reste",
        **DUPONT,
    ),
    put("weekday and date", "day", EN, "hearing what comes next", "our talk on Friday, 12 March"),
    put("weekday of the talk", "day", EN, "conversation on Wednesday", "conversation on Tuesday"),
    # spelling
    put(
        "recieved",
        "spelling",
        NUDGE,
        "I am writing",
        "I have recieved your note and am writing",
        spelling=True,
    ),
    put("definately", "spelling", EN, "sounds like", "definately sounds like", spelling=True),
    put("migrtions", "spelling", EN, "migrations", "migrtions", spelling=True),
    put("an great", "spelling", EN, "the place", "an great place", spelling=True),
    put("forward", "spelling", EN, "look forward", "look foward", spelling=True),
)

BLIND = (
    put("slot es", "slot", ES, "Muchas", "FILL IN: algo concreto de lo que hablamos\n\nMuchas", **GARCIA),
    put("lower-case slot", "slot", EN, "What you told me", "Fill in: what we talked about. What you told me"),
    put("parentheses", "placeholder", EN, "at Acme", "at (company name)"),
    put("question marks", "placeholder", NUDGE, "Data Engineer", "???"),
    put("greets another nl", "greeting", NL, "Beste Joost", "Beste Marieke", **DEVRIES),
    put("greets another fr", "greeting", FR, "Madame Dupont", "Monsieur Martin", **DUPONT),
    put("company at the end", "company", NUDGE, "position.", "position at Initech."),
    put("null", "null", EN, "role at Acme", "role at null"),
    put("that of of", "doubled", ES, "sobre cómo", "sobre sobre cómo", **GARCIA),
    put("full stops", "punctuation", DE, "Gedächtnis geblieben.", "Gedächtnis geblieben..", **MUELLER),
    put("space before a comma", "punctuation", EN, "kind, and", "kind , and"),
    put("attachment es", "attachment", ES, "Quedo", "Le adjunto mi portafolio. Quedo", **GARCIA),
    put(
        "attachment nl",
        "attachment",
        NL,
        "Ik hoor",
        "In de bijlage vind je mijn portfolio. Ik hoor",
        **DEVRIES,
    ),
    put(
        "day de",
        "day",
        DE,
        "Über eine Rückmeldung",
        "Am Dienstag, den 12. März, bin ich frei. Über eine",
        **MUELLER,
    ),
    put("seperate", "spelling", EN, "a time has", "a time in seperate steps has", spelling=True),
    put("their", "spelling", NUDGE, "whether there is", "whether their is", spelling=True),
)


@dataclass(frozen=True)
class Good:
    """A letter as somebody would send it: nothing is to be found in it."""

    name: str
    text: str
    about: dict[str, Any] = field(default_factory=dict)


GOOD = (
    Good(
        "signature with a phone and links",
        """\
Dear Dana,

Thanks so much for walking me through the on-call setup on Wednesday. I kept thinking about your rule that whoever \
ships it also gets paged; we tried the opposite at my last job and it didn't go well.

I'd love to help with the Terraform clean-up you mentioned, and I'm free most afternoons next week.

Best,
Sam

Sam Lee (he/him)
Senior Data Engineer | +44 (0)20 7946 0000
https://github.com/samlee-example · linkedin.com/in/samlee
""",
    ),
    Good(
        "a list",
        """\
Hi Dana,

Thank you for Wednesday. You asked for three things that I would look at first, so here they are:

- the nightly export, which fails silently when a partition is missing
- alerting: 400 e-mails a day is the same as none
- the schema registry

I'd be happy to talk any of them through.

Kind regards,
Sam Lee
""",
    ),
    Good(
        "an answer with a quotation below",
        """\
Hi Dana,

Just a short note to ask whether there is any news about the role. Nothing has changed on my side.

Best wishes,
Sam

On Wed, 4 Mar 2026 at 17:02, Sam Lee <sam@example.com> wrote:
> Hello Kim Osei,
>
> FILL IN: one thing that we talked about
>
> Thank you for the the conversation.
""",
    ),
    Good(
        "British",
        """\
Dear Dana,

Thank you for your time on Wednesday. I particularly enjoyed hearing how the programme has been organised around the \
data centre move, and I've always favoured that sort of behaviour-driven approach to modelling.

I'm travelling until Friday but shall be glad to practise the case study whilst I'm away.

Kind regards,
Sam Lee
""",
    ),
    Good(
        "American",
        """\
Hi Dana,

Thanks for taking the time Wednesday. I really appreciated how candid you were about the organization's behavior \
during the layoffs, and I came away with a favorable impression of the program.

I'm traveling through Friday, so feel free to call my cell if something comes up.

Best,
Sam Lee
""",
    ),
    Good(
        "words of the trade",
        """\
Hi Dana,

Thanks for the deep dive on Wednesday. Your point that Postgres with a few well-chosen indexes beats a Kafka cluster \
nobody understands matches my experience: at my last company we replaced Airflow, dbt and two Lambdas with one cron job.

I've since read up on DuckDB and your RFC about idempotent backfills. I'd rather use `COPY` than an ORM here, but I'd \
need to see the EXPLAIN output first.

Cheers,
Sam
""",
    ),
    Good(
        "a name in another script",
        """\
안녕하세요 김민준 님,

Thank you for the conversation on Wednesday and for showing me the prototype. I have never seen a queue explained \
with tea cups before.

I would be very happy to join the team in Seoul.

감사합니다,
Sam Lee
""",
        {"names": ("Kim Min-jun",), "addresses": ("minjun.kim@acme.example",)},
    ),
    Good(
        "Polish letters left out",
        """\
Hi Lukasz,

It was a pleasure to meet you on Wednesday. Your talk about the ferry timetable as a graph problem was the best \
quarter of an hour of my week.

I hope we get to continue that one day.

Best regards,
Sam
""",
        {
            "names": ("Łukasz Żółć",),
            "addresses": ("lukasz@acme.example",),
            "others": ("Dana Reyes", "Kim Osei"),
        },
    ),
    Good(
        "a nickname",
        """\
Hi Bob,

Thanks for the chat on Wednesday, and for the honest answer about weekend work. I'd enjoy being the one who gets rid \
of that last manual step.

Talk soon,
Sam
""",
        {"names": ("Robert Whitfield",), "addresses": ("rwhitfield@acme.example",)},
    ),
    Good(
        "a title and a last name",
        """\
Dear Professor Reyes,

Many thanks for your time on Wednesday. I had had my doubts about the teaching load, and I am glad that that is \
settled; the seminar you described is exactly what I would like to build on.

I look forward to your decision.

Yours sincerely,
Sam Lee
""",
    ),
    Good(
        "nobody named",
        """\
Hello everyone,

Thank you all for making the time on Wednesday. It is rare to be asked questions to which nobody in the room knows \
the answer yet, and I liked that.

I would be delighted to work with you.

Best wishes,
Sam Lee
""",
    ),
    Good(
        "German, with words that are rightly doubled",
        """\
Guten Tag Frau Dr. Müller,

herzlichen Dank für das offene Gespräch am Mittwoch. Die Kolleginnen, die die Auswertung betreuen, haben mich sehr \
beeindruckt; wie sie sie in zwei Jahren aufgebaut haben, würde ich gern näher kennenlernen.

Dass das Team auch meine Fragen zur Rufbereitschaft ernst nahm, hat mich gefreut. Die Zeugnisse, die Sie im Anhang \
Ihrer Einladung nannten, reiche ich nach.

Mit besten Grüßen aus Köln
Sam Lee
""",
        MUELLER,
    ),
    Good(
        "German, to a friend of the house",
        """\
Liebe Petra,

danke dir für den Nachmittag am Mittwoch! Deine Idee mit den drei Testkunden geht mir nicht mehr aus dem Kopf.

Ich freue mich riesig, wenn wir das zusammen angehen. Meld dich gern, auch kurzfristig: 0171 2345678.

Liebe Grüße
Sam
""",
        {**MUELLER, "names": ("Petra Müller",)},
    ),
    Good(
        "French, with its spaces",
        """\
Chère Madame,

Merci encore pour cet échange : nous nous sommes quittés sur une question ouverte, celle de la reprise des données \
historiques ; j’y ai beaucoup repensé depuis mercredi.

« Commencer petit », disiez-vous. C’est ainsi que j’ai toujours travaillé. Je n’ai pas joint de CV, puisque vous \
l’avez déjà.

Bien à vous,

Sam Lee
06 12 34 56 78
""",
        {**DUPONT, "greeting": "Chère Madame"},
    ),
    Good(
        "Spanish, with its marks",
        """\
Hola, Lucía:

¡Muchísimas gracias por el rato del miércoles! ¿Sabe que el profesor adjunto del que hablamos dio clase también en mi \
facultad? No adjunto nada, porque ya tiene mi currículum.

Me encantaría trabajar con ustedes; lo que hacen con los sensores me parece muy muy útil.

Un saludo afectuoso,
Sam Lee
""",
        GARCIA,
    ),
    Good(
        "Dutch, about an attachment of theirs",
        """\
Hoi Joost,

Dank voor het leuke gesprek van woensdag! De bijlage die je stuurde heb ik meteen gelezen; dat dat in een half jaar \
gelukt is, vind ik knap.

Mocht je nog iets nodig hebben, bel gerust.

Groetjes,
Sam
""",
        DEVRIES,
    ),
    Good(
        "attached, and it is",
        """\
Dear Ms Reyes,

As promised, please find attached the slides on the pricing experiment, together with the notebook.

Thank you once more for Wednesday; I enjoyed our conversation.

Kind regards,
Sam Lee
""",
        {"attached": True},
    ),
    Good(
        "attachments of others",
        """\
Hi Dana,

Thank you for the attachment you sent after our interview on Wednesday. I have become quite attached to the idea of \
a team without tickets, no strings attached, as you put it.

I haven't attached anything, since the portal already has my CV, but I can attach references if they help.

Best,
Sam
""",
    ),
    Good(
        "None and null in their place",
        """\
Hi Dana,

Thank you for the exercise on Wednesday. None of the interviews I have had so far was as much fun. I have since \
fixed my off-by-one: the parser now returns null for an empty line and no longer prints NaN.

I still think that the null hypothesis deserves a page of its own.

Regards,
Sam
""",
    ),
    Good(
        "two spaces after each sentence",
        """\
Dear Dana,

It was good to meet you on Wednesday.  I learned a lot about freight.  Who would have thought that a pallet has an \
owner, a keeper and a user?

I would gladly learn more.  Please give my regards to Kim Osei and Rita.

Yours,
Sam Lee
""",
    ),
    Good(
        "notes with marks and an address",
        """\
Hi Dana,

The paper we spoke about on Wednesday is [1]; the figure that I could not remember was 2.5% [sic]. My own write-up is \
at <https://sam.example/notes>, and you can always reach me at <sam@example.com>.

Thanks for a lovely hour...

Sam

[1] https://example.org/paper.pdf
""",
    ),
    Good(
        "one line",
        """\
Hi Dana, any news about the Data Engineer role? Still very keen :) Best, Sam
""",
    ),
    Good(
        "days that are right",
        """\
Dear Dana,

Thank you for our conversation on Wednesday, 4 March. You said that you would decide by Friday the 20th; I am free \
for another talk on Thursday, March 12th, or any morning after that.

An apple cake is still owed to the team, I have not forgotten!!

Warm regards,
Sam

PS: Please say hello to Rita.
""",
    ),
    Good(
        "wrapped by a program, and a delimiter",
        """\
Dear Dana,

thank you very much for taking the time to talk with me on Wednesday
about the position. I was struck by how much of the work is
conversation with the people at the depots, and how little of it is
code.

That is the kind of work I am looking for.

With best wishes

Sam Lee

--
Sam Lee
12 Long Lane, London
Tel: +44 20 7946 0000

This message may contain confidential information.  If you are not the
intended recipient, please delete it.
""",
    ),
    Good(
        "Vietnamese, by the given name",
        """\
Dear Minh,

Thank you for staying late on Wednesday so that we could talk in my time zone. Your description of the harbour \
project, where the map was drawn before the sensors were bought, is one I have repeated to three people already.

I would be proud to be part of it.

Best wishes,
Sam
""",
        {"names": ("Nguyễn Thị Minh",), "addresses": ("minh.nguyen@acme.example",)},
    ),
)
