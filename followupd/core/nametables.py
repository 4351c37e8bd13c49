"""Words of display names, in lower case without dots and accents. Data for `core.names`."""

from __future__ import annotations


def _table(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _table(
    """
    al ap ben bin bint da dal de dei del della den der des di do dos du e el ibn la las le les lo los
    san ten ter van vande vander vom von y zu zum zur
    """
)
"""Small words that belong to a family name."""

CREDENTIALS = _table(
    """
    ba beng bs bsc ca ceng cfa cipd cissp cpa dds dipling dphil dvm edd esq ext extern facc frsa ii iii
    iv jd jr junior llb llm ma mba mcipd md med meng mpa mph mphil mres ms msc pe pharmd phd phr pmi pmp
    psyd rn senior shrm shrmcp shrmscp sphr sr
    """
)
"""Letters after a name."""

DROPPED_TITLES = _table(
    """
    dhr dna frau herr madam madame meneer mevr mevrouw miss mister mlle mme monsieur mr mrs ms mx
    signor signora sir sra srta
    """
)
"""Titles that tell or guess a gender."""

KEPT_TITLES = _table("dipl doctor dr ing mag prof professor")

COMPANY_FORMS = _table(
    """
    ag bv company corp corporation gmbh group holding holdings inc incorporated kg limited llc llp ltd
    nv oy plc pty sarl sas spa srl
    """
)
"""Last words of companies, without those that are also family names (Co, Sa)."""

NOT_PEOPLE = _table(
    """
    acquisition admin administration administrator alerts and ashby assistant automated automation bcc
    behalf besprechungsraum bewerbermanagement bewerbung bewerbungen boardroom bookings calendar
    calendly candidate candidates careers cc ceo cfo chief coding cofounder committee conference
    consultant coo coordinator corp cpo cto department desconocido desk developer director donotreply
    engineer engineering engineers equipe et ext external finance fireflies firstname for founder from
    fwd gmbh goodtime googlemeet greenhouse helpdesk hi hiring hr http https human inc inconnu info
    interview interviewer interviewers interviewing interviews invitation invite ipad iphone jobs
    kalender konferenzraum laptop lastname lead llc lobby ltd mailbox manager meet meeting meetings mit
    mobile noreply notetaker notification notifications of office on onbekend onboarding operations
    organiser organizer panel partner people personalabteilung phone platform raum reclutamiento
    recruiter recruiters recruiting recruitment recrutement reply reservations resource resources room
    salle schedule scheduler scheduling screen screening seleccion service services shared sollicitatie
    sollicitaties sourcer sourcing specialist staffing support system talent tbc tbd team teams the
    training unbekannt und undefined unknown user vergaderruimte vergaderzaal via visitor vp webex with
    workday www zoom
    """
)
"""Words that a person's name does not contain: roles, teams, rooms, machines, headers, "and"."""

NOT_PEOPLE_ALONE = _table(
    """
    anonymous attendee bot business company contact design first guest guests head hello home host job
    last legal lever marketing me moderator myself name nan nil none null organisation organization
    otter owner participant personal product sales self somebody someone speaker staff test tester
    undefined unnamed you your
    """
)
"""Words that are some people's names, but not where they stand alone."""
