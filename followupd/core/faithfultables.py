"""What `core.faithful` knows of words, by language. Tables only; without case, as texts are compared.

Function words are the most frequent of each language; number words, days and months are those of Unicode CLDR.
The others err towards refusing: what is refused wrongly costs a paragraph that a template words as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from followupd.core.tables import table

FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    "en": table("""
        a about after again all also am an and any are as at be because been before but by can could did do
        for from had has have he her how i if in into is it its just like made me more most much my not of on
        one only or our out over she since so some something than that the their them then there these they
        this those to too up very was we were what when where which while who why will with would you your
        """),
    "de": table("""
        aber alle alles als am an auch auf aus bei beim bin bis da damit dann das dass dem den denn der des
        die dies diese diesem diesen dieser dieses doch durch ein eine einem einen einer eines er es etwas für
        gern gerne habe haben hat hatte ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja kann können
        man mehr mein meine meinem meinen meiner mich mir mit nach nicht noch nur ob oder ohne schon sehr sein
        seine sich sie sind so über um und uns unser vom von vor war waren was weil wenn wer werden wie wir
        wird wo worden wurde würde zu zum zur dich dir du dein deine deinem deinen deiner euch euer
        """),
    "fr": table("""
        à ai ainsi après au aussi autre aux avec avez avoir avons bien c ce cela ces cet cette comme d dans de
        depuis des donc du elle elles en entre est et été être fait il ils j je l la le les leur leurs lui m
        ma mais me même mes moi mon n ne nos notre nous on ont ou où par pas peut plus pour pourquoi qu que
        qui quoi s sa sans se ses si son sont sur ta te tes toi ton tout toute très tu un une vers votre vos
        vous y était serait
        """),
    "es": table("""
        a al algo además así aún bien cada como con cual cuando cómo de del desde donde dos el ella ellas
        ellos en entre era es esa ese eso esta este esto está fue ha había han hay he la las le les lo los me
        mi mis mucho muy más nos nuestra nuestro o para pero por porque que quien qué se ser si sido sin sobre
        son su sus sí también tan tanto te tener ti tiene todo tu tus tú un una uno usted ustedes y ya yo
        sería
        """),
    "nl": table("""
        aan al alle als bij bent ben daar dan dat de der deze die dit door een en er geen ging graag had heb
        hebben heeft het hij hoe hun ik in is ja je jij jou jouw jullie kan kon maar me meer met mij mijn na
        naar niet nog nu of om omdat onder ons onze ook op over te tegen toch toen tot u uit uw van veel voor
        waar want waren was wat we wel wij wil worden wordt zal ze zeer zich zij zijn zo zou
        """),
}

OPENERS: Mapping[str, frozenset[str]] = {
    "en": table("""
        above according across although among another apart as aside at based being besides both compared
        considering despite during each either especially even ever every everything few finally first for
        given good great hearing here however instead knowing learning less let many maybe most my neither
        never nevertheless next no none nothing often once overall particularly perhaps precisely quite rather
        rarely really clearly fortunately frankly honestly immediately interestingly naturally obviously
        personally professionally recently seldom similarly specifically surprisingly talking doing having
        making taking redoing building leaving turning moving putting keeping seeing several small sometimes
        soon still such thanks therefore though through throughout together under understanding unlike until
        what whatever whenever where whether within without work working yes yet you your
        """),
    "de": table("""
        aufgaben außerdem besonders dabei dadurch dafür daher dahinter damit danach daran darauf daraus darin
        darum darüber davon dazu dennoch deshalb deutlich ebenso eben einige einiges ende ferner gerade genau
        gut hier hinter inzwischen jede jeden jeder jedes jetzt kaum künftig manches mittlerweile nachdem
        natürlich nichts obwohl oft schließlich seit seitdem sogar solche sonst später stets trotzdem umso
        viele vieles vielleicht vielmehr während wann warum weder weiter welche wenige wesentlich wichtig
        wieder wobei wofür womit wohl woran worauf zuerst zudem zugleich zumal zuvor zwar zwischen
        """),
    "fr": table("""
        afin alors ainsi après assez aujourd auparavant aucun autant avant beaucoup bref car ceci celle celles
        celui cependant certes ceux chacun chaque chez combien comment contre davantage déjà dès désormais
        devant dont également encore enfin ensuite envers grâce ici jamais jusque là lors lorsque maintenant
        malgré mieux moins parce parfois parler parmi pendant peu plusieurs plutôt pourtant presque puis
        puisque quand quant quel quelle quelque quelques rien sauf selon seul seulement sinon souvent surtout
        tant tandis tellement toujours toutefois toutes travailler trop voilà voir voici vraiment
        """),
    "es": table("""
        ahora algunas algunos allí alguien ante antes apenas aquel aquella aquello aquí aunque ayudar bajo
        casi cualquier cuanto cuánto dado dada después durante entonces escuchar estas estos estaba estoy
        gracias hacia hasta igual incluso jamás luego mediante mejor menos mientras ninguna ninguno nada nunca
        otra otras otro otros pues precisamente realmente saber según siempre siquiera solo sólo tal tampoco
        tanta todas todos todavía trabajar tras tuve tuvo ver vi
        """),
    "nl": table("""
        aangezien achter alles alsof altijd andere beide behalve beneden binnen boven buiten daarbij daardoor
        daarin daarmee daarna daarnaast daarom daarop daarvan daarvoor dankzij des doordat echter eerder eerst
        eigenlijk elk elke enkele eveneens gelukkig gezien goed hierbij hierdoor hiermee hoewel iedere
        iedereen iets immers inmiddels juist kortom later liever meestal mede mits nadat namelijk nergens
        nooit ondanks opnieuw ooit samen sinds soms sommige steeds tenslotte terwijl tevens toch totdat tussen
        vaak vanaf vanwege veel verder volgens vooral waarbij waardoor waarom wanneer weer weinig welke wie
        zelfs zelden zoals zodat zodra zonder zowel
        """),
}

NOUNS = table("""
    abend ablauf abläufe abschluss abstimmung abteilung alltag anfang angebot anforderungen anliegen ansatz
    ansätze anspruch antwort antworten arbeit arbeiten arbeitsweise art aspekt aspekte atmosphäre aufbau
    aufgabe aufgaben aufmerksamkeit augenblick augenmerk ausblick austausch auswahl bedeutung begeisterung
    beginn beispiel beispiele beitrag bereich bereiche bereitschaft beruf bewerbung bild blick details ding
    dinge eindruck einblick einblicke einsatz einstieg ende energie engagement entscheidung entscheidungen
    entwicklung erfahrung erfahrungen ergebnis ergebnisse erkenntnis erklärung erwartung erwartungen
    fachwissen fähigkeiten feinheiten feld form formen frage fragen freude freiraum führung gedanke gedanken
    gefühl gelegenheit gemeinsamkeit geduld gespräch gespräche gesprächs gewicht grund gründe gründlichkeit
    grundlage haltung hand handarbeit handgriffe herangehensweise herr frau ähnliches neues gutes besonderes
    wichtiges weiteres anderes herausforderung herausforderungen herz hilfe hinblick hintergrund hinweis
    hinweise idee ideen inhalt inhalte interesse jahr jahre kenntnis kenntnisse klarheit kollegen kolleginnen
    kopf kraft kultur kunden kundinnen leben leichtigkeit leidenschaft leistung lösung lösungen lust leute maß
    mensch menschen methode methoden mitarbeit mittelpunkt möglichkeit möglichkeiten moment motivation mut
    nachdenken nachhinein neugier neugierde offenheit ordnung ort person perspektive perspektiven plan pläne
    planung platz praxis problem probleme projekt projekte prozess prozesse punkt punkte qualität rahmen raum
    reihe respekt richtung rolle rückmeldung ruhe sache sachen schluss schritt schritte schwerpunkt
    schwierigkeit seite seiten sicht sichtweise sinn situation sorgfalt spaß stärke stärken stelle stellen
    stil stimme stimmung stück struktur strukturen tag tage tat tatkraft team teams thema themen tiefe ton
    überblick überlegung überlegungen umbau umbruch umfang umfeld umgang umsetzung umstieg unternehmen
    unterschied unterstützung veränderung verantwortung verbesserung verbindung vergnügen verhältnis verlauf
    verständnis vertrauen vielfalt vorgehen vorgehensweise vorstellung vorteil weg wege weise
    weiterentwicklung welt werkzeug werkzeuge wert werte wissen woche wochen wort worte wunsch zeit ziel ziele
    zukunft zusammenarbeit zusammenhang zusammenhänge zuversicht zweck zeichen test anzeige vorhaben
    fortschritt erfolg fehler ursache wirkung nutzen nutzer nutzerin anwender bedarf betrieb alternative
    argument auge ohr stoff zahl zahlen daten tempo druck dialog diskussion feedback fokus format gefahr geist
    geschichte gruppe halt hürde identität initiative interview kern kette klima konzept konzern kommunikation
    koordination last linie markt material maßnahme modell motto muster nähe netz niveau option partner pause
    phase position prinzip produkt profil programm quelle rat regel reise rest risiko runde schlüssel schule
    schutz service sprache spiel start station strategie strecke stunde suche szene takt technik technologie
    teil text titel trend typ übergang übung verfahren verkauf vertrieb vision wachstum wahl wandel wechsel
    wende wirklichkeit zeile zentrum zug zugang zustand mühe wurzel bestand beweis brücke ecke ehre eifer
    einfall entwurf ernst fach faktor fall farbe fehlerquelle feier firma freundlichkeit funktion gast gebiet
    gegenteil gelände geschmack gesicht glück handwerk haus heimat horizont impuls kapitel karte kompetenz
    kompromiss konflikt kontakt kontext kreis kritik lage land leitung lernen licht liste mangel meinung menge
    mitte mittel nachteil nachricht name nerv neuland nummer oberfläche objekt papier passion patient pflege
    pflicht potenzial raster rede reiz respektiert rhythmus rückblick schatz schicht sicherheit signal sorge
    spur stand standpunkt stich stichwort stolz streit stufe symbol system thematik tool tür umstand umwelt
    ursprung verlust verstand versuch vorbild vorfeld vorrang vorschlag wand ware wesen wettbewerb widerstand
    wille wunder würde zeitpunkt zufall zusage
    """)

ABSTRACT = ("ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "tät", "täten")
"""Ends of German nouns that name no person, place or company."""

BRANDS = table("""
    accenture adidas adobe airbnb airbus alibaba allianz amazon android angular ansible apache apple atlassian
    audi aws azure basf bayer bitbucket bmw boeing bosch capgemini chatgpt cisco claude cloudflare cobol
    confluence cosmos dell deloitte deepmind deepseek django docker dropbox elastic elasticsearch ericsson
    excel expedia facebook figma flask fortran gemini github gitlab golang goldman google grafana graphql
    hadoop haskell heroku hubspot huawei ibm ikea infosys ing intel ios iphone java javascript jenkins jira
    julia kafka kotlin kpmg kubernetes linkedin linux llama lufthansa macos matlab mckinsey mercedes microsoft
    mistral mongodb mysql netflix nginx nokia numpy nvidia ollama openai oracle pandas paypal philips php
    porsche postgres postgresql powerpoint python pytorch quickbooks rabbitmq rails react redis renault rust
    salesforce samsung sap scala scrum servicenow shopify siemens slack snowflake sony spark spotify
    springboot sql stripe swift tableau tensorflow terraform tesla toyota twitter typescript uber ubuntu
    unilever unix vmware vodafone volkswagen walmart wayfair webassembly windows wordpress workday zalando
    zoom
    """)
"""Companies and tools that are named in lower case too."""

NUMBERS: Mapping[str, Mapping[str, int]] = {
    "en": {
        "two": 2, "twice": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4, "five": 5,
        "fifth": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12,
        "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
        "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
        "eighty": 80, "ninety": 90, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000,
        "million": 1000000, "millions": 1000000,
    },
    "de": {
        "zwei": 2, "zweite": 2, "zweiten": 2, "zweiter": 2, "drei": 3, "dritte": 3,
        "dritten": 3, "dritter": 3, "vier": 4, "vierte": 4, "vierten": 4, "fünf": 5, "sechs": 6, "sieben": 7,
        "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "dutzend": 12, "dreizehn": 13, "vierzehn": 14,
        "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "zwanzig": 20,
        "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90,
        "hundert": 100, "hunderte": 100, "hunderten": 100, "tausend": 1000, "tausende": 1000, "tausenden": 1000,
        "million": 1000000, "millionen": 1000000,
    },
    "fr": {
        "deux": 2, "deuxième": 2, "seconde": 2, "trois": 3, "troisième": 3, "quatre": 4, "quatrième": 4, "cinq": 5,
        "six": 6, "sept": 7, "huit": 8, "dix": 10, "onze": 11, "douze": 12, "douzaine": 12, "treize": 13,
        "quatorze": 14, "quinze": 15, "quinzaine": 15, "seize": 16, "vingt": 20, "vingtaine": 20, "trente": 30,
        "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "centaine": 100, "centaines": 100,
        "mille": 1000, "milliers": 1000, "million": 1000000, "millions": 1000000,
    },
    "es": {
        "dos": 2, "segundo": 2, "segunda": 2, "tres": 3, "tercer": 3, "tercera": 3,
        "cuatro": 4, "cuarta": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11,
        "doce": 12, "docena": 12, "trece": 13, "catorce": 14, "quince": 15, "veinte": 20, "treinta": 30,
        "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100,
        "cientos": 100, "mil": 1000, "miles": 1000, "millón": 1000000, "millones": 1000000,
    },
    "nl": {
        "twee": 2, "tweede": 2, "drie": 3, "derde": 3, "vier": 4, "vierde": 4, "vijf": 5, "zes": 6,
        "zeven": 7, "acht": 8, "negen": 9, "tien": 10, "elf": 11, "twaalf": 12, "dozijn": 12, "dertien": 13,
        "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18, "negentien": 19,
        "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80,
        "negentig": 90, "honderd": 100, "honderden": 100, "duizend": 1000, "duizenden": 1000, "miljoen": 1000000,
        "miljoenen": 1000000,
    },
}  # fmt: skip
"""Numbers from two on. One is an article in most languages."""

DAYS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "monday": "Mo", "tuesday": "Tu", "wednesday": "We", "thursday": "Th", "friday": "Fr", "saturday": "Sa",
        "sunday": "Su", "january": "1", "february": "2", "march": "3", "april": "4", "may": "5", "june": "6",
        "july": "7", "august": "8", "september": "9", "october": "10", "november": "11", "december": "12",
        "mon": "Mo", "tue": "Tu", "wed": "We", "thu": "Th", "fri": "Fr", "jan": "1", "feb": "2", "apr": "4",
        "jun": "6", "jul": "7", "aug": "8", "sept": "9", "oct": "10", "nov": "11", "dec": "12",
    },
    "de": {
        "montag": "Mo", "dienstag": "Tu", "mittwoch": "We", "donnerstag": "Th", "freitag": "Fr", "samstag": "Sa",
        "sonnabend": "Sa", "sonntag": "Su", "januar": "1", "jänner": "1", "februar": "2", "märz": "3", "april": "4",
        "mai": "5", "juni": "6", "juli": "7", "august": "8", "september": "9", "oktober": "10", "november": "11",
        "dezember": "12",
    },
    "fr": {
        "lundi": "Mo", "mardi": "Tu", "mercredi": "We", "jeudi": "Th", "vendredi": "Fr", "samedi": "Sa",
        "dimanche": "Su", "janvier": "1", "février": "2", "mars": "3", "avril": "4", "mai": "5", "juin": "6",
        "juillet": "7", "août": "8", "septembre": "9", "octobre": "10", "novembre": "11", "décembre": "12",
    },
    "es": {
        "lunes": "Mo", "martes": "Tu", "miércoles": "We", "jueves": "Th", "viernes": "Fr", "sábado": "Sa",
        "domingo": "Su", "enero": "1", "febrero": "2", "marzo": "3", "abril": "4", "mayo": "5", "junio": "6",
        "julio": "7", "agosto": "8", "septiembre": "9", "octubre": "10", "noviembre": "11", "diciembre": "12",
    },
    "nl": {
        "maandag": "Mo", "dinsdag": "Tu", "woensdag": "We", "donderdag": "Th", "vrijdag": "Fr", "zaterdag": "Sa",
        "zondag": "Su", "januari": "1", "februari": "2", "maart": "3", "april": "4", "mei": "5", "juni": "6",
        "juli": "7", "augustus": "8", "september": "9", "oktober": "10", "november": "11", "december": "12",
    },
}  # fmt: skip
MAY_BE_WORDS = table("may march mon fri sept dec jun")
"""Days and months only where they are written with a capital within a sentence."""

ONE_DAY_ONLY: Mapping[str, frozenset[str]] = {
    "en": table("yesterday today tomorrow tonight"),
    "de": table("gestern heute morgen vorgestern übermorgen"),
    "fr": table("hier aujourd demain avant-hier"),
    "es": table("ayer hoy mañana anteayer"),
    "nl": table("gisteren vandaag morgen eergisteren overmorgen"),
}

CLAIMS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "attach", "enclos", "salary", "salaries", "compensation", "bonus", "relocat", "contract", "accept ",
        "your offer", "the offer", "an offer", "competing", "promise", "guarantee", "i will send",
        "i'll send", "i will call", "i'll call", "notice period", "start date", "available from", "degree", "diploma",
        "doctorate", "certifi", "award", "patent", "published", "promoted", "founder", "years of", "for years",
        "in my current role", "my current employer", "my previous", "my former", "my last job", "i led", "i managed",
        "i have led", "i have managed", "i've led", "i've managed", "percent", "references", "university",
        "led a", "leading a", "led the", "decade", "many years", "several years", "years in", "years with", "resign",
        "college", "thesis", "studied", "graduat", "wage", "less pay", "i ran a",
    ),
    "de": (
        "anbei", "im anhang", "anhang", "beigefügt", "anlage", "gehalt", "vergütung", "bonus", "umzug", "vertrag",
        "angebot", "verspreche", "garantie", "sende ich", "schicke ich", "rufe ich", "kündigungsfrist",
        "eintrittstermin", "abschlussarbeit", "diplom", "promotion", "doktor", "zertifi", "auszeichnung", "patent",
        "veröffentlicht", "befördert", "gründer", "jahrelang", "mehrjährig", "langjährig", "jahre erfahrung",
        "jahren erfahrung", "mein arbeitgeber", "meinem arbeitgeber", "habe ich geleitet", "prozent", "referenzen",
        "universität", "studium",
        "jahrzehnt", "kündige", "gekündigt", "studiert", "teamleit", "leitete", "geleitet", "nehme die stelle",
        "nehme ihr", "nehme das",
    ),
    "fr": (
        "ci-joint", "pièce jointe", "pièces jointes", "salaire", "rémunération", "prime", "déménag", "contrat",
        "votre offre", "ton offre", "l'offre", "promets", "garanti", "je vous enverrai", "je t'enverrai",
        "je vous envoie", "je t'envoie", "préavis", "diplôme", "doctorat", "certifi", "brevet", "publié", "promu",
        "fondat", "années d", "depuis des années", "mon employeur", "j'ai dirigé", "j'ai encadré", "pour cent",
        "références", "université",
        "j'accepte", "accepter", "démission", "décennie", "dirigé une", "étudié", "études",
    ),
    "es": (
        "adjunt", "salario", "sueldo", "remuneración", "prima", "mudar", "contrato", "su oferta", "tu oferta",
        "la oferta", "prometo", "garantiz", "le enviaré", "te enviaré", "le envío", "te envío", "preaviso", "título",
        "diploma", "doctorado", "certific", "premio", "patente", "publicado", "ascendid", "fundador", "años de",
        "durante años", "mi empresa", "he dirigido", "dirigí", "por ciento", "referencias", "universidad",
        "acepto", "aceptar", "dimit", "renunci", "década", "estudié", "lideré", "liderado", "dirigido",
    ),
    "nl": (
        "bijgevoegd", "bijlage", "bijgesloten", "salaris", "vergoeding", "bonus", "verhuiz", "contract", "uw aanbod",
        "jouw aanbod", "je aanbod", "het aanbod", "beloof", "garande", "stuur ik", "zal ik sturen", "opzegtermijn",
        "diploma", "doctoraat", "gepromoveerd", "gecertifi", "certifi", "prijs", "octrooi", "gepubliceerd",
        "bevorderd", "oprichter", "jarenlang", "jaar ervaring", "jaren ervaring", "mijn werkgever",
        "heb ik geleid", "procent", "referenties", "universiteit",
        "aanvaard", "accepteer", "ontslag", "decennium", "gestudeerd", "leidde", "geleid",
    ),
}  # fmt: skip
"""Beginnings of words that promise something, or say something of the writer, that only the writer can say."""

ABOUT_THE_TASK = (
    "as an ai", "language model", "i cannot assist", "i can't assist", "here is the", "here's the", "here is a",
    "here's a", "rewritten", "rephrased", "this paragraph", "the paragraph", "the notes", "your notes", "my notes",
    "als ki", "sprachmodell", "hier ist der", "hier ist ein", "dieser absatz", "der absatz", "die notizen",
    "ihre notizen", "umformuliert", "en tant qu'ia", "modèle de langage", "voici le", "voici un", "ce paragraphe",
    "le paragraphe", "les notes", "vos notes", "reformul", "como ia", "modelo de lenguaje", "aquí está el",
    "aquí tiene", "este párrafo", "el párrafo", "las notas", "sus notas", "reescrit", "als ai", "taalmodel",
    "hier is de", "hier is een", "deze alinea", "de alinea", "de notities", "uw notities", "herschreven",
    "fill in", "placeholder", "insert ",
)  # fmt: skip

GREETINGS = table("""
    dear hello hi hey greetings lieber hallo werter bonjour bonsoir cher chère chers madame monsieur salut
    estimado estimada estimados hola querido querida geachte goedemiddag goedendag
    """)
"""Words that begin a greeting and nothing else."""

MAYBE_GREETINGS = table("liebe liebes guten sehr werte buenos buenas beste dag")
"""Words that begin a greeting where a comma ends it within a few words."""

FAREWELLS = (
    "regards", "best wishes", "sincerely", "yours truly", "yours faithfully", "cheers,", "warmly,", "mit freundlichen",
    "freundliche grüße", "beste grüße", "viele grüße", "liebe grüße", "besten grüßen", "herzliche grüße",
    "hochachtungs",
    "cordialement", "bien à vous", "bien à toi", "sincères salutations", "salutations", "atentamente",
    "un saludo", "saludos", "cordialmente", "vriendelijke groet", "hartelijke groet", "met groet", "hoogachtend",
    "groeten", "groetjes",
)  # fmt: skip

WRONG_TERMS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "de": (
        table("du dich dir dein deine deinem deinen deiner deines euch euer eure eurem euren"),
        table("Ihnen"),
    ),
    "fr": (table("tu toi tes te t"), table("vous votre vos")),
    "es": (table("tú ti te tu tus contigo vosotros vuestro vuestra"), table("usted ustedes")),
    "nl": (table("je jij jou jouw jullie"), table("u uw")),
}
"""Words of first-name terms, wrong in a formal letter; and those wrong in one on first-name terms."""
