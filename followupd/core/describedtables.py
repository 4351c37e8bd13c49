"""Words of invitations, in lower case. Data for `core.described`.

Sources: the words are general language; the places and parts are those of the invitations and itineraries in
the help pages of Greenhouse, GoodTime, Ashby, Calendly and Guide. A word that is also a common name of
people is in none of the tables that keep a name from being read.
"""

from __future__ import annotations

from typing import Final

from followupd.core.tables import table

HONORIFICS: Final = table(
    "dr prof professor professora mr mrs ms mx miss sir herr herrn frau mme mlle m sr sra srta sig sigra dott "
    "dottssa dra dott.ssa dipl ing dhr mevr senhor senhora don doña cllr rev dame lord lady capt hon"
)
PARTICLES: Final = table(
    "van von vom der den de da do dos das del della dei degli di la las los le bin binti ibn bint al "
    "el ter ten te zu zum zur af av"
)

# What may stand between a cue and the name; after an article only a post or a title leads to a name, for "the
# Finance Department" is nobody. Portuguese puts its articles before first names too.
FILLERS: Final = table(
    "then dann puis luego poi daarna with to both by either us also finally lastly enfin finalmente a o os as"
)
ARTICLES: Final = table("""
    our your the an unser unserem unserer unsere unserm dem der die das einem einer notre nos votre le la les
    nuestro nuestra el nosso nossa nostro nostra il lo onze ons de het vår våra
    """)

# Nouns of posts: with one of these behind a name, the line is about a person.
POSTS: Final = table("""
    engineer engineers manager managers director directors head lead leader leads principal chief vp svp evp ceo cto
    cfo coo cpo cio ciso cmo cro vice president officer developer developers designer designers architect architects
    scientist scientists analyst analysts consultant owner founder cofounder co-founder professor nurse doctor teacher
    accountant controller controllers specialist associate supervisor partner buyer planner surveyor chef editor
    strategist researcher technician staff gm md members colleagues kollegen collègues compañeros
    entwickler entwicklerin softwareentwickler softwareentwicklerin leiter leiterin teamleiter teamleiterin
    abteilungsleiter abteilungsleiterin geschäftsführer geschäftsführerin ingenieur ingenieurin
    directeur directrice responsable ingénieur ingénieure chef cheffe
    director directora jefe jefa ingeniero ingeniera gerente diretor diretora engenheiro engenheira gestor gestora
    direttore direttrice responsabile ingegnere directeur teamlead hoofd ontwikkelaar chef utvecklare teknikchef
    """)
# The kind of post and the field that it is in.
FIELDS: Final = table("""
    senior junior sr jr executive managing deputy assistant general global regional group interim acting
    engineering management software hardware data platform backend frontend full-stack fullstack infrastructure
    devops product design research development technical technology information security marketing sales finance
    financial operations commercial customer customers success support account accounts growth brand content
    communications legal affairs compliance risk quality supply chain logistics procurement plant production
    manufacturing business strategy strategic programme program project projects machine learning science analytics
    payments revenue hiring delivery service creative clinical medical scientific mobile web cloud staff it
    entwicklung technik technique produit produkt vertrieb einkauf
    """)
# Posts of those who only arrange the interview.
ARRANGING: Final = table("""
    recruiter recruiters recruiting recruitment talent coordinator coordinators hr sourcer acquisition assistant
    human scheduler scheduling recruteur recruteuse rh personalreferent personalreferentin recrutamento
    """)
POSTS_AND_FIELDS: Final = POSTS | FIELDS | ARRANGING
# A title with one of these behind it is the vacancy, not somebody's post.
VACANCY: Final = table("""
    interview interviews role position opening vacancy job application req requisition onsite screen round stage
    vorstellungsgespräch stelle entretien poste entrevista colloquio gesprek vacature intervju
    """)

