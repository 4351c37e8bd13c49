"""What the user says: each command is one transaction that wakes the process it is about.

No cycle lock is needed. A cycle that is under way notices, in its next transaction, that the
process has changed, and plans again; what it made in between is withdrawn at once. Every function
returns a sentence that says what is true now, and raises UsageError when the words do not fit.
"""

from __future__ import annotations

from followupd.orders.about_messages import MessageOrders
from followupd.orders.about_people import PeopleOrders
from followupd.orders.about_processes import ProcessOrders
from followupd.orders.about_requests import RequestOrders

__all__ = ["Orders"]


class Orders(ProcessOrders, PeopleOrders, RequestOrders, MessageOrders):
    """The user's commands on one state folder, at one moment."""
