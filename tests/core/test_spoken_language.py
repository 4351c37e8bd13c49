"""The language of an event: events as people write them, with the language that a careful reader is sure of.

To be wrong is worse than to say nothing: then the letter is in the language that the config names.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from followupd.core.model import Event
from followupd.core.spoken_language import language_of

START = datetime(2026, 3, 4, 15, tzinfo=UTC)
FOUND_AT_LEAST = 0.9
LANGUAGES = ("en", "de", "fr", "es", "nl")

# What systems add to an event, in the language that they are set to. A line that begins with two spaces goes on.
ADDED = """
## Teams in English
{row}
Microsoft Teams meeting
Join on your computer, mobile app or room device
Click here to join the meeting
Meeting ID: 123 456 789
Passcode: AbCdEf
For organizers: Meeting options | Reset dial-in PIN
{row}
## Teams in German
{row}
Microsoft Teams-Besprechung
Nehmen Sie auf Ihrem Computer, in der mobilen App oder im Raumgerät teil
Hier klicken, um an der Besprechung teilzunehmen
Besprechungs-ID: 123 456 789
Kennung: AbCdEf
Für Organisatoren: Besprechungsoptionen
{row}
## Teams in French
{row}
Réunion Microsoft Teams
Rejoindre sur votre ordinateur, application mobile ou appareil de la salle
Cliquez ici pour rejoindre la réunion
ID de réunion : 123 456 789
Code secret : AbCdEf
Pour les organisateurs : Options de réunion
## Zoom in English
Dana Reyes is inviting you to a scheduled Zoom meeting.
Topic: Interview
Time: Mar 4, 2026 03:00 PM London
Join Zoom Meeting
https://zoom.example/j/123?pwd=abc
Meeting ID: 123 4567 8901
Passcode: 123456
One tap mobile
+496938079883,,12345678901# Germany
Dial by your location
• +49 69 3807 9883 Germany
Find your local number: https://zoom.example/u/abc
## Zoom in German
Dana Reyes lädt Sie zu einem geplanten Zoom-Meeting ein.
Thema: Interview
Uhrzeit: 4. März 2026 15:00 Berlin
Zoom-Meeting beitreten
https://zoom.example/j/123
Meeting-ID: 123 4567 8901
Kenncode: 123456
Schnelleinwahl mobil
+496938079883,,12345678901# Deutschland
Einwahl nach aktuellem Standort
• +49 69 3807 9883 Deutschland
Ortseinwahl suchen: https://zoom.example/u/abc
## Meet as it was in German
{mark}
Bitte bearbeiten Sie diesen Abschnitt der Beschreibung nicht.
Für diesen Termin ist ein Videoanruf vorgesehen.
Teilnehmen: https://meet.google.com/abc-defg-hij
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
## Meet as it was in French
{mark}
Veuillez ne pas modifier cette section de la description.
Cet événement comporte un appel vidéo.
Participer : https://meet.google.com/abc-defg-hij
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
## Meet in German
{mark}
Mit Google Meet teilnehmen: https://meet.google.com/abc-defg-hij
Oder telefonisch: +49 40 8081617000 PIN: 123#
Weitere Telefonnummern: https://tel.meet/abc?hs=7
Weitere Informationen zu Meet unter https://support.google.com/a/users/answer/9282720
Bitte bearbeiten Sie diesen Abschnitt nicht.
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
## Meet in English
{mark}
Join with Google Meet: https://meet.google.com/abc-defg-hij
Or dial: (US) +1 234-567-8901 PIN: 123#
More phone numbers: https://tel.meet/abc?pin=1
Learn more about Meet at: https://support.google.com/a/users/answer/9282720
Please do not edit this section.
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
## Webex in Dutch
-- Wijzig of verwijder de onderstaande tekst niet. --
Wanneer het tijd is, neemt u hier deel aan uw Webex-meeting.
Meetingnummer (toegangscode): 2345 678 9012
Wachtwoord meeting: abc
Deelnemen aan meeting
Als u een host bent, klik dan hier om de gegevens van de host weer te geven.
## a footer
This e-mail and any attachments are confidential and intended for the addressee only. If you are not the
  intended recipient, please notify the sender and delete this message. You must not copy this message or
  disclose its contents to anybody.
