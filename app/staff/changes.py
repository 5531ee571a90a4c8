"""Changing the roster: by a manager who has just proved who they are, each change in the journal."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.core.money import MAX_AMOUNT_FEN
from app.core.staff import Person, Role
from app.staff.api import Fact, No, Proof, Warrant
from app.staff.badges import mark_of, new_badge
from app.staff.gate import UNRECORDED
from app.staff.people import People
from app.staff.pins import fault_of
from app.staff.roster import CAP_FEN, Member, Roster, fault_of_person, retired

IDLE_S: Final = 300.0  # a warrant that was not used for so long is over
NONCE_BYTES: Final = 16


class Changes:
    """Every method answers with a ``No`` where nothing was changed."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._warrants: dict[str, float] = {}  # when each was used last, monotonic
        self._one_at_a_time = asyncio.Lock()

    async def begin(self, number: str, name: str, pin: str) -> Person | No:
        """The first person of a folder, its manager: only where there never was anybody, and never by default."""
        people = self._people
        async with self._one_at_a_time:
            await people.load()
            if people.trouble:
                return No(people.trouble)
            if not people.roster.is_empty:
                return No("staff.begun.say")
            return await self._added("staff.begun", Person(number, name, Role.MANAGER), pin, None, by="")

    async def admit(self, proof: Proof) -> Warrant | No:
        """A manager, PIN in hand, may change the roster from here."""
        people = self._people
        member = await people.prove(proof, "manage")
        if isinstance(member, No):
            return member
        no = None if member.person.role is Role.MANAGER else No("staff.norole.say")
        kind = "staff.refused" if no else "staff.admitted"
        why = no.key if no else ""
        if not people.gate.write(kind, {"what": "manage", "by": member.person.number, "why": why}):
            return UNRECORDED
        people.tell()
        if no is not None:
            return no
        warrant = Warrant(member.person, people.home.entropy(NONCE_BYTES).hex())
        self._warrants[warrant.nonce] = people.home.clock.mono()
        return warrant

    def give_back(self, warrant: Warrant) -> None:
        self._warrants.pop(warrant.nonce, None)

    async def add(self, warrant: Warrant, person: Person, pin: str, cap_fen: int | None = CAP_FEN) -> Person | No:
        """Somebody new. ``cap_fen`` is a supervisor's; a manager has no limit and a cashier approves nothing."""
        async with self._one_at_a_time:
            if not self._holds(warrant):
                return No("staff.warrant.say")
            return await self._added("staff.added", person, pin, cap_fen, by=warrant.by.number)

    async def change(self, warrant: Warrant, number: str, role: Role, cap_fen: int | None) -> No | None:
        """Another role, another limit."""
        async with self._one_at_a_time:
            member = self._member(warrant, number)
            if isinstance(member, No):
                return member
            if role is not Role.MANAGER and self._is_last(member):
                return No("staff.last.say")
            if not _good_cap(cap_fen):
                return No("staff.cap.say")
            cap = cap_fen if role is Role.SUPERVISOR else None
            after = replace(member, person=replace(member.person, role=role), cap_fen=cap)
            facts: dict[str, Fact] = {"role": role.value, "cap_fen": cap}
            return await self._keep(after, "staff.changed", warrant.by.number, facts)

    async def set_pin(self, warrant: Warrant, number: str, pin: str) -> No | None:
        """A new PIN for somebody who forgot theirs; their wrong tries are forgotten with it."""
        async with self._one_at_a_time:
            member = self._member(warrant, number)
            if isinstance(member, No):
                return member
            return await self._new_pin(member, pin, warrant.by.number)

    async def change_pin(self, proof: Proof, pin: str) -> No | None:
        """A new PIN of one's own, by the old one."""
        async with self._one_at_a_time:
            member = await self._people.prove(proof, "change_pin")
            if isinstance(member, No):
                return member
            return No("pin.same") if pin == proof.pin else await self._new_pin(member, pin, member.person.number)

    async def badge(self, warrant: Warrant, number: str) -> str | No:
        """A new badge; the one before is worth nothing from now on. Its text is given once and kept nowhere."""
        async with self._one_at_a_time:
            member = self._member(warrant, number)
            if isinstance(member, No):
                return member
            text = new_badge(self._people.home.entropy)
            after = replace(member, badge=mark_of(text, self._people.keys.badge))
            return await self._keep(after, "staff.badge", warrant.by.number) or text

    async def unlock(self, warrant: Warrant, number: str) -> No | None:
        """Somebody who is locked may try again."""
        async with self._one_at_a_time:
            member = self._member(warrant, number)
            if isinstance(member, No):
                return member
            gate = self._people.gate
            if not gate.write("staff.unlocked", _facts(member, warrant.by.number), gate.unlocked(number)):
                return UNRECORDED
            self._people.tell()
            return None

    async def retire(self, warrant: Warrant, number: str) -> No | None:
        """They work here no longer: PIN and badge prove nothing, the number is never given again."""
        async with self._one_at_a_time:
            member = self._member(warrant, number)
            if isinstance(member, No):
                return member
            if self._is_last(member):
                return No("staff.last.say")
            return await self._keep(retired(member), "staff.retired", warrant.by.number)

    async def anew(self) -> No | None:
        """Everybody has left, after whoever asks has shown the merchant's own keys; the next one added is manager.

        For a roster that is gone or was altered, and for an only manager who forgot the PIN. Numbers that a readable
        roster holds stay taken.
        """
        people = self._people
        async with self._one_at_a_time:
            await people.load()
            people.trouble = ""
            people.sign_out()
            people.gate.forget()
            members = tuple(retired(one) for one in people.roster.members)
            return await people.keep(Roster(members, people.gate.revision + 1), "staff.anew", {"left": len(members)})

    async def _added(self, kind: str, person: Person, pin: str, cap_fen: int | None, *, by: str) -> Person | No:
        people = self._people
        person = replace(person, name=person.name.strip())
        fault = fault_of_person(people.roster, person.number, person.name) or fault_of(pin, person.number)
        if fault:
            return No(fault)
        if not _good_cap(cap_fen):
            return No("staff.cap.say")
        cap = cap_fen if person.role is Role.SUPERVISOR else None
        member = Member(person, await people.gate.hashed(person.number, pin), cap_fen=cap)
        return await self._keep(member, kind, by, {"role": person.role.value, "cap_fen": cap}) or person

    async def _new_pin(self, member: Member, pin: str, by: str) -> No | None:
        gate, number = self._people.gate, member.person.number
        if fault := fault_of(pin, number):
            return No(fault)
        no = await self._keep(replace(member, pin=await gate.hashed(number, pin), practice=False), "staff.pin", by)
        if no is None and not gate.write("staff.unlocked", _facts(member, by), gate.unlocked(number)):
            return UNRECORDED
        return no

    async def _keep(self, member: Member, kind: str, by: str, more: Mapping[str, Fact] | None = None) -> No | None:
        return await self._people.keep(
            self._people.roster.with_member(member), kind, {**_facts(member, by), **(more or {})}
        )

    def _member(self, warrant: Warrant, number: str) -> Member | No:
        if not self._holds(warrant):
            return No("staff.warrant.say")
        member = self._people.roster.of(number)
        return No("staff.unknown.say") if member is None or member.retired else member

    def _holds(self, warrant: Warrant) -> bool:
        """Whether it still stands; using it keeps it standing."""
        now, used = self._people.home.clock.mono(), self._warrants.get(warrant.nonce)
        member = self._people.roster.of(warrant.by.number)
        if used is None or now - used > IDLE_S or member is None or member.retired or member.person != warrant.by:
            self._warrants.pop(warrant.nonce, None)
            return False
        self._warrants[warrant.nonce] = now
        return True

    def _is_last(self, member: Member) -> bool:
        return member.person.role is Role.MANAGER and self._people.roster.managers() == 1


def _facts(member: Member, by: str) -> dict[str, Fact]:
    return {"number": member.person.number, "name": member.person.name, "by": by}


def _good_cap(cap_fen: int | None) -> bool:
    return cap_fen is None or 0 <= cap_fen <= MAX_AMOUNT_FEN
