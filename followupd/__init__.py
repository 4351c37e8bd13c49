"""followupd prepares interview thank-yous and polite nudges as drafts. It never sends."""

__version__ = "0.1.0"