## an advertisement
About us
We are the leading platform for the maintenance of lifts and escalators. With our software and a team of
  400 people in twelve cities we keep the world moving. You will be part of a team that is building the
  future of the industry, and you will have the freedom to shape your own work.
"""

# The language ("?" where nobody can be sure), the title, the description.
EVENTS = """
## en: Interview with Acme
Hi Sam,
thank you for your interest in the role. Dana and Kim will talk with you about your experience and our
  roadmap. Please let us know if you need anything.
Best,
Maria
## en: Sam Lee <> Dana Reyes
Looking forward to speaking with you! We will spend 45 minutes on your background, and there will be time
  for your questions at the end.
## en: Acme technical interview
Please bring your laptop. You will be asked to walk us through a project of your choice and to write some
  code with Kim. There is no need to prepare slides.
{Teams in English}
## en: Interview
Hi Sam, this is to confirm your interview with our engineering teams. You will meet with Dana first and
  then with Kim. Please be on time as we have a tight schedule for the day.
## en: Onsite
Hello Sam,
We are excited to welcome you to our office on Wednesday! When you arrive, ask for Dana at the front desk
  and they will take you to the room. Parking is available for guests.
{Teams in German}
## en: Phone screen
Dana will call you at the number on your resume. If you can't make it, reply to this email and we'll find
  another time that works for you.
## en: Interview Acme
Hi Sam,
The interview will take place on Zoom. You will meet Dana, who is our head of data, and talk about the
  role with her for an hour.
Please have a look at the attached case and be ready to present it.
https://zoom.example/j/1
## en: Entretien - Acme
Dear Sam, we would like to invite you to an interview with our team in Paris. Please bring an ID with you,
  as the reception will ask for it.
## en: Interview: Backend Engineer
<p>Hi Sam,</p><p>Thanks for taking the time to speak with us. Here is the <b>agenda</b> for the
  day:</p><ul><li>10:00 Dana Reyes: intro to the team</li><li>10:45 Kim Min-jun: your experience with
  Python</li></ul><p>Let me know if you have any questions!</p>
## en: Interview
<html><head><meta http-equiv="Content-Type" content="text/html;
  charset=utf-8"><style>p.MsoNormal{margin:0cm;font-size:11.0pt}</style></head><body lang="EN-US"
  link="#0563C1"><div class="WordSection1"><p class="MsoNormal">Dear Sam,</p><p class="MsoNormal">we are
  pleased to invite you to the second round. The interview will be with our director and will last about an
  hour.</p><p class="MsoNormal">Please confirm that the date suits you.</p></div></body></html>
## en: Coffee chat
Great to hear from you. Let's meet at the cafe on the corner and have a chat about what you are looking
  for.
## en: Interview
Hi Sam, we are looking forward to talking with you about the role. Dana will be there too.
{Meet as it was in German}
## en: Gespräch mit dem Zahnarzt? Interview with Acme
Hi Sam, we look forward to meeting you and will talk about the role for an hour.
## en: Interview with Acme
Sam, you'll be speaking with Dana (VP Data) and then Kim. Both have your CV. We usually leave ten minutes
  for questions. Good luck!
## en: Final round
Thanks again for coming in last week! Everyone enjoyed meeting you. The last step is a conversation with
  our founder, and after that we will make a decision.

## de: Vorstellungsgespräch bei Acme
Guten Tag Sam Lee,
wir freuen uns, Sie zu einem persönlichen Gespräch einzuladen. Bitte melden Sie sich am Empfang. Das
  Gespräch dauert ungefähr eine Stunde.
Mit freundlichen Grüßen
Dana Reyes
## de: Interview Sam Lee
Hallo Sam,
wie besprochen das Interview mit Kim und mir. Wir sprechen über deine Erfahrung und zeigen dir das Team.
  Bring gern deine Fragen mit!
