"""Paragraphs that a model wrote from notes: what lies is refused, and in these words; what is honest passes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from followupd.core.faithful import Given, refusal
from followupd.core.faithfulfacts import words_of
from followupd.templates import load_wording

FORMAL = {
    "en": True,
    "de": True,
    "fr": True,
    "es": True,
    "nl": True,
    "de-informal": False,
    "fr-informal": False,
}

NOTES = {
    "en": (
        "they move billing from COBOL to Python, want to retire the mainframe before 2027",
        "Dana showed me the release checklist, 14 steps, three of them by hand",
        "I automated a checklist like that for the warehouse system",
    ),
    "de": (
        "Abrechnung wird von COBOL auf Python umgestellt, der Großrechner soll bis 2027 weg",
        "Frau Reyes zeigte die Checkliste für Releases, 14 Schritte, drei davon von Hand",
        "ich habe so eine Checkliste für das Lagersystem automatisiert",
    ),
    "fr": (
        "la facturation passe de COBOL à Python, ils veulent arrêter le mainframe avant 2027",
        "Dana m'a montré la liste de contrôle des livraisons, 14 étapes, dont trois à la main",
        "j'ai automatisé une liste semblable pour le système de l'entrepôt",
    ),
    "es": (
        "la facturación pasa de COBOL a Python, quieren retirar el mainframe antes de 2027",
        "Dana me enseñó la lista de control de las entregas, 14 pasos, tres de ellos a mano",
        "automaticé una lista así para el sistema del almacén",
    ),
    "nl": (
        "facturatie gaat van COBOL naar Python, ze willen het mainframe uitzetten vóór 2027",
        "Dana liet de checklist voor releases zien, 14 stappen, drie ervan met de hand",
        "ik heb zo'n checklist voor het magazijnsysteem geautomatiseerd",
    ),
}

LETTERS = {
    "en": "Hello Dana Reyes,\n\nThanks for the interview on Wednesday at Acme.\n\nMiddle.\n\nBest regards,\nSam Lee\n",
    "de": "Guten Tag Dana Reyes,\n\nIhnen Dank für das Gespräch am Mittwoch.\n\nMitte.\n\nViele Grüße\nSam Lee\n",
    "de-informal": "Hallo Dana,\n\nDein Gespräch am Mittwoch war gut.\n\nMitte.\n\nViele Grüße\nSam Lee\n",
    "fr": "Bonjour Dana Reyes,\n\nMerci pour notre entretien de mercredi.\n\nMilieu.\n\nCordialement,\nSam Lee\n",
    "es": "Buenos días, Dana Reyes:\n\nGracias por la entrevista del miércoles.\n\nMedio.\n\nUn saludo\nSam Lee\n",
    "nl": "Beste Dana Reyes,\n\nDank voor het gesprek van woensdag.\n\nMidden.\n\nVriendelijke groet,\nSam Lee\n",
}

ASKED = (
    "You rewrite one paragraph of a short thank-you letter after a job interview. "
    "Use only what the notes say and nothing else that you may know."
)


@cache
def vocabulary(tone: str) -> frozenset[str]:
    sections = load_wording(tone, None).sections
    texts = [one for name, found in sections.items() if not name.startswith("phrases.") for one in found]
    return frozenset(word.bare for text in texts for word in words_of(re.sub(r"\{\{.*?\}\}", "", text)))


def given(tone: str) -> Given:
    language = tone.partition("-")[0]
    return Given(
        notes=NOTES[language],
        letter=LETTERS.get(tone, LETTERS[language]),
        facts=("Acme", "Platform Engineer"),
        language=language,
        formal=not tone.endswith("-informal"),
        vocabulary=vocabulary(tone),
        asked=ASKED,
    )


def rows(text: str) -> list[tuple[str, str]]:
    """(tone, paragraph) of a text in which each paragraph begins with its tone, and goes on indented."""
    joined = re.sub(r"\n +", " ", text.strip())
    return [(tone, said) for tone, _, said in (line.partition(": ") for line in joined.splitlines())]


# What a decent model makes of the notes: each must pass.
HONEST = rows("""
en: Moving billing from COBOL to Python is the kind of careful work I enjoy, and I would be glad to help you
    retire the mainframe.
en: The release checklist that Dana showed me stayed with me. Having automated one like it for a warehouse
    system, I can see where the three manual steps might go.
