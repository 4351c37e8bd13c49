"""Months, weekdays and tomorrow as people write them in twelve languages. Tables only.

Source: the month and day names of Unicode CLDR (wide and abbreviated, format and stand-alone forms)
for en, de, fr, es, it, pt, nl, sv, da, nb, fi, pl; Polish in the genitive that dates stand in too.
"""

from __future__ import annotations

_MONTHS = {
    1: "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro tammikuuta stycznia sty",
    2: "february feb februar februari février févr febrero febbraio fevereiro fev helmikuuta lutego lut",
    3: "march mar mär märz mrz maart mrt mars marts marzo março maaliskuuta marca",
    4: "april apr avril avr abril abr aprile huhtikuuta kwietnia kwi",
    5: "may mai mei maj mayo maggio mag maio toukokuuta maja",
    6: "june jun juni juin junio giugno giu junho kesäkuuta czerwca cze",
    7: "july jul juli juillet juil julio luglio lug julho heinäkuuta lipca lip",
    8: "august aug augustus augusti août agosto ago elokuuta sierpnia sie",
    9: "september sep sept septembre septiembre settembre set setembro syyskuuta września wrz",
    10: "october oct okt oktober octobre octubre ottobre ott outubro out lokakuuta października paź",
    11: "november nov novembre noviembre novembro marraskuuta listopada lis",
    12: "december dec dez dezember décembre déc diciembre dic dicembre dezembro joulukuuta grudnia gru",
}
_WEEKDAYS = {
    0: "monday mon montag lundi lunes lunedì segunda-feira maandag måndag mandag maanantai maanantaina "
    "poniedziałek poniedziałku",
    1: "tuesday tue tues dienstag mardi martes martedì terça-feira dinsdag tisdag tirsdag tiistai tiistaina "
    "wtorek wtorku",
    2: "wednesday wed mittwoch mercredi miércoles mercoledì quarta-feira woensdag onsdag keskiviikko "
    "keskiviikkona środa środę środy",
    3: "thursday thu thur thurs donnerstag jeudi jueves giovedì quinta-feira donderdag torsdag torstai "
    "torstaina czwartek czwartku",
    4: "friday fri freitag vendredi viernes venerdì sexta-feira vrijdag fredag perjantai perjantaina piątek "
    "piątku",
    5: "saturday sat samstag sonnabend samedi sábado sabato zaterdag lördag lørdag lauantai lauantaina "
    "sobota sobotę soboty",
    6: "sunday sun sonntag dimanche domingo domenica zondag söndag søndag sunnuntai sunnuntaina niedziela "
    "niedzielę niedzieli",
}
_TOMORROW = (
    "tomorrow demain mañana domani amanhã imorgon i\N{NO-BREAK SPACE}morgon i\N{NO-BREAK SPACE}morgen jutro"
)
# What is put before a weekday or a week that is not the coming one.
NEXT = r"next|nächste[nrs]?|kommende[nrs]?|volgende|komende|nästa|næste|neste|w\sprzyszły"


def _numbers(names: dict[int, str]) -> dict[str, int]:
    return {name: number for number, row in names.items() for name in row.split(" ")}


def one_of(names: dict[str, int]) -> str:
    """A pattern of any of the names, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))


MONTH_OF = _numbers(_MONTHS)
WEEKDAY_OF = _numbers(_WEEKDAYS)
TOMORROW = _TOMORROW.replace("\N{NO-BREAK SPACE}", r"\s").replace(" ", "|")