Viele Grüße
Dana
{Teams in English}
## de: 2nd Interview - Senior Data Engineer (m/w/d)
Hi Sam, im zweiten Interview geht es um den Tech-Stack und ein Live-Coding mit dem Lead Engineer. Bitte
  halte deine IDE bereit, Screensharing über den Browser ist okay.
## de: Gespräch mit Acme
## de: Vorstellungsgespraech Sam Lee
## de: Kennenlerngespräch
https://meet.example/abc
## de: Interview
Sehr geehrte Frau Lee, hiermit bestätigen wir Ihnen den Termin für das Bewerbungsgespräch in unserem
  Hause. Wir bitten Sie, Ihre Zeugnisse mitzubringen.
## de: Erstgespräch // Sam Lee // Acme
Teilnehmer: Dana Reyes, Kim Min-jun
## de: Call
Hallo Sam, ich rufe dich um 15 Uhr unter der angegebenen Nummer an. Falls etwas dazwischenkommt, melde
  dich kurz. Ich freue mich auf unser Gespräch!
## de: Bewerbungsgespräch
Raum Elbe, 3. OG
## de: Interview bei Acme
<html><head><meta http-equiv="Content-Type" content="text/html;
  charset=utf-8"><style>p.MsoNormal{margin:0cm;font-size:11.0pt}</style></head><body lang="EN-US"
  link="#0563C1"><div class="WordSection1"><p class=MsoNormal>Liebe Sam,</p><p class=MsoNormal>vielen Dank
  f&uuml;r deine Bewerbung. Gerne m&ouml;chten wir dich und deine Arbeit n&auml;her kennenlernen. Das
  Gespr&auml;ch f&uuml;hren Dana und Kim mit dir.</p><br>{Teams in English}</div></body></html>
## de: Interview
Hallo Sam,
das Gespräch findet per Zoom statt, den Link bekommst du noch. Dabei sind Dana und ich, wir sprechen über
  die Rolle und dein Projekt.
Liebe Grüße, Kim
## de: Interview | Product Owner
Guten Tag,
wir laden Sie herzlich zum digitalen Kennenlernen über Microsoft Teams ein. Bitte wählen Sie sich einige
  Minuten vorher ein und prüfen Sie, ob Ihr Mikrofon funktioniert. Wir freuen uns auf das Gespräch mit
  Ihnen.
## de: Interview
Sehr geehrter Herr Lee,
wir freuen uns auf das Gespräch mit Ihnen und senden Ihnen hier die Einladung. Bitte bestätigen Sie den
  Termin.
{a footer}
## de: Interview
Hallo Sam, wir freuen uns auf dich! Das Interview machen Dana und Kim, und danach zeigen wir dir das Büro.
{an advertisement}
## de: Interview Termin
Grüezi Herr Lee
Gerne laden wir Sie zu einem Gespräch an unserem Hauptsitz ein. Parkplätze sind für Besucher vorhanden.
  Bitte melden Sie sich beim Empfang.
Freundliche Grüsse
Dana Reyes
## de: Probearbeiten
Servus Sam, komm einfach um neun vorbei, wir zeigen dir die Werkstatt und du arbeitest einen Vormittag mit
  dem Team mit. Mittagessen gibt es bei uns auch.
## de: Interview
Hallo Sam, wir freuen uns auf das Gespräch mit dir und zeigen dir gern das Büro.
{Zoom in English}
## de: Interview
{Zoom in English}
Hallo Sam, wir freuen uns auf das Gespräch mit dir und zeigen dir danach gern das Büro und die Werkstatt.
## de: Acme x Sam
Moin Sam, freut mich, dass es klappt! Wir quatschen eine halbe Stunde ganz entspannt, Kim kommt vielleicht
  auch dazu.
## de: Interview
Guten Tag Herr Lee,
anbei der Link zum Teams-Meeting.
Frau Reyes und Herr Kim werden das Gespräch mit Ihnen führen. Bei Fragen erreichen Sie mich unter der
  unten stehenden Nummer.