en: I keep thinking about the 14 steps of your release checklist. I automated something similar for a
    warehouse, and I'd love to do it again with your team.
en: Hearing how you plan to retire the mainframe before 2027 made the job very concrete for me. It is
    exactly the kind of change I want to be part of.
en: What I liked most was the plan to leave COBOL behind step by step. My own work on a warehouse system
    taught me how much patience that takes.
en: Your move from COBOL to Python is a challenge I would be happy to take on; the checklist for releases
    looks like a good place to begin.
en: Seeing the release checklist, with three of its steps still done by hand, gave me ideas. Automating that
    sort of thing is what I enjoy most.
en: Retiring the mainframe is no small thing, and I appreciated how openly you spoke about it. I would
    gladly put my experience with the warehouse checklist to use.
de: Die Umstellung der Abrechnung von COBOL auf Python hat mich besonders beschäftigt. Eine solche Aufgabe
    würde ich mit Freude übernehmen.
de: Besonders in Erinnerung geblieben ist mir die Checkliste für Releases. Für das Lagersystem habe ich
    etwas Ähnliches automatisiert und sehe gute Möglichkeiten, auch bei Ihnen Handarbeit abzubauen.
de: Dass der Großrechner bis 2027 abgelöst werden soll, finde ich ausgesprochen spannend. An diesem Umbau
    würde ich gern mitarbeiten, weil er genau zu dem passt, was mir liegt.
de: Die 14 Schritte Ihrer Checkliste gehen mir nicht aus dem Kopf. Drei davon geschehen noch von Hand, und
    genau solche Abläufe habe ich im Lagersystem automatisiert.
de: Ihre Offenheit über den Großrechner hat mich beeindruckt. Nach meiner Erfahrung mit dem Lagersystem
    traue ich mir zu, bei der Umstellung von Anfang an eine Hilfe zu sein.
de-informal: Die Checkliste für eure Releases hat mich gleich angesprochen. Für das Lagersystem habe ich so
    etwas schon automatisiert, und ich hätte Lust, mit dir daran zu arbeiten.
fr: Le passage de la facturation de COBOL à Python m'a beaucoup intéressé. C'est le genre de travail patient
    que j'aime, et je serais heureux d'y contribuer.
fr: La liste de contrôle que Dana m'a montrée m'est restée en tête. J'ai automatisé quelque chose de
    semblable pour un entrepôt, et je vois bien où les trois étapes manuelles pourraient disparaître.
fr: Arrêter le mainframe avant 2027 est un objectif qui me parle. Votre façon de l'aborder, étape par étape,
    me donne envie de participer à ce projet.
es: Me interesó mucho el paso de la facturación de COBOL a Python. Es el tipo de trabajo cuidadoso que me
    gusta, y me encantaría participar en él.
es: La lista de control que me enseñó Dana se me ha quedado en la cabeza. Ya automaticé algo parecido para
    un almacén, y veo con claridad cómo ayudar con los pasos que aún se hacen a mano.
es: Retirar el mainframe antes de 2027 es un reto que me atrae. Mi experiencia con el sistema del almacén me
    sería muy útil para esa tarea.
nl: De overgang van COBOL naar Python is precies het soort werk dat ik graag doe. Ik zou het fijn vinden om
    mee te helpen het mainframe uit te zetten.
nl: De checklist voor releases die Dana liet zien, is me bijgebleven. Voor het magazijnsysteem heb ik iets
    dergelijks geautomatiseerd, en ik zie goed waar dat ook hier kan helpen.
nl: Dat drie van de 14 stappen nog met de hand gebeuren, bracht me op ideeën. Zulke dingen automatiseren is
    werk waar ik veel plezier in heb.
