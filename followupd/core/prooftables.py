"""Words by which a letter's parts and claims are known, in English, German, French, Spanish and Dutch. Tables only.

They are compared in small letters. Sources: the house's own templates, letters of applicants, and for names the
short forms that dictionaries of given names list.
"""

from __future__ import annotations

from followupd.core.tables import table

GREETINGS = table("""
    dear dearest hello hi hey greetings good
    sehr liebe lieber liebes hallo guten moin servus grüß grüezi werte werter verehrte verehrter hoi
    bonjour bonsoir cher chère chers chères salut coucou
    estimado estimada estimados estimadas querido querida queridos hola buenos buenas buen apreciado apreciada
    beste geachte lieve dag goedendag goedemorgen goedemiddag goedenavond
    """)
# What may stand between a greeting and a name: the rest of the greeting, and titles.
NO_NAMES = table("""
    good morning afternoon evening day again mr mrs ms miss mx dr prof professor doctor sir madam madame dame
    sehr geehrte geehrter geehrtes geehrten guten tag morgen abend mittag nochmals nochmal frau herr herrn dipl ing
    gott dich sie euch
    monsieur m mme mlle mademoiselle messieurs mesdames maître docteur professeur
    señor señora señorita sr sra srta don doña d dña dr dra doctor doctora profesor profesora ingeniero
    buenos buenas buen día días tarde tardes noches muy
    de heer mevrouw mw mevr dhr meneer ir drs goede middag avond
    to the an der die das le la el
    """)
# Those who are greeted without a name.
NOBODY = table("""
    all everyone everybody both there folks team colleagues colleague committee panel hiring manager recruiting
    recruiter recruitment talent acquisition hr people department whom it may concern sir madam ladies gentlemen
    friend friends
    damen herren zusammen alle allerseits beide beiden leute kolleginnen kollegen personalabteilung
    tous toutes équipe collègues
    todos todas equipo ambos ambas
    allemaal allen iedereen collega's team dames heren
    """)
# What may begin a letter after "Hi," and is no name.
OPENERS = table("""
    thanks thank many just i it we my this following as after quick hope
    danke vielen herzlichen ich es nach merci je suite gracias muchas me bedankt dank hartelijk ik
    """)
JOINTS = table("and & und et y e en + / sowie")
PARTICLES = table("van von de der den del della di da du la le ter ten el al bin ibn zu vom y und")

# A line that begins so, and is short, begins the end of a letter.
SIGN_OFFS = (
    *(
        "best",
        "kind",
        "kindest",
        "warm",
        "warmest",
        "warmly",
        "regards",
        "sincerely",
        "yours",
        "cheers",
        "thanks,",
    ),
    *("thank you,", "with best", "with kind", "with warm", "with thanks", "with gratitude", "many thanks"),
    *(
        "all the best",
        "take care",
        "talk soon",
        "cordially",
        "respectfully",
        "thanks again,",
        "thanks!",
        "gratefully",
    ),
    *(
        "mit freundlich",
        "mit best",
        "mit herzlich",
        "mit lieb",
        "mit viel",
        "freundliche gr",
        "beste gr",
        "viele gr",
    ),
    *(
        "liebe gr",
        "herzliche gr",
        "schöne gr",
        "gruß",
        "grüße",
        "lg",
        "mfg",
        "vg",
        "herzlichst",
        "hochachtungsvoll",
    ),
    *("viele liebe gr", "einen schönen gr"),
    *(
        "cordialement",
        "bien cordialement",
        "bien à vous",
        "bien à toi",
        "salutations",
        "sincères sal",
        "amicalement",
    ),
    *("à bientôt", "avec mes", "respectueusement", "veuillez agréer", "meilleures sal", "très cordialement"),
    *(
        "un saludo",
        "un cordial",
        "un abrazo",
        "saludos",
        "saludo",
        "atentamente",
        "cordialmente",
        "reciba un",
    ),
    *("muchos saludos", "con un cordial"),
    *(
        "met vriendelijk",
        "met hartelijk",
        "vriendelijke groet",
        "hartelijke groet",
        "groet",
        "groeten",
        "groetjes",
    ),
    *("mvg", "veel groet", "met groet", "hoogachtend", "warme groet"),
)

# Words that may rightly stand twice: pronouns before a clause, "had had", "très très".
DOUBLED = table("""
    had that is was very so really many much more long far no ha bye
    sie die der das den dem denen ihr es sehr ganz viel zu ja nein
    que nous vous très si tout oui non bla
    muy sí ya poco
    dat je ze zij zeer heel
    """)

# Names of companies that are also words: at the start of a sentence they may be just that.
ALSO_WORDS = table("""
    apple adobe affirm amazon asana beyond block bloom bolt booking box branch brave bright bumble canvas chase chime
    circle clear cloud compass cruise current delivery discover dropbox element engineering figure flex focus gap
    general global harness harvest honey horizon indeed insight intel juniper lever lime linear loom meta metro monday
    next notion oracle orange orbit oscar parallel pilot ramp rapid remote research revolution ring robin scale scout
    sharp shell signal slack snap software solid spark sprint square stack star stripe sun target team today toast
    twitch unity vanguard virgin vision visa wave wise wish workday works zoom
    """)