Beste Grüße
{Teams in German}
## de: Technisches Interview
Bitte bereite dich auf ein Pair-Programming vor. Du kannst deine eigene Umgebung nutzen. Wir schauen uns
  gemeinsam ein kleines Problem an und diskutieren deine Lösung.
## de: Interview
Agenda:
- Welcome & Intro
- Deep Dive Tech Stack
- Culture Fit
- Q&A
Wir freuen uns auf dich! Bitte plane etwa zwei Stunden ein und bring gute Laune mit.
## de: Interview Kita
Team der Kita Die Wilden Zwerge und die Leitung der Einrichtung Haus am See

## fr: Entretien Acme
Bonjour Sam,
Nous vous confirmons votre entretien avec Dana Reyes, responsable de l'équipe. L'entretien durera une
  heure et se déroulera dans nos locaux. Merci de vous présenter à l'accueil.
Cordialement
## fr: Entretien téléphonique
## fr: Entretien - Sam Lee / Dana Reyes
https://meet.google.com/abc-defg-hij
## fr: Interview Sam
Salut Sam, on se retrouve mercredi pour discuter du poste et de ton parcours. Tu rencontreras Kim, qui
  dirige l'équipe, et moi. N'hésite pas si tu as des questions !
{Teams in English}
## fr: RDV recrutement
Bonjour, suite à notre échange, je vous propose ce créneau pour un premier rendez-vous avec notre
  directrice. Merci de me confirmer votre présence.
## fr: Point visio
Bonjour Sam,
Voici l'invitation pour notre échange en visio sur Teams. Nous parlerons de votre expérience et du poste.
À bientôt,
Dana
## fr: Interview
<p>Bonjour Sam,</p><p>Nous sommes ravis de vous inviter à un deuxième entretien. Vous échangerez avec
  notre directeur technique sur les projets de l&#39;équipe.</p><p>Bonne journée,<br>Dana</p>
## fr: Entretien d’embauche
Salle 2
## fr: Meeting
Bonjour Sam, c'est avec plaisir que nous vous recevrons le 4 mars à 15 h au siège de la société, 12 rue
  des Lilas. Demandez Mme Reyes à l'accueil.
{a footer}
## fr: Interview
Bonjour Sam, nous sommes heureux de vous rencontrer et de vous présenter l'équipe.
{Zoom in German}
## fr: Interview / Entretien
## fr: Interview: Responsable Entretien
## fr: Entretien des locaux - interview candidate Sam
## fr: Interview
Bonjour,
L'entretien aura lieu par Teams. Vous serez reçu par Mme Reyes et M. Kim, qui vous présenteront le service
  et les missions du poste.
Bien à vous
## fr: Entretien RH
Bonjour Sam,
Ravie de notre échange ! Comme convenu, voici le lien : https://meet.google.com/abc
À mercredi !
## fr: Visio avec Kim
Coucou Sam, Kim t'appellera vers 15h sur WhatsApp, c'est une discussion informelle sur la boîte et ce que
  tu cherches.

## es: Entrevista de trabajo
## es: Entrevista con Acme
Hola Sam:
Te confirmamos la entrevista con Dana, la responsable del equipo. Hablaremos de tu experiencia y de los
  proyectos en los que trabajamos. Si tienes alguna duda, escríbenos.
Un saludo
## es: Entrevista técnica - Sam
## es: Interview
Estimado Sam: nos complace invitarle a una entrevista personal en nuestras oficinas. Por favor, preséntese
  en la recepción con su documento de identidad. Gracias por su interés en la empresa.
## es: Videollamada
Hola Sam, te paso el enlace para la videollamada con el equipo. Vamos a charlar un poco sobre el puesto y
  sobre lo que buscas. ¡Nos vemos!
{Teams in English}
## es: Entrevista telefónica
Dana Reyes
## es: Interview
<p>Buenos d&iacute;as, Sam:</p><p>Le llamaremos al n&uacute;mero que nos ha facilitado para la primera
  entrevista. La llamada no durar&aacute; m&aacute;s de media hora y ser&aacute; con la directora de
  recursos humanos.</p>