""")

# Written after the tables, on notes that they had not seen.
OTHER_NOTES = {
    "en": (
        "the team runs two-week trials with nurses before anything ships",
        "Priya asked how I would measure whether a chart helps on the ward",
        "I once redid the triage screen at the clinic",
    ),
    "de": (
        "das Team testet alles zwei Wochen lang mit Pflegekräften, bevor es ausgeliefert wird",
        "Frau Nowak fragte, wie ich messen würde, ob eine Anzeige auf Station hilft",
        "ich habe in der Klinik einmal die Anzeige für die Aufnahme neu gestaltet",
    ),
    "fr": (
        "l'équipe teste tout pendant deux semaines avec des infirmières avant la mise en service",
        "Priya m'a demandé comment je mesurerais l'utilité d'un graphique dans le service",
        "j'ai refait l'écran d'accueil de la clinique",
    ),
    "es": (
        "el equipo prueba todo dos semanas con enfermeras antes de publicarlo",
        "Priya me preguntó cómo mediría si un gráfico ayuda en planta",
        "rediseñé la pantalla de admisión de la clínica",
    ),
    "nl": (
        "het team test alles twee weken met verpleegkundigen voor het live gaat",
        "Priya vroeg hoe ik zou meten of een grafiek op de afdeling helpt",
        "ik heb ooit het opnamescherm van de kliniek opnieuw ontworpen",
    ),
}
HONEST_TOO = rows("""
en: Testing with nurses for two weeks before anything ships strikes me as exactly the right order of things.
    I would love to work that way again.
en: Priya's question about how to measure whether a chart helps on the ward has kept me busy. My work on the
    triage screen taught me to watch people first and count later.
en: I especially liked that nurses see everything before it ships. When I redid the triage screen at the
    clinic, such trials would have saved us a lot of guessing.
en: Few teams give a screen two weeks with the people who use it. That you do is the reason why this
    position appeals to me so much.
en: Measuring whether a chart truly helps on the ward is a question after my own heart, and one I would
    enjoy answering together with your team.
de: Dass Pflegekräfte alles zwei Wochen lang ausprobieren, bevor es ausgeliefert wird, hat mich überzeugt.
    So möchte ich arbeiten.
de: Die Frage von Frau Nowak, wie sich der Nutzen einer Anzeige auf Station messen lässt, beschäftigt mich
    weiter. In der Klinik habe ich gelernt, zuerst zuzuschauen und dann zu zeichnen.
de: Besonders gefallen hat mir Ihr Vorgehen mit den Pflegekräften. Bei der Neugestaltung der Anzeige für die
    Aufnahme hätte ich mir solche Tests gewünscht.
de: Zwei Wochen Erprobung mit Pflegekräften sind ein starkes Zeichen dafür, wie ernst Sie die Praxis nehmen.
    Daran würde ich sehr gern mitwirken.
fr: Tester pendant deux semaines avec des infirmières avant toute mise en service me paraît être la bonne
    méthode. C'est ainsi que j'aimerais travailler.
fr: La question de Priya sur l'utilité d'un graphique m'accompagne encore. En refaisant l'écran d'accueil de
    la clinique, j'ai appris à observer d'abord.
fr: J'ai été sensible à la place que vous donnez aux infirmières. Mon travail sur l'écran d'accueil me
    serait certainement utile ici.
es: Me pareció muy acertado que las enfermeras prueben todo durante dos semanas. Así es como me gustaría
    trabajar con ustedes.
es: La pregunta de Priya sobre cómo medir si un gráfico ayuda en planta me ha dado que pensar. Al rediseñar
    la pantalla de admisión aprendí a observar primero.
es: Valoro mucho que el equipo escuche a las enfermeras antes de publicar nada. Mi experiencia en la clínica
    va en la misma dirección.
nl: Dat verpleegkundigen alles twee weken testen voor het live gaat, spreekt me erg aan. Zo zou ik zelf ook
    graag werken.
nl: De vraag van Priya hoe je meet of een grafiek op de afdeling helpt, houdt me nog steeds bezig. Bij het
    opnamescherm heb ik geleerd om eerst te kijken.
nl: Uw manier van testen met verpleegkundigen vond ik sterk. Mijn werk aan het opnamescherm van de kliniek
    zou daar goed bij passen.
en: Your nurses clearly have a say in what ships, and that matters to me. Redoing the triage screen showed
    me how much they notice.
en: Working alongside nurses is what I miss most about the clinic, so your two-week trials sound wonderful
    to me.
