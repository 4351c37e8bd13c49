"""Sign-ins on disk, sealed: one file for each account, one key that is kept elsewhere.

The key comes from a key file that the config names, else from systemd, else from the system's keyring.
keyring and cryptography take a while to load, so both are imported where they are first used.
"""

from followupd.credentials.keys import KeySource
from followupd.credentials.vault import Secret, Vault

__all__ = ["KeySource", "Secret", "Vault"]
