"""Calendars and mail in files of this machine: a vdir of .ics files, and Maildir."""