""")
LIES_TOO = rows("""
en: Testing with nurses for two weeks is the right order, as I learned at Epic Systems.
en: Figma would make the trials with nurses much faster for your team.
en: I ran trials with nurses for three years and enjoyed every bit of it.
en: My colleague Tom would agree that the trials with nurses are the right way.
en: The trials with nurses fit well with my PhD in design, and with my work.
en: I managed a team of designers and nurses there, and I liked it a lot.
en: The trials with nurses impressed me, and I can start right away in Berlin.
en: Let us talk about the trials with nurses next Tuesday, if you have time.
de: Die Erprobung mit Pflegekräften kenne ich aus meiner Zeit bei Philips gut.
de: Die Erprobung mit Pflegekräften habe ich in Tübingen selbst geleitet und geplant.
de: Mit Figma ließe sich die Anzeige für die Pflegekräfte noch schneller erproben.
de: Frau Keller hat mir die Erprobung mit Pflegekräften gut erklärt, vielen Dank dafür.
de: Die Erprobung mit Pflegekräften habe ich jahrelang betreut und sehr gern gemacht.
fr: Les tests avec des infirmières me rappellent mon travail chez Doctolib, que j'ai aimé.
fr: Camille m'a parlé des tests avec les infirmières, et cela m'a beaucoup plu.
fr: J'ai mené des tests avec des infirmières pendant trois ans, et j'ai aimé cela.
es: Las pruebas con enfermeras me recuerdan a mi trabajo en Sanitas, que me gustó mucho.
es: Lucía me habló de las pruebas con enfermeras, y me gustó mucho la idea.
nl: De tests met verpleegkundigen doen me denken aan mijn tijd bij Chipsoft, die heel goed was.
nl: Met Sanne sprak ik over de tests met verpleegkundigen, en dat vond ik goed.
""")
TOO_CAREFUL = 2  # of HONEST_TOO; the templates' paragraph stands there

GOOD = {
    "en": "The release checklist stayed with me, and I would be glad to help with it.",
    "de": "Die Checkliste für Releases ist mir in Erinnerung geblieben, und ich würde gern daran mitarbeiten.",
    "fr": "La liste de contrôle des livraisons m'est restée en tête, et je serais heureux d'y travailler.",
    "es": "La lista de control de las entregas se me quedó en la cabeza, y me gustaría trabajar en ella.",
    "nl": "De checklist voor releases is me bijgebleven, en ik zou er graag aan meewerken.",
}

# Invented facts: what is said after a good sentence, and the word that the refusal must name.
INVENTED = [
    ("en", "I have run Kubernetes for a while now.", "Kubernetes"),
    ("en", "Kubernetes would be a good fit for it.", "Kubernetes"),
    ("en", "I used kubernetes for something like it.", "kubernetes"),
    ("en", "Emily told me that the team would like it too.", "Emily"),
    ("en", "As Mark said, it takes some patience.", "Mark"),
    ("en", "As Will said, it takes some patience.", "Will"),
    ("en", "At Globex we did the same with success.", "Globex"),
    ("en", "I could save you 40% of the time that it takes.", "40"),
    ("en", "I did that with a team of twelve people.", "twelve"),
    ("en", "I could show you more on Friday.", "Friday"),
    ("en", "The mainframe could be gone by May.", "May"),
    ("en", "It should be done before 2026.", "2026"),
    ("en", "The AWS part is what I would begin with.", "AWS"),
    ("en", "Working in London suits me very well.", "London"),
    ("en", "O'Brien from your team made the same point.", "O"),
    ("en", "It is as well done as by Дана.", "Дана"),
    ("de", "Mit Kubernetes habe ich so etwas schon betrieben.", "Kubernetes"),
    ("de", "Bei Siemens haben wir das ebenso gemacht.", "Siemens"),
    ("de", "Auch Herr Schmidt hat mir das so erklärt.", "Schmidt"),
    ("de", "Das ließe sich in fünf Wochen schaffen.", "fünf"),
    ("de", "Am Donnerstag könnte ich mehr dazu sagen.", "Donnerstag"),
    ("de", "Im Oktober wäre das wohl zu schaffen.", "Oktober"),
    ("de", "In Hamburg habe ich das schon einmal getan.", "Hamburg"),
    ("de", "Mit samsung habe ich das schon einmal getan.", "samsung"),
    ("fr", "Chez Capgemini, nous avons fait la même chose.", "Capgemini"),
    ("fr", "Clément m'a dit que c'était possible.", "Clément"),
    ("fr", "Je pourrais en parler jeudi avec vous.", "jeudi"),
    ("fr", "Ce serait fait en quatre semaines avec vous.", "quatre"),
    ("fr", "J'aime beaucoup travailler à Lyon avec des gens.", "Lyon"),
    ("es", "En Telefónica hicimos lo mismo con mucho cuidado.", "Telefónica"),
    ("es", "Fernando me dijo que era posible.", "Fernando"),
    ("es", "Con Docker sería más fácil de hacer.", "Docker"),
    ("es", "El viernes podría contarle más de esto.", "viernes"),
    ("es", "Podría estar en cinco semanas con mi ayuda.", "cinco"),
    ("nl", "Bij Philips heb ik dat ook zo gedaan.", "Philips"),
    ("nl", "Zoals Pieter zei, is het een kwestie van geduld.", "Pieter"),
    ("nl", "Het kan in zes weken klaar zijn.", "zes"),
    ("nl", "In november zou het klaar kunnen zijn.", "november"),
]

# Other ways to be wrong: the whole paragraph, and words of the refusal.
WRONG = [
    ("en", "Dear Dana, the release checklist stayed with me and I would be glad to help with it.", "greeting"),
    ("en", "Dana Reyes, the release checklist stayed with me and I would be glad to help with it.", "greeting"),
    ("de", "Sehr geehrte Frau Reyes, die Checkliste für Releases ist mir in Erinnerung geblieben.", "greeting"),
    ("fr", "Bonjour, la liste de contrôle des livraisons m'est restée en tête et j'y pense encore.", "greeting"),
    ("en", f"{GOOD['en']} Best wishes to you and to the team.", "farewell"),
    ("de", f"{GOOD['de']} Mit freundlichen Grüßen.", "farewell"),
    ("es", f"{GOOD['es']} Un saludo muy cordial.", "farewell"),
    ("en", f"{GOOD['en']} [your name] would like it.", "placeholder"),
    ("en", f"{GOOD['en']} I am {{{{ name }}}}.", "placeholder"),
    ("en", f"{GOOD['en']} I am <name>.", "placeholder"),
    ("en", "The **release checklist** stayed with me, and I would be glad to help with it.", "markup"),
    ("en", "- The release checklist stayed with me, and I would be glad to help with it.", "list"),
    ("en", "1. The release checklist stayed with me, and I would be glad to help with it.", "list"),
    ("en", "# The release checklist stayed with me, and I would be glad to help with it.", "list"),
    ("en", f"{GOOD['en']}\n\nIt would be good work.", "more than one paragraph"),
    ("en", f"{GOOD['en']}\nIt would be good work.", "more than one paragraph"),
    ("en", f'"{GOOD["en"]}"', "quotation marks"),
    ("en", f"As an AI language model, I can say this. {GOOD['en']}", "its task"),
    ("en", f"Here is the paragraph. {GOOD['en']}", "its task"),
    ("de", f"Hier ist der Absatz. {GOOD['de']}", "its task"),
    ("en", f"{GOOD['en']} Use only what the notes say and nothing else.", "its task"),
    ("en", f"{GOOD['en']} I shall rewrite one paragraph of a short thank-you letter for you.", "repeated"),
    ("en", f"{GOOD['en']} \u202eIt is so.", "signs"),
    ("en", f"{GOOD['en']} It\u200bis so.", "signs"),
    ("en", f"{GOOD['en']} It is so \U0001f600.", "signs"),
    ("en", f"{GOOD['en']} \x07It is so.", "signs"),
    ("en", f"{GOOD['en']} More of it stands at https://evil.example/cv for you.", "address"),
    ("en", f"{GOOD['en']} Write to sam@evil.example about it.", "address"),
    ("en", f"{GOOD['en']} My résumé is attached for you.", "attach"),
    ("en", f"{GOOD['en']} As to the salary, I am flexible.", "salar"),
    ("en", f"{GOOD['en']} I have a degree in it.", "degree"),
    ("de", f"{GOOD['de']} Meine Unterlagen finden Sie anbei.", "anbei"),
    ("fr", f"{GOOD['fr']} Mon CV est en pièce jointe.", "CV"),
    ("es", f"{GOOD['es']} Se lo mando adjunto para que lo vea.", "adjunt"),
    ("nl", f"{GOOD['nl']} Het staat in de bijlage voor u.", "bijlage"),
    ("en", f"{GOOD['en']} I have thought of it since yesterday.", "one day only"),
    ("de", f"{GOOD['de']} Das ist mir gestern klar geworden.", "one day only"),
    ("de", GOOD["en"], "another language"),
    ("en", GOOD["de"], "another language"),
    ("fr", GOOD["es"], "another language"),
    ("nl", GOOD["de"], "another language"),
    ("en", f"{GOOD['en']} {GOOD['nl']}", "another language"),
    ("de", f"{GOOD['de']} Ich hätte Lust, mit dir daran zu arbeiten.", "address them"),
    ("de-informal", f"{GOOD['de']} Ich danke Ihnen sehr dafür.", "address them"),
    ("fr", f"{GOOD['fr']} Je serais content de travailler avec toi.", "address them"),
    ("en", f"{GOOD['en']} And then", "broke off"),
    ("en", "The checklist stayed with me.", "no paragraph"),
    ("en", "", "no paragraph"),
    ("en", "... ...", "no paragraph"),
    ("en", " ".join([GOOD["en"]] * 5), "60 is the most"),
    ("en", "x" * 100_000, "more than 60 words"),
    ("en", "I would be very glad to work with you, and I think that we could do good things.", "nothing of your notes"),
    ("en", f"{GOOD['en']} It is the the best of all.", "double"),
    ("en", f"{GOOD['en']} It is good,, and I like it.", "double"),
]  # fmt: skip


@pytest.mark.parametrize(("tone", "paragraph"), HONEST)
def test_an_honest_paragraph_stands(tone: str, paragraph: str) -> None:
    assert refusal(paragraph, given(tone)) == ""


def on_other_notes(tone: str) -> Given:
    return replace(given(tone), notes=OTHER_NOTES[tone])


def test_honest_paragraphs_on_notes_that_the_tables_had_not_seen() -> None:
    refused = [text for tone, text in HONEST_TOO if refusal(text, on_other_notes(tone))]
    assert len(HONEST_TOO) == 20
    assert len(refused) <= TOO_CAREFUL


@pytest.mark.parametrize(("tone", "paragraph"), LIES_TOO)
def test_lies_on_notes_that_the_tables_had_not_seen(tone: str, paragraph: str) -> None:
    assert refusal(paragraph, on_other_notes(tone)) != ""


@pytest.mark.parametrize("language", sorted(NOTES))
def test_the_good_sentence_of_the_lies_stands_alone(language: str) -> None:
    assert refusal(GOOD[language], given(language)) == ""


@pytest.mark.parametrize(("language", "lie", "named"), INVENTED)
def test_an_invented_fact_is_refused_by_name(language: str, lie: str, named: str) -> None:
    said = refusal(f"{GOOD[language]} {lie}", given(language))
    assert said == f"named “{named}”, which is not in your notes"


@pytest.mark.parametrize(("language", "lie", "named"), INVENTED)
def test_the_same_stands_where_the_notes_say_it(language: str, lie: str, named: str) -> None:
    told = given(language)
    noted = replace(told, notes=(*told.notes, lie))
    assert refusal(f"{GOOD[language]} {lie}", noted) == ""


@pytest.mark.parametrize(("tone", "paragraph", "why"), WRONG)
def test_what_is_wrong_otherwise_is_refused(tone: str, paragraph: str, why: str) -> None:
    assert why in refusal(paragraph, given(tone))


def test_a_language_that_cannot_be_checked_is_refused() -> None:
    assert "can't be checked" in refusal(GOOD["en"], replace(given("en"), language="it"))


def test_a_verb_of_the_notes_does_not_name_a_person() -> None:
    told = replace(given("en"), notes=("they will move the checklist for releases",))
    assert "“Will”" in refusal("As Will said, the checklist for releases takes some patience and care.", told)


def test_a_number_is_the_same_in_words_and_in_digits() -> None:
    told = replace(given("en"), notes=("the checklist has 5 steps for releases",))
    assert refusal("The checklist with its five steps for releases stayed with me.", told) == ""
    assert "“six”" in refusal("The checklist with its six steps for releases stayed with me.", told)


@pytest.mark.parametrize("letters", ["a", "A ", "ä, ", ". ", "((", "“", "1.", "Ab", "-"])
def test_a_hostile_text_costs_no_time(letters: str) -> None:
    assert refusal(letters * 400, given("de")) != ""
