"""What folders are for, by attribute and by name: the names that mail programs and providers give them.

Sources: RFC 6154 (special use), RFC 9051 section 7.3.1, Gmail's XLIST; the names as Thunderbird, Apple Mail, Outlook,
Roundcube, GMX, web.de, Orange, Libero, Terra and KPN make them in six languages.
"""

from __future__ import annotations

from followupd.core.model import Folder

ATTRIBUTES = {
    "\\inbox": Folder.INBOX,
    "\\drafts": Folder.DRAFTS,
    "\\sent": Folder.SENT,
    "\\trash": Folder.TRASH,
    "\\junk": Folder.JUNK,
    "\\spam": Folder.JUNK,
    "\\archive": Folder.ARCHIVE,
    "\\all": Folder.ARCHIVE,
    "\\allmail": Folder.ARCHIVE,
    "\\scheduled": Folder.SCHEDULED,
}
EVERYTHING = frozenset({"\\all", "\\allmail"})
"""Holds what the other folders hold once more, and what lies in none of them."""
VIEWS = frozenset({"\\flagged", "\\starred", "\\important"})
"""Holds only what other folders hold too."""
NO_FOLDER = frozenset({"\\noselect", "\\nonexistent"})
PARENTS = frozenset({"inbox", "[gmail]", "[google mail]"})

# Best first, in lower case.
NAMES: dict[Folder, tuple[str, ...]] = {
    Folder.INBOX: ("inbox",),
    Folder.DRAFTS: (
        "drafts",
        "draft",
        "entwürfe",
        "brouillons",
        "brouillon",
        "borradores",
        "borrador",
        "bozze",
        "concepten",
        "rascunhos",
    ),
    Folder.SENT: (
        "sent",
        "sent items",
        "sent mail",
        "sent messages",
        "sent-mail",
        "gesendet",
        "gesendete objekte",
        "gesendete elemente",
        "gesendete nachrichten",
        "envoyés",
        "messages envoyés",
        "éléments envoyés",
        "objets envoyés",
        "enviados",
        "elementos enviados",
        "mensajes enviados",
        "inviata",
        "posta inviata",
        "inviati",
        "verzonden",
        "verzonden items",
        "verzonden berichten",
        "itens enviados",
    ),
    Folder.TRASH: (
        "trash",
        "deleted items",
        "deleted messages",
        "bin",
        "deleted",
        "papierkorb",
        "gelöscht",
        "gelöschte objekte",
        "gelöschte elemente",
        "corbeille",
        "éléments supprimés",
        "messages supprimés",
        "papelera",
        "elementos eliminados",
        "cestino",
        "posta eliminata",
        "prullenbak",
        "verwijderde items",
        "lixeira",
        "lixo",
    ),
    Folder.JUNK: (
        "junk",
        "spam",
        "junk e-mail",
        "junk email",
        "bulk mail",
        "bulk",
        "spamverdacht",
        "unerwünscht",
        "junk-e-mail",
        "indésirables",
        "courrier indésirable",
        "pourriel",
        "correo no deseado",
        "posta indesiderata",
        "ongewenste e-mail",
        "lixo eletrônico",
    ),
    Folder.ARCHIVE: (
        "archive",
        "archives",
        "archiv",
        "archivo",
        "archivio",
        "archief",
        "arquivo",
        "arquivos",
    ),
    Folder.SCHEDULED: ("scheduled", "outbox", "postausgang", "boîte d'envoi", "bandeja de salida"),
}
