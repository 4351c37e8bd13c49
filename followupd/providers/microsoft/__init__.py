"""Microsoft: Outlook calendars and mail through Graph, for personal and for work accounts."""
