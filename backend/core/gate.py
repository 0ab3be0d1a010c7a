"""A few at a time: work that keeps the processor busy goes faster in a line than all at once.

Threads of one process share one interpreter. With sixty of them busy, the one that holds a lock in the database gets
a sixtieth of the time, and everybody waits for it.
"""

from threading import BoundedSemaphore

# One writes while the others read; more would only take turns at the interpreter.
AT_ONCE = 4

BUSY_WORK = BoundedSemaphore(AT_ONCE)
"""``with BUSY_WORK:`` around what computes and asks the database, never around what waits for a network."""
