"""The lamps: what the window's foot says about the scanner, each channel and the journal."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from app.channels.api import Contact
from app.core.channel import Channel
from app.till.api import Lamp, Light
from devices.api import DeviceState

SILENT_SLOW: Final = 1  # calls without an answer until the lamp turns amber
SILENT_DOWN: Final = 3  # and until it turns red: one lost packet is no outage, three calls in a row are
SLOW_SECONDS: Final = 3.0  # an answer that took longer makes a queue; measured from the call
CLOCK_WARN_SECONDS: Final = 60  # reliability I-28


@dataclass(frozen=True, slots=True)
class Health:
    """How the last calls to one channel went."""

    silent: int = 0
    slow: bool = False
    misconfigured: bool = False
    clock_wrong: bool = False  # TLS failed on dates (design §7.17)

    def after(self, contact: Contact) -> "Health":
        """The health after one more exchange."""
        silent = 0 if contact.answered else self.silent + 1
        # Only a verified answer proves that the keys are right again; silence proves nothing about them.
        misconfigured = contact.misconfigured or (self.misconfigured and not contact.verified)
        return Health(silent, contact.seconds > SLOW_SECONDS, misconfigured, contact.tls_dates)

    @property
    def down(self) -> bool:
        return self.silent >= SILENT_DOWN

    @property
    def sells(self) -> bool:
        """Whether a new sale may be tried on this channel."""
        return not (self.misconfigured or self.clock_wrong or self.down)


def channel_lamp(channel: Channel, health: Health) -> Lamp:
    values = (("channel", channel.value), ("n", str(health.silent)))
    if health.clock_wrong:
        return Lamp(channel.value, Light.STOPPED, "clock.stop", (("channel", channel.value), ("n", "?")))
    if health.misconfigured:
        return Lamp(channel.value, Light.STOPPED, "r.keys", values)
    if health.down:
        return Lamp(channel.value, Light.STOPPED, "chan.down", values)
    if health.silent >= SILENT_SLOW or health.slow:
        return Lamp(channel.value, Light.SLOW, "chan.slow", values)
    return Lamp(channel.value, Light.OK, "chan.ok", values)


def scanner_lamp(states: Collection[DeviceState]) -> Lamp:
    """One lamp for all scanners: red only where none is left to scan with. No states: no scanner is set up."""
    here = [state for state in states if state is not DeviceState.OFF]
    if not here:
        return Lamp("scanner", Light.OFF, "scanner.ok")
    if all(state is DeviceState.LOST for state in here):
        return Lamp("scanner", Light.STOPPED, "scanner.gone")
    if DeviceState.LOST in here:
        return Lamp("scanner", Light.SLOW, "scanner.one")
    return Lamp("scanner", Light.SLOW if DeviceState.OPENING in here else Light.OK, "scanner.ok")


def display_lamp(state: DeviceState) -> Lamp:
    """The pole's, shown only while it is missing: no sale waits for it, so it is never red."""
    return Lamp("display", Light.SLOW if state is DeviceState.LOST else Light.OFF, "display.off")


def journal_lamp(said: Lamp | None, *, full: bool) -> Lamp:
    """``said``: what was found about the journal at this start."""
    if full:
        return Lamp("journal", Light.STOPPED, "disk.full")
    return Lamp("journal", Light.OK, "journal.ok") if said is None else said


def clock_lamp(skew: float) -> tuple[Lamp, ...]:
    """One more lamp while this computer's clock is a minute or more off; the till itself uses channel time."""
    off = abs(round(skew))
    if off < CLOCK_WARN_SECONDS:
        return ()
    return (Lamp("clock", Light.SLOW, "clock.warn", (("n", str(off)),)),)