# What people call themselves for short, where no beginning is shared: any of a row stands for the others.
_NICKNAMES = (
    "robert bob rob bobby bert robbie",
    "william bill will billy liam wim willem",
    "richard dick rick rich ricky",
    "margaret peggy meg maggie greta marge rita",
    "edward ted ed eddie ned teddy",
    "john jack johnny jon",
    "james jim jimmy jamie",
    "elizabeth liz beth betty lisa eliza lizzie libby elisabeth lisbeth sissi",
    "katherine kate kathy kat catherine cathy kathryn katharina kathi käthe kitty",
    "anthony tony antonio toni toño anton antonius",
    "andrew andy drew andreas andi",
    "charles chuck charlie carlos karl carl",
    "henry harry hank hal heinrich heinz",
    "theodore ted theo teddy theodor",
    "michael mike mick mickey micha michi",
    "joseph joe joey josef sepp jo",
    "josé pepe jose chepe",
    "francisco paco pancho curro fran francesc",
    "ignacio nacho iñaki",
    "dolores lola loli",
    "concepción concha conchita",
    "jesús chus chuy",
    "manuel manolo manu",
    "enrique quique kike",
    "guadalupe lupe",
    "rosario charo",
    "johannes hans hannes johann jan",
    "ulrich uli ulli ulrike",
    "alexander sascha sasha alex alejandro alexandra xandra sandra aleksandr",
    "sebastian basti bastian",
    "friedrich fritz fred",
    "gerhard gerd",
    "wolfgang wolf",
    "christopher chris kit topher christoph",
    "christina tina chrissy christine",
    "nicholas nick nico klaus niklas nikolaus",
    "susan sue susie susanne suzanne",
    "patricia pat patty trish tricia",
    "deborah deb debbie",
    "dorothy dot dottie dorothea",
    "stephen steve steven stefan stephan",
    "stephanie steffi",
    "victoria vicky tori",
    "jennifer jen jenny",
    "lawrence larry laurence",
    "eugene gene",
    "samuel sam samantha",
    "daniel dan danny",
    "jacob jake jakob",
    "philippe phil philip",
    "vladimir vlad volodya",
    "dmitri dima dmitry",
    "ekaterina katya",
    "mikhail misha",
    "natalia natasha",
    "evgeny zhenya",
    "tatiana tanya",
)
NICKNAMES = {
    word: frozenset(other for row in _NICKNAMES if word in row.split() for other in row.split())
    for row in _NICKNAMES
    for word in row.split()
}

PLACEHOLDERS = table("""
    name names company role position title date team topic recipient interviewer firm employer department job
    firma unternehmen stelle vorname nachname datum rolle thema anrede
    entreprise société poste nom prénom sujet
    empresa puesto nombre apellido fecha tema
    bedrijf functie naam voornaam achternaam onderwerp
    """)

# The small words of English, to tell an English text.
ENGLISH = table("""
    the a an and or but of to in on at for with from by about as that this these it its is are was were be been have
    has had i my me you your we our they their he she his her not if when which who what how would will can could do
    did so more than there no all any one
    """)

# Words of trades that dictionaries lack.
TRADE = table("""
    airflow analytics ansible async auth autoscale autoscaling backend backends backfill backfills backoff
    bioinformatics blockchain boolean bugfix bugfixes caching canary changelog chatbot chatbots checkbox
    checkboxes cloud cmake codec config configs containerise containerized cron cronjob cronjobs crypto
    dashboard dashboards databricks dataflow dataframe dataframes dataset datasets datastore dbt debounce
    dedupe deduplicate deduplication deploys deserialize dev devops django docker docs elasticsearch
    embeddings endpoint endpoints etcd explainability failover fallback favicon filesystem fintech flask
    freemail frontend frontends fullstack geospatial github gitlab golang grafana graphql grpc hackathon
    hackathons haskell helm homebrew html http hyperparameter hyperparameters idempotence idempotency
    idempotent infra jenkins json jupyter kafka kanban keras kotlin kubectl kubernetes lambda latencies
    launchd linter linters linting linux logistic mentee mentees metadata microservice microservices
    middleware mlops monolith monorepo mutex mypy namespace namespaces nginx nodejs nosql numpy
    observability offboarding onboarding oncall onsite ontologies openapi openid opex orchestrator pandas
    parquet parser parsers pipeline pipelines plugin plugins postgres preprocessing prometheus pubsub
    pyspark pytest pytorch quant queryable react redis refactor refactored refactoring refactors regex repo
    repos retros rollback rollbacks rollout rollouts runbook runbooks runtime runtimes saas scala
    scalability schema schemas scikit scrum serializer serverless sharded sharding signup signups snowflake
    spark sprintf sql stakeholder stakeholders startup startups stderr stdout subgraph sublinear svelte
    sysadmin systemd telemetry tensorflow terraform testable timeseries timestamp timestamps tokenise
    tokenize tokenizer toolchain toolchains tooling typescript unboxing unicode upsell upskill upskilling
    uptime usability vue walkthrough webhook webhooks webpack whiteboard whiteboarding workflow workflows
    workstream workstreams yaml zsh
    """)
