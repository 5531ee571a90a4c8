"""The local interface over an open house: made once the till is open, on the worker's loop."""

from collections.abc import Callable

from app.boot import House
from app.pos.interface import Interface


def interface_of(house: House, away: Callable[[], bool]) -> Interface:
    """What another program on this computer may ask of ``house``; ``away``: nobody may sell now."""
    settings, training = house.settings.pos, house.settings.simulator
    keeper, channel_ms = house.engine.keeper, house.clock.channel_ms
    return Interface(house.counter, keeper, channel_ms, settings, training=training, away=away)
