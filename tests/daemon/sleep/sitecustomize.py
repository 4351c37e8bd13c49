"""A sleep that lasts as long as it should under libfaketime.

It takes the absolute end of a sleep on the monotonic clock, which CPython >= 3.11 asks for, for one of the clock
that it plays, and the kernel refuses it. A wait for nothing lasts as long, and it leaves it alone.
"""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds) and None
