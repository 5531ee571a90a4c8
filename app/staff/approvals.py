"""Approvals: one fresh yes of one person to exactly one act, good once (reliability I-49, I-50, §4.2).

An approval lives in this process alone: what was not spent when the program ends is worth nothing afterwards.
"""

from collections.abc import Callable
from typing import Final, Protocol

from app.core.money import show_yuan
from app.core.staff import APPROVAL_LIFE, Act, Approval, Person, Role, may
from app.staff.api import Clock, No, Proof
from app.staff.gate import UNRECORDED, Gate, told
from app.staff.roster import Member

NONCE_BYTES: Final = 16
APPROVED: Final = "staff.approved"
REFUSED: Final = "staff.refused"
LONGEST_REASON: Final = 120


class Who(Protocol):
    """How the roster is asked."""

    async def load(self) -> object: ...

    def claimed(self, proof: Proof) -> Member | No: ...

    def holds(self, member: Member) -> bool: ...

    def works_here(self, person: Person) -> bool: ...


class Approvals:
    """``ask`` gives, ``spend`` takes. Belongs to the loop."""

    def __init__(
        self, who: Who, gate: Gate, clock: Clock, entropy: Callable[[int], bytes], *, badge_alone: bool
    ) -> None:
        self._who = who
        self._gate = gate
        self._clock = clock
        self._entropy = entropy
        self._badge_alone = badge_alone
        self._open: dict[str, Approval] = {}  # given and not spent, by nonce
        self._used: dict[tuple[str, str], int] = {}  # fen of one person's approvals for one subject, in this run

    async def ask(
        self, proof: Proof, act: Act, subject: str, amount_fen: int, reason: str, *, operator: str = ""
    ) -> Approval | No:
        """The approval, or why not; either is in the journal when this returns.

        ``operator``: who rang up the sale, by staff number. Words keys: pin.*, staff.unknown.say, ap.reason.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON:
            return No("ap.reason")
        await self._who.load()
        member = self._who.claimed(proof)
        if isinstance(member, No):
            return member
        facts = {"act": act.value, "subject": subject, "amount_fen": amount_fen, "reason": reason}
        facts["by"] = member.person.number
        no = (
            await self._proven(member, proof, act)
            or _no_right(member, act, operator)
            or self._over(member, subject, amount_fen)
        )
        if no is None and not self._who.holds(member):
            no = No("pin.expired")  # the roster changed while the PIN was being looked at
        if no is not None:
            self._gate.write(REFUSED, {**facts, "why": no.key})
            return no
        nonce, at = self._entropy(NONCE_BYTES).hex(), self._clock.mono()
        if not self._gate.write(APPROVED, {**facts, "nonce": nonce, "name": member.person.name}):
            return UNRECORDED
        given_ms = self._clock.channel_ms()
        approval = Approval(act, subject, amount_fen, reason, member.person, nonce, at, given_ms)
        self._forget_old()
        self._open[nonce] = approval
        return approval

    def spend(self, approval: Approval, act: Act, subject: str, amount_fen: int, reason: str) -> No | None:
        """None: it was good for exactly this, and now it is used up. Called before what was approved is begun."""
        held = self._open.get(approval.nonce)
        if held != approval:
            return No("pin.expired")
        del self._open[approval.nonce]  # whatever comes of it: an approval held against another act is burnt
        if self._clock.mono() - approval.given_at > APPROVAL_LIFE:
            return No("pin.expired")
        if not self._who.works_here(approval.by):
            return No("pin.expired")
        if not approval.covers(act, subject, amount_fen, reason, self._clock.mono()):
            return No("pin.changed")
        key = (approval.by.number, subject)
        self._used[key] = self._used.get(key, 0) + amount_fen
        return None

    def withdraw(self, nonce: str) -> None:
        """The person pressed Esc after all."""
        self._open.pop(nonce, None)

    async def _proven(self, member: Member, proof: Proof, act: Act) -> No | None:
        if not proof.pin and proof.badge and self._badge_alone:
            locked = self._gate.personal(member)
            return None if locked is None else told(locked)
        return await self._gate.prove(member, proof.pin, act.value) if proof.pin else No("pin.hand")

    def _over(self, member: Member, subject: str, amount_fen: int) -> No | None:
        """A limit holds for all one person gives back of one sale: it is not to be got round in pieces."""
        cap = member.cap_fen
        if cap is None or self._used.get((member.person.number, subject), 0) + amount_fen <= cap:
            return None
        return No("pin.cap", (("amount", f"￥{show_yuan(cap)}"),))

    def _forget_old(self) -> None:
        now = self._clock.mono()
        self._open = {nonce: one for nonce, one in self._open.items() if now - one.given_at <= APPROVAL_LIFE}


def _no_right(member: Member, act: Act, operator: str) -> No | None:
    person = member.person
    if not may(person.role, act):
        own = person.role is Role.CASHIER and person.number == operator
        return No("pin.self" if own else "pin.norole" if act is Act.REFUND else "pin.norole.other")
    return None
