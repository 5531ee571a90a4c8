"""Who a command is for: ``--as NAME``, the PIN unseen from the terminal or as a line of standard input, never argv."""

import sys
from typing import Final

from app import words
from app.cli.ask import Ask, typed
from app.cli.exits import Refused
from app.core.staff import Act, Approval, Person
from app.staff import No, People, Proof

LONGEST_LINE: Final = 256


def pin_of(ask: Ask, who: str) -> str:
    """What ``who`` types; empty where nothing was given. Asked before anything is opened."""
    return _line(words.say("staff.cli.pin", ask.language, name=who))


def new_pin(ask: Ask) -> str:
    """A new PIN; a person at a terminal types it twice. Raises Refused."""
    pin = _line(words.say("staff.cli.new", ask.language))
    if sys.stdin.isatty() and _line(words.say("staff.cli.again", ask.language)) != pin:
        raise Refused("staff.pin.differ")
    if not pin:
        raise Refused("staff.cli.nopin")
    return pin


async def proof_of(people: People, who: str | None, pin: str, role_at_least: str = "manager") -> Proof:
    """What ``--as`` and the PIN prove. In a practice folder the practice people need no PIN, and nobody a name.

    ``role_at_least``: the practice person who stands in where nobody was named. Raises Refused.
    """
    view = await people.load()
    if view.trouble:
        raise Refused(view.trouble)
    if view.is_empty:
        raise Refused("staff.none.say")
    practice = {key: (person, known) for person, known in people.practice_pins() for key in _names(person)}
    if who is None:
        if role_at_least not in practice:
            raise Refused("staff.cli.as")
        person, known = practice[role_at_least]
        return Proof(person.number, known)
    if pin:
        return Proof(who, pin)
    if who not in practice:
        raise Refused("staff.cli.nopin")
    person, known = practice[who]
    return Proof(person.number, known)


async def approve_on_terminal(
    people: People, who: str | None, pin: str, act: Act, what: tuple[str, int, str], *, operator: str = ""
) -> Approval:
    """The approval of ``who`` for ``act``; ``what`` is (subject, fen, reason). The till spends it within 60 s.

    ``pin`` is what ``pin_of`` read. Raises Refused with the sentence of why not.
    """
    proof = await proof_of(people, who, pin)
    found = await people.approvals.ask(proof, act, *what, operator=operator)
    if isinstance(found, No):
        raise refused(found)
    return found


def refused(no: No) -> Refused:
    return Refused(no.key, **dict(no.values))


def _names(person: Person) -> tuple[str, ...]:
    return person.number, person.name, person.role.value


def _line(question: str) -> str:
    """One line, without what ends it; a terminal shows nothing of it."""
    text = typed(question) if sys.stdin.isatty() else sys.stdin.readline(LONGEST_LINE)
    return text.strip()
