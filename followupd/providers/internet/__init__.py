"""Mailboxes by IMAP, calendars by CalDAV and by address: every other provider, by the standards."""