## es: Charla con Kim
La idea es que conozcas a Kim y que le preguntes por el día a día del equipo. No hace falta que prepares
  nada.
## es: Entrevista
Buenas tardes:
Le confirmamos su cita para el proceso de selección. Deberá acudir a la segunda planta y preguntar por la
  señora Reyes.
## es: Segunda entrevista
Hola, Sam: en esta segunda entrevista te haremos algunas preguntas sobre bases de datos. Participarán Dana
  y Kim. Suerte.
## es: Entrevista personal

## nl: Sollicitatiegesprek
## nl: Sollicitatiegesprek Acme
Beste Sam,
Leuk dat je bij ons op gesprek komt! Je spreekt met Dana en Kim over de functie en je ervaring. Je kunt je
  melden bij de receptie.
Met vriendelijke groet
## nl: Kennismakingsgesprek
https://teams.example/l/meetup
## nl: Interview
Geachte heer Lee, graag nodigen wij u uit voor een gesprek bij ons op kantoor. Wij verwachten dat het
  gesprek een uur zal duren. Wilt u een geldig legitimatiebewijs meenemen?
## nl: Gesprek met Dana
## nl: Tweede gesprek
Hoi Sam, zoals besproken het tweede gesprek met het team. We willen graag een case met je doornemen, die
  sturen we je van tevoren toe.
{Teams in English}
## nl: Interview
Hoi Sam, we doen het gesprek via Teams, de link staat hieronder. Ik ben benieuwd naar je verhaal en Kim
  sluit aan voor de technische vragen.
Groetjes, Dana
## nl: Koffie
Hé Sam, gezellig dat je langskomt. We zitten op de derde verdieping, neem de lift naast de ingang. Dan
  laat ik je ook het lab zien.
## nl: Interview
Hoi Sam, we kijken uit naar het gesprek met jou en laten je graag zien waar we aan werken.
{Meet as it was in French}
## nl: Intro
Dag Sam,
Fijn je gesproken te hebben. Hierbij de uitnodiging voor het gesprek met onze directeur. Het is aan de
  Herengracht 1, bel aan bij de voordeur.
## nl: Sollicitatie
Hallo Sam, je bent van harte welkom op ons kantoor. Je kunt gratis parkeren achter het gebouw. Vraag bij
  de balie naar Dana.

## ?: Interview
## ?: Interview with Acme
## ?: Interview Acme
https://meet.google.com/abc-defg-hij
## ?: Technical Interview
Dana Reyes
Kim Min-jun
Łukasz Żółć
## ?: Interview
{Zoom in English}
## ?: Interview
{Zoom in German}
## ?: Interview
{Teams in English}
## ?: Interview
{Teams in German}
## ?: Interview
{Teams in French}
## ?: Interview
{Meet in German}
## ?: Interview
{Meet as it was in German}
## ?: Interview
{Meet as it was in French}
## ?: Interview
{Meet in English}
## ?: Interview
{Webex in Dutch}
## ?: Interview Sam
Agenda: intro, deep dive, Q&A
## ?: Interview
+44 20 7946 0000
## ?: Interview
Zimmer 4, Hauptstr. 5, Berlin
## ?: Interview
Paris office
## ?: Entrevista
## ?: Interview De La Cruz
Maria de la Cruz
Juan de los Santos
Pedro de la Vega
Ana y Luis
## ?: Interview
Jan van der Berg
Piet van den Heuvel
Kees de Vries
De Haan en Van Dijk
## ?: Interview
👍
## ?: Interview
Event Name: 30 Minute Interview
Location: This is a Google Meet web conference.
You can join this meeting from your computer, tablet, or smartphone.
https://calendly.example/events/1/google_meet
Need to make changes to this event?
Cancel: https://calendly.example/cancellations/1
Reschedule: https://calendly.example/reschedulings/1
Powered by Calendly.com
## ?: Interview
Hallo Sam,
bitte melde dich am Empfang, wir holen dich ab und gehen mit dir in den Raum.
Hi Sam,
please check in at the front desk, we will come and get you and take you to the room.
## ?: Interview
Bonjour, merci de vous présenter à l'accueil avec une pièce d'identité. / Hello, please come to the front
  desk with an ID and ask for Dana.