# Words that begin with a capital in invitations and are in no name.
NO_NAMES: Final = FIELDS | table("""
    interview interviewer interviewers interviewed interviewing panel panelist panelists panellists round rounds final
    onsite virtual phone screen call calls video zoom google microsoft teams meet meeting webex skype hangouts slack
    calendar calendly link join location address office offices hq room floor building tower campus street road avenue
    square plaza quay wharf bridge st inc inc. ltd limited llc llp gmbh corp corporation company co ag sa bv plc
    group labs technologies technology solutions systems services holdings ventures capital partners consulting traders
    trading robotics health healthcare bank banking university college school hospital institute foundation media
    studio studios digital insurance pharma energy network networks games international industries logistics
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
    lundi mardi mercredi jeudi vendredi lunes martes miércoles jueves viernes maandag dinsdag woensdag donderdag
    vrijdag january february march july september october november december days week today
    tomorrow morning afternoon evening noon time times hour hours minute minutes uhr
    the your our this that these those you we they i it him us please dear hi hello thank thanks best kind
    warm regards note notes see if let not no yes yet is be was were would could has have all any both each
    agenda schedule itinerary duration date when where what who whom how why which id passcode password dial pin number
    and or in on at for from of by as with about after before during near via tbd tbc tba confirmed assigned
    determined announced pending unknown none n/a here there more other others another everyone everybody somebody
    someone anyone guest guests member members people person team crew
    coding code culture cultural values value behavioral behavioural system architecture algorithm algorithms
    whiteboard take-home takehome presentation presentations case study studies deep dive introduction introductions
    intro intros welcome lunch breakfast dinner coffee break breaks buffer debrief resume cv portfolio candidate
    candidates applicant position role roles resources bar raiser pair pairing programming fit add sense thinking
    problem problems solving live tour wrap up wrap-up closing opening kickoff kick-off past future current
    experience experiences leadership drive craft craftsmanship collaboration functional cross-functional
    teardown review reviews discussion discussions debugging testing test tests exercise exercises challenge task tasks
    assignment assessment assessments session sessions chat chats conversation conversations talk talks q&a qa
    questions question answers feedback next steps stage panel's domain knowledge skills skill competency competencies
    motivation motivations background scenario scenarios simulation role-play roleplay writing pitch demo walkthrough
    estimation analysis analytical quantitative statistics modeling modelling sql api apis frontend backend ml ai
    vision mission story stories ambition ownership bias action fireside open town mixer happy
    founders founder meet-and-greet greet information session overview details preparation prep instructions
    visual studio cloud amazon aws azure apache kubernetes docker oracle salesforce coder pad coderpad hackerrank
    codesignal karat figma jira github gitlab linkedin
    skip level peer peers squad squads guild chapter tribe remarks thoughts fire rapid strength weakness
    electronics electric motors airlines airways foods beverages pharmaceuticals biotech sciences therapeutics aerospace
    automotive chemicals steel petroleum oil gas mining properties estates homes housing construction builders retail
    stores supermarkets fashion brands clothing sports fitness wellness care dental clinic clinics pharmacy law
    associates advisors advisory wealth asset assets mutual trust union credit savings securities interactive online
    app apps cyber telecom wireless broadcasting press publishing publications books magazine news records music
    pictures films productions entertainment travel tours hotels resorts cruises transport freight shipping express
    courier rail railways museum gallery council county ministry agency authority commission federation society
    charity church academy laboratory laboratories works factory farm farms kitchen bakery brewery department
    parking directions map entrance reception lobby security badge photo invite invitation join dial-in conference
    name names title client venue dress phone email mobile fax website contact
    human new united states kingdom london berlin paris latin america
    europe asia pacific emea apac americas africa middle nordics benelux dach iberia
    new-york zealand delhi mumbai town
    gate golden market station airport main hotel cafe café restaurant centre center
    vorstellungsgespräch fachgespräch gespräch kennenlernen pause mittagessen begrüßung rundgang
    entretien échange déjeuner entrevista almuerzo colloquio pranzo gesprek kennismaking rondleiding conversa almoço
    intervju lunchen samtal
    """)

# Firms and towns of two words whose names look like a person's: general knowledge. The words are joined.
NOT_PEOPLE: Final = table("""
    morganstanley goldmansachs charlesschwab elililly hugoboss philipmorris ralphlauren tommyhilfiger louisvuitton
    calvinklein michaelkors marcjacobs rollsroyce johndeere jackhenry johnlewis marksspencer ernstyoung bakermckenzie
    whitecase allenovery raymondjames edwardjones merrilllynch wellsfargo boozallen johnsonjohnson johnsoncontrols
    harleydavidson hewlettpackard jonesday kirklandellis lathamwatkins cliffordchance tedbaker paulsmith yvesrocher
    christiandior hermanmiller williamssonoma williamhill robertbosch robertwalters michaelpage roberthalf kornferry
    parkerhannifin stanleyblack warnerbros taylorwessing smithnephew ottobock carlzeiss mercedesbenz bakerhughes
    balfourbeatty mottmacdonald johnsonmatthey deutschebahn deutschebank tatamotors
    sanfrancisco sandiego sanjose santaclara santamonica losangeles newyork lasvegas telaviv hongkong sãopaulo saopaulo
    buenosaires riodejaneiro kualalumpur capetown abudhabi saltlakecity paloalto redwoodcity mountainview menlopark
    sanantonio sanmateo newdelhi
    """)

# Nouns and verbs of talks, before "with" and in front of names in brackets.
TALKS: Final = table("""
    interview interviews interviewing interviewed call chat chatting conversation conversations meeting meet session
    screen screening discussion talk talking speak speaking spoken round lunch coffee breakfast dinner presentation
    panel review dive walkthrough exercise coding programming pairing appointment introduction intro zoom video one
    then time minutes min mins design scheduled booked 1:1 1-1 one-on-one
    sprechen sprichst spricht gespräch gespräche gesprächs fachgespräch vorstellungsgespräch kennenlerngespräch termin
    treffen interviewtermin telefonat
    entretien entretiens échange échangerez échangeras discuterez discuteras rendez-vous rencontre parlerez
    reunirás reunirá entrevista entrevistas hablarás hablará reunión cita llamada conversación
    colloquio colloqui parlerai parlerà incontro intervista
    gesprek gesprekken spreekt spreek interview afspraak kennismaking kennismakingsgesprek sollicitatiegesprek
    conversar conversa falar falará reunião conversará
    intervju intervjun samtal prata träff möte
    """)
