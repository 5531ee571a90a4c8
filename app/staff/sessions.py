"""Who stands at the till: one person at a time, locked when nobody touches it, open sales settling behind."""

from app.core.staff import Person, Role
from app.staff.api import Clock
from app.staff.roster import Roster


class Session:
    """``default`` is the operator while nobody has signed in; ``idle_s`` 0: it never locks by itself."""

    def __init__(self, clock: Clock, default: str, idle_s: float) -> None:
        self._clock = clock
        self._default = default
        self._idle_s = idle_s
        self._touched = clock.mono()
        self.person: Person | None = None
        self.is_locked = False

    @property
    def operator(self) -> str:
        return self._default if self.person is None else self.person.number

    @property
    def is_idle(self) -> bool:
        """Somebody is signed in and has not touched the till for as long as the setting says."""
        waits = self.person is not None and not self.is_locked and self._idle_s > 0
        return waits and self._clock.mono() - self._touched >= self._idle_s

    def takes_badge(self, person: Person) -> bool:
        """Whether a badge alone is enough: for a cashier it is (reliability §4.2)."""
        return person.role is Role.CASHIER

    def enter(self, person: Person) -> None:
        self.person, self.is_locked = person, False
        self.touch()

    def leave(self) -> None:
        self.person, self.is_locked = None, False

    def lock(self) -> bool:
        """True: it was open. Nobody signed in is nothing to lock."""
        if self.person is None or self.is_locked:
            return False
        self.is_locked = True
        return True

    def touch(self) -> None:
        self._touched = self._clock.mono()

    def follow(self, roster: Roster) -> None:
        """The roster changed: whoever was retired stands here no longer, a new role counts at once."""
        if self.person is None:
            return
        member = roster.of(self.person.number)
        if member is None or member.retired:
            self.leave()
        else:
            self.person = member.person