## ?: Interview
(English below) Guten Tag, wir laden Sie zum Gespräch ein. Bitte melden Sie sich an der Pforte. --- Good
  day, we invite you to the interview. Please register at the gate.
## ?: Entrevista de emprego
Olá Sam,
confirmamos a entrevista com a Dana, responsável da equipa. Vamos falar sobre a sua experiência e sobre os
  projetos em que trabalhamos. Se tiver alguma dúvida, escreva-nos.
## ?: Entrevista com Acme
## ?: Entrevista
Oi Sam, tudo bem? Segue o link da nossa conversa. Vou te apresentar o time e a gente fala de salário no
  final. Até mais!
## ?: Colloquio di lavoro
Gentile Sam, la aspettiamo per il colloquio presso la nostra sede. Si presenti alla reception con un
  documento e chieda di Dana Reyes. Grazie per il suo interesse.
## ?: Colloquio con Dana
Ciao Sam, ci vediamo su Meet per parlare del ruolo e della tua esperienza. Se hai domande scrivimi pure.
## ?: Entrevista de feina
Hola Sam, et confirmem l'entrevista amb la Dana, la responsable de l'equip. Parlarem de la teva
  experiència i dels projectes en què treballem. Si tens cap dubte, escriu-nos.
## ?: Entrevista
Bon dia Sam, quedem dimecres a les tres a la nostra oficina de Gràcia. La reunió és amb el cap de producte
  i no durarà més d'una hora.
## ?: Samtale
Hej Sam, vi glæder os til at tale med dig om stillingen. Dana og Kim er med fra vores side, og der er
  kaffe på kontoret.
## ?: Jobsamtale
Kære Sam, tak for din ansøgning. Vi vil gerne invitere dig til en samtale på vores kontor i Aarhus. Du
  skal blot melde dig i receptionen.
## ?: Jobbintervju
Hei Sam, vi gleder oss til å møte deg på kontoret vårt. Du skal snakke med Dana og Kim om stillingen og om
  hva du kan bidra med.
## ?: Intervju
Hej Sam, vi ser fram emot att träffa dig på onsdag. Du kommer att få prata med Dana och Kim om tjänsten
  och det finns tid för dina frågor.
## ?: Rozmowa kwalifikacyjna
Dzień dobry, zapraszamy na rozmowę z naszym zespołem. Proszę zgłosić się do recepcji i zapytać o Danę.
  Rozmowa potrwa około godziny.
## ?: Onderhoud
Hallo Sam, ons sien uit daarna om jou te ontmoet. Die onderhoud is met Dana en Kim by ons kantoor in
  Stellenbosch. Laat weet asseblief as jy nie kan kom nie. Ons sal jou by die ingang kry en vir jou die
  gebou wys.
## ?: Werksonderhoud
Goeiedag Sam, dankie dat jy aansoek gedoen het vir die pos. Ons wil graag met jou gesels oor wat jy in die
  verlede gedoen het en wat jy van ons verwag. Die span is klein en ons werk hard.
## ?: Gspröch
Hoi Sam, mir freued eus uf dich! Chum eifach am drü verbii, mer zeiged dir s Büro und nochher gömmer zäme
  eis go trinke. D Dana isch au debii.
## ?: Virstellungsgespréich
Moien Sam, mir freeën eis op d'Gespréich mat dir. Den Interview ass mat der Dana an dem Kim an eisem Büro
  an der Stad. Bréng w.e.g. deng Carte d'identité mat.
## ?: Interviu
Bună Sam, te așteptăm la interviu la sediul nostru din Cluj. Vei vorbi cu Dana despre rol și despre
  experiența ta. Te rugăm să aduci un act de identitate.