WITH: Final = table("with w/ mit avec con met com med führen führt nehmen realizará realizarán")
# Before a second "with" of one sentence: "first with Dana, then with Kim".
AND_THEN: Final = table(
    "and then und dann anschließend et puis y luego después e poi en daarna depois och sedan"
)
# Verbs with the person met as their object; the English and German ones only where "you" stands before.
MEET_YOU: Final = table("meet meeting interview treffen träffa träffar ontmoet ontmoeten conhecer")
MEET: Final = table(
    "rencontrerez rencontrez conocerás conocerá incontrerai incontrerà entrevistará entrevistarán conhecerá"
)
YOU: Final = table(
    "you you'll you’ll you'd you're you’re sie du vous je jij u você scheduled serás será sarai serez"
)
YOURS: Final = table("your ihr ihre dein votre ton tu su il tuo suo je uw sua seu din the an a this upcoming")
TALK_TO: Final = table("talk talking speak speaking chat chatting presentation present presenting")
SHOWN_TO: Final = table("presentation present presenting")
# "Your interview with" names a firm as often as a person: what stands behind the name must tell.
INTERVIEWS: Final = table("""
    interview interviews interviewing vorstellungsgespräch entretien entretiens entrevista colloquio
    sollicitatiegesprek intervju
    """)
BIOGRAPHIES: Final = table("is has leads joined heads works runs manages started brings will")
BY: Final = table("by von durch par por da door av de")
HELD: Final = table("""
    interviewed reçu reçue reçu(e) interviewt interviewée interviewé entrevistado entrevistada intervistato intervistata
    geïnterviewd intervjuas intervjuad
    """)
HELD_TALK: Final = table(
    "conducted led hosted run held geführt mené menée animé dirigida condotto geleid conduzida hålls leds"
)
ADDED: Final = table("joined accompanied followed")

# Sentences about something else: help, the past, the door. No cue counts after these.
OTHER_MATTERS: Final = table("""
    watch listen podcast adjustments accommodations issues problem problems before
    if questions reschedule rescheduling cancel contact assistance help reach confirm arrange schedule touch follow-up
    thank thanks following since previous previously earlier yesterday last interest
    falls fragen rückfragen wenden bezug danke vielen dank bedanken
    si question merci cas suite dudas duda caso gracias domande grazie seguito
    vragen bedankt naar dúvidas dúvida obrigado obrigada frågor tack
    """)
AT_THE_DOOR: Final = table("""
    reception receptionist lobby entrance foyer door downstairs lift elevator empfang pforte accueil recepción
    reception receptie recepção receptionen
    """)

# Words of a label before names: one of the first is needed, the others may stand with it.
LABELS: Final = table("""
    interviewer interviewers interviewer(s) interviewer/s panel panelist panelists panellist panellists panelist(s)
    who whom with host hosts host(s) participants participant attendees attendee
    interviewerin interviewende gesprächspartner gesprächspartnerin gesprächspartnerinnen gesprächspartner:innen
    teilnehmer teilnehmende teilnehmerinnen teil mit interviewpartner
    parteciperanno partecipanti participan participantes participarão participent deelnemers deltar interverranno
    aanwezig aanwezigen anwesend anwesende présents presenti presentes närvarande
    intervieweur intervieweurs intervieweuse intervieweuses interlocuteur interlocuteurs interlocutrice avec jury
    entrevistador entrevistadora entrevistadores entrevistadoras entrevistador(a) entrevistador(es) con com
    intervistatore intervistatori intervistatrice selezionatori
    gesprekspartner gesprekspartners interviewende met intervjuare med deltagare
    """)
WITH_LABELS: Final = table("""
    your the my our meet meeting about interview members member team list of for on names name de del di da hiring
    manager will be ihr ihre deine dein unsere votre vos tus su sus seu sua os as i suoi tuoi je uw jouw din dina
    entrevista colloquio equipo entretien gesprek intervjun al en la da el aan het i à l'entretien
    von unserer seite nehmen people you you'll video panel lead who's 1 2 3 4 5 6 7 8 9
    """)
# Whole labels without any of those words.
MORE_LABELS: Final = frozenset(
    {
        "hiring manager",
        "interview team",
        "your interview team",
        "meet the team",
        "meet your team",
        "interviewed by",
    }
    | {
        "hosted by",
        "meet with",
        "meeting with",
        "interview with",
        "your hiring manager",
        "the hiring manager",
    }
)
# Column heads that mean people only in a table.
COLUMNS: Final = table("name names person people host interlocuteur nom nome naam namn nombre")
# Labels of people who are not to be met.
NOT_MET: Final = table("""
    candidate candidates applicant applicants invitee invitees recruiter recruiters coordinator coordinators contact
    contacts organizer organiser scheduler sender cc prepared reports from candidat candidate kandidat kandidatin
    bewerber bewerberin candidato candidata kandidaat ansprechpartner ansprechpartnerin ansprechperson kontakt
    consultant berater beraterin
    kontaktperson contactpersoon referente contacto contato recruteur
    """)
