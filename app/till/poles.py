"""The customer's pole display: the till's pictures, as the pole's few figures and letters."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from app.core.money import show_yuan, wire_yuan
from app.settings.model import Display, Scanner
from app.till.api import Counter, CounterView, Lamp
from app.till.customer import Following, Moment, Scene, scene
from app.till.lamps import display_lamp
from app.till.scanners import wanted, where
from app.words import say
from devices.api import DeviceState
from devices.pole_line import PoleLine
from devices.poles import PoleFace, PoleKind, PoleLight, PoleShape
from devices.ports import Port, serial_ports

POLE: Final = 2  # its place among the serial devices of a till (``scanners.wanted``)
OWED: Final = frozenset({Moment.READY, Moment.WAIT, Moment.SENT, Moment.PENDING, Moment.UNKNOWN})
_LINES: Final = {Moment.PAID: "thanks", Moment.SENT: "wait", Moment.RETURNED: "thanks", Moment.RETURNING: "wait"}
TEST_FEN: Final = 12_850


def pole_face(shown: Scene, language: str) -> PoleFace:
    """Two lines and a sum. Figures stand only while they are owed, paid or given back."""
    sums = {Moment.PAID: "paid", Moment.RETURNED: "returned"}
    word = sums.get(shown.moment, "due" if shown.moment in OWED else "")
    upper = say(f"cus.pole.{word}", language, amount=show_yuan(shown.amount_fen)) if word and shown.amount_fen else ""
    lower = say(f"cus.pole.{_LINES.get(shown.moment, shown.moment)}", language)
    if shown.training:
        lower = f"{say('cus.pole.training', language)} {lower}"
    light = PoleLight.RECEIVED if shown.moment is Moment.PAID else PoleLight.TOTAL if upper else PoleLight.DARK
    figures = wire_yuan(shown.amount_fen) if upper else ""
    return PoleFace(upper, lower, figures, light)


def shape_of(display: Display) -> PoleShape:
    """How the pole of these settings wants its bytes. Raises ValueError where there is none."""
    return PoleShape(PoleKind(display.pole), display.pole_chinese, display.pole_lights)


def pole_line(
    scanner: Scanner,
    display: Display,
    on_state: Callable[[DeviceState, str], None],
    ports: Callable[[], Sequence[Port]] = serial_ports,
) -> PoleLine:
    devices = wanted(scanner, display)
    return PoleLine(lambda: where(devices, POLE, ports), display.pole_baud, shape_of(display), on_state)


def trial_face(language: str) -> PoleFace:
    """What a test shows: a sum with every part a sale has."""
    amount = show_yuan(TEST_FEN)
    upper, lower = say("cus.pole.due", language, amount=amount), say("cus.pole.ready", language)
    return PoleFace(upper, lower, wire_yuan(TEST_FEN), PoleLight.TOTAL)


class Poles:
    """The pole of a till, or none. It follows the counter's pictures on the loop; nothing waits for it."""

    def __init__(self, scanner: Scanner, display: Display, lamp: Callable[[Lamp], None], language: str) -> None:
        self._chinese = display.pole_chinese and language == "zh"
        self._following = Following()
        self._lamp = lamp
        self._line: PoleLine | None = None
        if display.pole != "none" and display.pole_port:
            loop = asyncio.get_running_loop()

            def on_state(state: DeviceState, _why: str) -> None:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(lambda: self._lamp(display_lamp(state)))

            self._line = pole_line(scanner, display, on_state)

    def follow(self, counter: Counter) -> None:
        """Shows what ``counter`` publishes, from now on."""
        if self._line is not None:
            self._line.start()
            counter.subscribe(self._show)

    async def aclose(self) -> None:
        """The port is free when it returns."""
        if self._line is not None:
            await asyncio.to_thread(self._line.stop)

    def _show(self, view: CounterView) -> None:
        self._following = self._following.after(view)
        if self._line is not None:
            self._line.show(pole_face(scene(view, self._following), "zh" if self._chinese else "en"))