## ?: Entrevista
Ola Sam, agardámoste na nosa oficina para a entrevista coa Dana. Falaremos da túa experiencia e do
  traballo que facemos aquí. Se tes dúbidas, escríbenos.
## ?: Haastattelu
Hei Sam, tervetuloa haastatteluun keskiviikkona kello kolme. Tapaamme toimistolla ja juttelemme työstä
  noin tunnin.
## ?: 面接
サムさん、こんにちは。面接の日程をお送りします。どうぞよろしくお願いいたします。
## ?: Собеседование
Здравствуйте, Сэм! Приглашаем вас на собеседование в наш офис. Пожалуйста, возьмите с собой паспорт.
## ?: Petear
Sollisitaasje: wy sjogge út nei it petear mei dy. Do kinst dy melde by de receptie en dan helje wy dy op.
  It duorret likernôch in oere en is op ús kantoar.
## ?: Interview Vorstellungsgespräch entretien
## ?: Interview con Acme
## ?: Interview mit Acme
## ?: Interview bei Acme
## ?: Interview avec Acme
## ?: Interview met Acme
## ?: Jobinterview
Kim, Dana
## ?: Interview Sam Lee
Interviewers: Dana, Kim
Position: Backend Engineer
Stage: Onsite
## ?: Interview
Please join using this link: https://meet.example/1
## ?: Vorstellungstermin
Ort: Hauptgebäude, Raum 3.12
Teilnehmende: Reyes, Kim
Bitte Ausweis mitbringen
## ?: Interview
Hoi! Even een reminder: morgen om 15.00 uur spreek je met Dana. Tot dan!
## ?: Interview
Ciao Sam, ti confermo il colloquio con Dana e Kim per mercoledì. Ci troviamo in ufficio, al terzo piano. A
  presto
## ?: Entrevista
Boa tarde Sam, a entrevista será por Teams com a Dana e o Kim. O link está no convite. Qualquer dúvida
  estamos ao dispor.
## ?: Entrevista
Olá! Confirmamos a sua entrevista para a vaga de analista de dados. Por favor, chegue com 10 minutos de
  antecedência e traga um documento com foto.
## ?: Entrevista
Benvolgut Sam, us convoquem a una entrevista a les nostres oficines per parlar de la vostra candidatura.
  Us hi esperem.
## ?: Samtal
Hej! Kul att du vill träffa oss. Vi ses på kontoret och tar en fika, sen visar jag dig runt i huset och du
  får hälsa på teamet.
## ?: Samtale
Hej Sam. Du bliver mødt af Dana i receptionen, og så går vi op til et møde om stillingen. Det varer en
  time.
## ?: Spotkanie
Cześć Sam, do zobaczenia w środę! Porozmawiasz z Daną i Kimem o projekcie i o tym, czego szukasz.
## ?: Gespräch
Sali Sam, s Gspräch isch bi üs im Büro z Bärn. Dr Kim u d Dana si o drby. Mir zeige dr när no d Werkstatt.
  Bis denn!
## ?: Interview
Ahoj Sam, těšíme se na setkání v naší kanceláři. Na recepci se prosím ohlas u Dany.
## ?: Interview
Kedves Sam, szeretettel várunk az interjúra a budapesti irodánkban. Kérjük, hozz magaddal egy igazolványt.
## ?: Interview
Merhaba Sam, görüşme için seni ofisimizde bekliyoruz. Lütfen kimliğini yanında getir.
## ?: Interview
Xin chào Sam, mời bạn đến phỏng vấn tại văn phòng của chúng tôi vào thứ tư.
## ?: Interview
Hei Sam! Du skal møte Dana og Kim for en prat om rollen. Ta gjerne med deg spørsmål, og si fra hvis du
  ikke kan komme.
## ?: Interview
Salutare Sam, interviul are loc la sediu. Te rog să ajungi cu 10 minute mai devreme și să întrebi de Dana
  la recepție. Mulțumesc.
