"""The people of one till: who there is, who stands at it, and what they approve. Belongs to the worker's loop.

Nothing is read before the first question: a till opens without waiting for its people, and sells without them.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Final

from app.core.staff import Person
from app.secrets import Secrets
from app.staff.api import Clock, Fact, Ledger, MemberView, No, OnPeople, PeopleView, Proof
from app.staff.approvals import Approvals
from app.staff.badges import mark_of, read_badge
from app.staff.gate import UNRECORDED, Gate
from app.staff.hashing import Cost, PinHasher
from app.staff.keys import StaffKeys
from app.staff.practice import PRACTICE, practice_people
from app.staff.roster import BadRosterError, Member, Roster, digest_of
from app.staff.sessions import Session
from app.staff.shelf import Shelf

SIGNED_IN: Final = "staff.signed_in"
SIGNED_OUT: Final = "staff.signed_out"
ADMITTED: Final = "staff.admitted"
REFUSED: Final = "staff.refused"
CAME: Final = "staff.practice"

_log: Final = logging.getLogger("mashou.staff")


@dataclass(frozen=True, slots=True)
class Home:
    """What the people of a till live in."""

    folder: Path
    secrets: Secrets
    ledger: Ledger
    clock: Clock
    operator: str = "1001"  # who sells while nobody has signed in
    idle_s: float = 180.0
    badge_alone: bool = False  # whether a supervisor's badge approves without a PIN
    cost: Cost | None = None
    entropy: Callable[[int], bytes] = token_bytes


class People:
    """``approvals`` and ``session`` are rooms of their own; changes of the roster are ``changes.Changes``."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.keys = StaffKeys.of(home.secrets.mac_key)
        self.gate = Gate(home.ledger, home.clock, PinHasher(self.keys.pepper, home.cost))
        self.session = Session(home.clock, home.operator, home.idle_s)
        self.approvals = Approvals(self, self.gate, home.clock, home.entropy, badge_alone=home.badge_alone)
        self.shelf = Shelf(home.folder, home.secrets, self.keys.roster)
        self.roster = Roster()
        self.trouble = ""
        self._loaded = False
        self._loading = asyncio.Lock()
        self._listeners: list[OnPeople] = []

    def operator(self) -> str:
        """The staff number on the next sale."""
        return self.session.operator

    @property
    def name(self) -> str:
        """Who stands at the till, as people call them; the setting's operator while nobody has signed in."""
        return self.session.person.name if self.session.person else self.session.operator

    async def load(self) -> PeopleView:
        """Read the roster, once; a practice folder without people gets its three. Harmless again and again."""
        async with self._loading:
            if not self._loaded:
                await self._load()
                self._loaded = True
        return self.view()

    def subscribe(self, on_people: OnPeople) -> None:
        """Called on the loop with each change of who there is or who stands here."""
        self._listeners.append(on_people)
        on_people(self.view())

    def tell(self) -> None:
        for listener in self._listeners:
            listener(self.view())

    def view(self) -> PeopleView:
        empty = self.roster.is_empty and not self.trouble
        members = tuple(self._shown(one) for one in self.roster.members)
        return PeopleView(self.session.person, self.session.is_locked, empty, self.trouble, members)

    def practice_pins(self) -> tuple[tuple[Person, str], ...]:
        """The practice people and their PINs, for the training screen; nobody where the keys are real.

        A PIN that was changed since is not told.
        """
        if not self.home.secrets.simulator:
            return ()
        there = ((person, self.roster.of(person.number)) for person in PRACTICE)
        return tuple(
            (person, self.keys.practice_pin(person.number))
            for person, held in there
            if held is not None and held.practice and not held.retired
        )

    def claimed(self, proof: Proof) -> Member | No:
        """Whom ``proof`` names, unproven. A PIN says nothing about a staff number nobody has: no try is counted."""
        if self.trouble:
            return No(self.trouble)
        badge = read_badge(proof.badge)
        member = self.roster.by_badge(mark_of(badge, self.keys.badge)) if badge else self.roster.find(proof.who)
        if member is not None:
            return member
        return No("staff.badge.say" if proof.badge else "staff.unknown.say")

    def holds(self, member: Member) -> bool:
        return self.roster.of(member.person.number) == member

    def works_here(self, person: Person) -> bool:
        """Whether ``person`` still stands in the roster as they are, role and all."""
        member = self.roster.of(person.number)
        return member is not None and not member.retired and member.person == person

    async def prove(self, proof: Proof, what: str, *, badge_alone: bool = False) -> Member | No:
        """Who ``proof`` proves. What was refused is in the journal; what was proven is for the caller to write."""
        await self.load()
        member = self.claimed(proof)
        if isinstance(member, No):
            return member
        if not (badge_alone and proof.badge and not proof.pin):
            no = await self.gate.prove(member, proof.pin, what) if proof.pin else No("pin.hand")
            if no is not None:
                self.gate.write(REFUSED, {"what": what, "by": member.person.number, "why": no.key})
                self.tell()
                return no
        return member if self.holds(member) else No("pin.expired")

    async def sign_in(self, proof: Proof) -> Person | No:
        """Stand at the till, or come back after the lock; whoever stood there has handed over.

        A badge alone is enough for a cashier; it opens nobody's locked wait.
        """
        await self.load()
        named = self.claimed(proof)
        if isinstance(named, No):
            return named
        by_badge = self._badge_is_enough(named, proof)
        member = await self.prove(proof, "sign_in", badge_alone=by_badge)
        if isinstance(member, No):
            return member
        before = self.session.person
        facts: dict[str, Fact] = {"number": member.person.number, "name": member.person.name}
        facts |= {"how": "badge" if by_badge else "pin", "after": before.number if before else ""}
        if not self.gate.write(SIGNED_IN, facts):
            return UNRECORDED
        self.session.enter(member.person)
        self.tell()
        return member.person

    async def identify(self, proof: Proof) -> Person | No:
        """Who wants into the office. Whoever stands at the till stays the operator; a cashier's badge is enough."""
        await self.load()
        named = self.claimed(proof)
        if isinstance(named, No):
            return named
        by_badge = self._badge_is_enough(named, proof)
        member = await self.prove(proof, "office", badge_alone=by_badge)
        if isinstance(member, No):
            return member
        facts: dict[str, Fact] = {"what": "office", "by": member.person.number, "how": "badge" if by_badge else "pin"}
        return member.person if self.gate.write(ADMITTED, facts) else UNRECORDED

    def _badge_is_enough(self, named: Member, proof: Proof) -> bool:
        if not proof.badge or proof.pin or self.gate.personal(named) is not None:
            return False
        return self.home.badge_alone or self.session.takes_badge(named.person)

    def sign_out(self) -> None:
        """Nobody stands at the till; open sales go on."""
        if (person := self.session.person) is not None:
            self.gate.write(SIGNED_OUT, {"number": person.number, "name": person.name})
        self.session.leave()
        self.tell()

    def lock(self) -> None:
        """Lock the session by hand or because it was idle; payments go on behind."""
        if self.session.lock():
            self.tell()

    def touch(self) -> None:
        """Somebody used the till."""
        self.session.touch()

    def look_idle(self) -> bool:
        """Lock where nobody has used the till for as long as the setting says; to be called every few seconds."""
        if self.session.is_idle:
            self.lock()
        return self.session.is_locked

    async def keep(self, roster: Roster, kind: str, facts: dict[str, Fact]) -> No | None:
        """Make ``roster`` the present one: the file, then the journal, then the vault (see ``shelf``)."""
        before = self.roster
        try:
            await asyncio.to_thread(self.shelf.save, roster)
        except BadRosterError as error:
            return No(error.key)
        self._take(roster)
        if not self.gate.write(kind, facts):
            undone = Roster(before.members, roster.revision + 1)
            try:
                await asyncio.to_thread(self.shelf.save, undone)
            except BadRosterError:
                _log.exception("a change of the roster stands without its journal entry")
                return UNRECORDED
            self._take(undone)
            return UNRECORDED
        await asyncio.to_thread(self.shelf.remember, roster.revision)
        self.session.follow(roster)
        self.tell()
        return None

    async def _load(self) -> None:
        body = self.home.ledger.newest()
        revision = body.get("revision", 0) if body is not None else 0
        journalled = revision if isinstance(revision, int) else 0
        self.gate.restore(body, expected=self.shelf.known > 0)
        try:
            self._take(await asyncio.to_thread(self.shelf.load, journalled))
        except BadRosterError as error:
            _log.error("the roster cannot be used: %s", error.key)
            self.gate.revision = max(journalled, self.shelf.known)
            self.trouble = error.key
            return
        await asyncio.to_thread(self.shelf.remember, self.roster.revision)
        if self.home.secrets.simulator and not self.roster.members:
            members = await asyncio.to_thread(practice_people, self.keys, self.home.cost)
            await self.keep(Roster(members, 1), CAME, {"people": len(members)})

    def _take(self, roster: Roster) -> None:
        self.roster = roster
        self.gate.revision, self.gate.digest = roster.revision, digest_of(roster)

    def _shown(self, member: Member) -> MemberView:
        locked = None if member.retired else self.gate.personal(member)
        wait = locked.seconds if locked else 0
        return MemberView(
            member.person, bool(member.badge), member.cap_fen, member.retired, wait, locked is not None and not wait
        )
