"""Tells the user what waits for them: on the desktop, by push, or through a command of their own.

`Teller` says what is to be told now, from the store; `deliver` takes it to every channel, away from the store.
Each thing is told once. Nothing here writes a letter, and no channel is e-mail.
"""

from followupd.notify.channels import deliver, findings
from followupd.notify.notice import Item, Notice
from followupd.notify.settings import Settings
from followupd.notify.teller import Teller

__all__ = ["Item", "Notice", "Settings", "Teller", "deliver", "findings"]
