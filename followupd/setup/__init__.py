"""What a first set-up needs beside its questions: looking, previewing, saving, and the proof at its end.

Nothing here asks or prints: the command line does.
"""
