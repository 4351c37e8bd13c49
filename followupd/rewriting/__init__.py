"""A language model of the user's own choosing: it may write the middle of a thank-you from the user's notes.

Off unless the config names one. `letter` finds what is rewritten, `asked` words the question, `server` asks it within
a bound, `core.faithful` judges the answer, and `rewriter` joins them. Whatever goes wrong, the template stands.
"""