## ?: Interview
Rue de la Paix 12, Place de la Concorde, Avenue des Champs, Gare du Nord
## ?: Interview
Calle de la Luna 4, Plaza de los Reyes, Paseo de las Delicias, entrada por la calle del Sol
## ?: Interview
El Corte Inglés, La Caixa, Los Andes, Las Palmas y El Prado
## ?: Interview
{Meet in English}
Dear Sam, we are happy to invite you to the final interview with our board.
## ?: Interview
Hi Sam,
can you make it on Wednesday? Dana would love to meet you.
> Am 1. März 2026 schrieb Sam Lee:
> Guten Tag, vielen Dank für die Einladung, ich freue mich auf das Gespräch mit Ihnen und dem Team.
"""


def _blocks(text: str) -> list[tuple[str, str]]:
    """The head of each block and what stands below it."""
    parts = text.replace("\n  ", " ").split("\n## ")[1:]
    return [(head, body.strip("\n")) for head, _, body in (part.partition("\n") for part in parts)]


def _added() -> dict[str, str]:
    """What a system adds, by its name."""
    rows = {"{row}": "_" * 80, "{mark}": "-::~:~::" + "~:" * 30 + ":~::~::-"}
    return {
        name: body.replace("{row}", rows["{row}"]).replace("{mark}", rows["{mark}"])
        for name, body in _blocks(ADDED)
    }


def _events() -> list[tuple[str, str, str]]:
    """Language ("" for "?"), title and description of each event, with what a system adds to it."""
    found = []
    for head, body in _blocks(EVENTS):
        for name, text in _added().items():
            body = body.replace(f"{{{name}}}", text.replace("\n", "<br>") if "<body" in body else text)
        spoken, _, title = head.partition(": ")
        found.append((spoken.strip("?"), title, body))
    return found


ALL = _events()


def of(title: str, description: str) -> str:
    """The language of an event with this title and text."""
    end = START + timedelta(hours=1)
    return language_of(Event(uid="talk", title=title, start=START, end=end, description=description))


@pytest.mark.parametrize(("spoken", "title", "description"), ALL, ids=range(len(ALL)))
def test_no_event_is_taken_for_a_language_that_it_is_not_in(
    spoken: str, title: str, description: str
) -> None:
    assert of(title, description) in {spoken, ""}


def test_nine_in_ten_of_those_that_are_sure_are_found() -> None:
    found = {spoken: [of(t, text) == spoken for own, t, text in ALL if own == spoken] for spoken in LANGUAGES}
    assert all(len(ours) >= 11 and sum(ours) >= 0.8 * len(ours) for ours in found.values()), found
    together = [one for ours in found.values() for one in ours]
    assert sum(together) >= FOUND_AT_LEAST * len(together)


def test_most_events_of_the_table_are_not_sure() -> None:
    assert len([spoken for spoken, _, _ in ALL if not spoken]) >= 60


@pytest.mark.parametrize("name", [name for name in _added() if name not in {"a footer", "an advertisement"}])
def test_what_a_system_adds_says_nothing_about_the_people(name: str) -> None:
    assert of("Interview", _added()[name]) == ""


def test_the_text_speaks_before_the_title() -> None:
    text = "Dear Sam, we would like to invite you to an interview with our team. Please bring an ID with you."
    assert of("Vorstellungsgespräch", text) == "en"
    assert of("Vorstellungsgespräch", "") == "de"
    assert of("Vorstellungsgespräch / entretien", "") == ""


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Guten Tag, wir freuen uns auf das Gespräch mit Ihnen und bitten um eine Antwort. " * 800, "de"),
        ("x" * 60_000, ""),
        ("<" * 60_000, ""),
        ("de la " * 10_000, ""),
        ("_" * 60_000, ""),
        ("https://" * 8_000, ""),
    ],
    ids=["sentences", "one word", "brackets", "two words", "a row", "links"],
)
def test_a_text_of_any_length_is_read(text: str, spoken: str) -> None:
    assert of("Interview", text) == spoken
