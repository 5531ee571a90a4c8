"""The one way past a PIN: counted durably first, hashed in a thread, one at a time."""

import asyncio
from collections.abc import Mapping
from typing import Final

from app.core.staff import Role
from app.staff import lockout
from app.staff.api import KINDS, Clock, Fact, Ledger, No, moment
from app.staff.hashing import PinHasher
from app.staff.lockout import ALL_TRIES, Locked, Lockouts
from app.staff.roster import Member

TRIED: Final = "staff.tried"
UNRECORDED: Final = No("staff.journal.say")


class Gate:
    """Keeps the lockouts. Every entry about people carries them, so the newest one is where a restart goes on."""

    def __init__(self, ledger: Ledger, clock: Clock, hasher: PinHasher) -> None:
        self._ledger = ledger
        self._clock = clock
        self._hasher = hasher
        self._state = Lockouts()
        self._one_at_a_time = asyncio.Lock()
        self.revision = 0  # of the roster; rides in every entry, see ``shelf``
        self.digest = ""

    def restore(self, body: Mapping[str, Fact] | None, *, expected: bool) -> None:
        """Go on where the newest entry stood. ``expected``: there must be one, so a missing journal opens nothing."""
        now = moment(self._clock)
        lost = Lockouts(level=float(ALL_TRIES), level_mono=now.mono)  # one try in three minutes, over everybody
        try:
            self._state = lockout.restored(body, now) if body is not None else lost if expected else Lockouts()
        except ValueError:
            self._state = lost

    def write(self, kind: str, facts: Mapping[str, Fact], state: Lockouts | None = None) -> bool:
        """One entry, durable when True. ``state`` becomes the present one with it."""
        assert kind in KINDS
        after = self._state if state is None else state
        body: dict[str, Fact] = {**facts, "revision": self.revision, "roster": self.digest}
        body |= lockout.kept(after, moment(self._clock))
        if not self._ledger.write(kind, body):
            return False
        self._state = after
        return True

    def barred(self, member: Member) -> Locked | None:
        manager = member.person.role is Role.MANAGER
        return lockout.barred(self._state, member.person.number, moment(self._clock), manager=manager)

    def personal(self, member: Member) -> Locked | None:
        """As ``barred``, leaving aside what everybody waits for."""
        locked = self.barred(member)
        return None if locked is None or locked.everybody else locked

    async def prove(self, member: Member, pin: str, what: str) -> No | None:
        """None: the PIN is right. The try is durable before the hash is looked at. ``what`` is noted beside it."""
        async with self._one_at_a_time:
            if (locked := self.barred(member)) is not None:
                return told(locked)
            number = member.person.number
            counted = lockout.begun(self._state, number, moment(self._clock))
            if not self.write(TRIED, {"number": number, "what": what}, counted):
                return UNRECORDED
            if await asyncio.to_thread(self._hasher.matches, number, pin, member.pin):
                self._state = lockout.right(self._state, number, moment(self._clock))
                return None
            if (locked := self.personal(member)) is not None:
                return told(locked)
            return No("pin.wrong", (("n", str(lockout.left_of(self._state.of(number)))),))

    async def hashed(self, number: str, pin: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, number, pin)

    def forget(self) -> None:
        """The owner begins anew: no try of anybody stands; durable with the next entry."""
        self._state = Lockouts()

    def unlocked(self, number: str) -> Lockouts:
        return lockout.unlocked(self._state, number)


def told(locked: Locked) -> No:
    if locked.everybody:
        return No("pin.all", (("n", str(locked.minutes)),), locked.seconds)
    if not locked.seconds:
        return No("pin.lockedhard")
    return No("pin.locked", (("n", str(locked.minutes)),), locked.seconds)
