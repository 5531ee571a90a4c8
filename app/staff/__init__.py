"""People: who they are, how they prove it, and the approvals they give.

``People`` is the room, ``Changes`` its roster's; ``Home`` is what they live in. Imported after the first paint.
"""

from app.staff.api import MemberView, No, PeopleView, Proof, Warrant
from app.staff.approvals import Approvals
from app.staff.badges import read_badge
from app.staff.changes import Changes
from app.staff.people import Home, People

__all__ = [
    "Approvals",
    "Changes",
    "Home",
    "MemberView",
    "No",
    "People",
    "PeopleView",
    "Proof",
    "Warrant",
    "read_badge",
]
