"""Calendars by their address: iCalendar feeds."""
