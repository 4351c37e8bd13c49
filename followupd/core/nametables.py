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
    ba beng bs bsc ca ceng cfa cipd cissp cpa dds dipling dphil dvm edd esq facc frsa ii iii iv jd jr
    junior llb llm ma mba mcipd md med meng mpa mph mphil mres ms msc pe pharmd phd phr pmi pmp psyd rn
    senior shrm shrmcp shrmscp sphr sr
    """
)
"""Letters after a name."""

DROPPED_TITLES = _table(
    """
    frau herr madam madame miss mister mlle mme monsieur mr mrs ms mx signor signora sir sra srta
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
    acquisition admin administration administrator alerts ashby assistant automated automation bcc
    behalf besprechungsraum bewerbung bewerbungen boardroom bookings calendar calendly candidate
    candidates careers cc ceo cfo chief coding cofounder committee conference consultant coo
    coordinator corp cpo cto department desk developer director donotreply engineer engineering
    engineers equipe external finance fireflies for founder from fwd gmbh goodtime googlemeet
    greenhouse helpdesk hiring hr http https human inc info interview interviewer interviewers
    interviewing interviews invitation invite ipad iphone jobs kalender laptop lead llc lobby ltd
    mailbox manager meet meeting meetings mit mobile noreply notetaker notification notifications of
    office on onboarding operations organiser organizer panel partner people personalabteilung phone
    raum reclutamiento recrutement recruiter recruiters recruiting recruitment reply reservations
    resource resources room salle schedule scheduler scheduling screen screening seleccion service
    services shared sourcer sourcing specialist staffing support system talent tbc tbd team teams the
    training und unknown user via visitor vp webex with workday www zoom and et
    """
)
"""Words that a person's name does not contain: roles, teams, rooms, machines, headers, "and"."""

NOT_PEOPLE_ALONE = _table(
    """
    anonymous attendee bot business company contact design guest guests head hello home host job legal
    lever marketing me moderator myself name nan nil none null organisation organization otter owner
    participant personal product sales self somebody someone speaker staff test tester undefined
    unnamed you
    """
)
"""Words that are some people's names, but not where they stand alone."""
