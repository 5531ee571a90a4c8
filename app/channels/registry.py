"""Opens the configured rooms. Keys are loaded here, on the worker, after the window has painted."""

from collections.abc import Callable, Iterable
from typing import assert_never

from app.channels.alipay.config import Alipay
from app.channels.alipay.room import AlipayRoom
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Counterparty, OnContact, Terminal
from app.channels.wechat_v2.config import WechatV2
from app.channels.wechat_v2.room import WechatRoom
from app.core.channel import Channel

Config = WechatV2 | Alipay


def open_channel(
    config: Config, terminal: Terminal, clock: ChannelClock, limits: CallLimits, on_contact: OnContact
) -> Counterparty:
    """One room. Nothing is sent yet. Raises BadConfigError with one sentence."""
    match config:
        case WechatV2():
            return WechatRoom(config, terminal, clock, limits, on_contact)
        case Alipay():
            return AlipayRoom(config, terminal, clock, limits, on_contact)
        case _:
            assert_never(config)


def open_channels(
    configs: Iterable[Config],
    terminal: Terminal,
    clock: ChannelClock,
    limits: CallLimits,
    on_contact: OnContact,
    *,
    on_bad: Callable[[BadConfigError], None] | None = None,
) -> dict[Channel, Counterparty]:
    """All rooms that can be opened. One channel's bad key closes that channel only, where ``on_bad`` is told of it.

    Without ``on_bad`` the first BadConfigError is raised.
    """
    rooms: dict[Channel, Counterparty] = {}
    for config in configs:
        try:
            room = open_channel(config, terminal, clock, limits, on_contact)
        except BadConfigError as bad:
            if on_bad is None:
                raise
            on_bad(bad)
        else:
            rooms[room.channel] = room
    return rooms
