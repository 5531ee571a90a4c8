"""WeChat's platform key gives way to another in the middle of a day: the till must fetch it to understand a word."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple
from unittest import mock

from cryptography.x509.oid import ExtendedKeyUsageOID
from simulation import keys
from simulation.counterparty import Counterparty
from simulation.world import MIDNIGHT, World

from app.channels.wechat_v3.config import CertificateMode
from app.core.channel import Channel
from app.sim.certs import certificate, name, new_rsa, pem

ROTATES = 0.05  # seeds whose shop trusts platform certificates, and sees them change
LATEST = 900.0  # seconds after which it has happened


class Platform(NamedTuple):
    platform_key: Any
    platform_serial: str
    platform_cert_pem: str


@cache
def platform(n: int) -> Platform:
    """WeChat's ``n``-th key, a real one: the till reads it out of its certificate."""
    key, who = new_rsa(), name(f"Tenpay {n}")
    made = certificate(who, who, key, key, now=MIDNIGHT - 1e7, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    return Platform(key, f"{made.serial_number:X}", pem(made))


@contextlib.contextmanager
def rotating(world: World, other: Counterparty) -> Iterator[None]:
    """The till trusts certificates only, and fetches them by itself; at some second there is another."""
    _sign_with(other, platform(0))
    world.at(world.dice.between(2, LATEST, "rotates at"), lambda: _rotate(world, other))
    with mock.patch.object(keys, "_V3", replace(keys._V3, trust=CertificateMode(require_root=False))):
        yield


def _rotate(world: World, other: Counterparty) -> None:
    world.say("channel", "signs with another platform key")
    world.seen("the platform key was rotated")
    _sign_with(other, platform(1))


def _sign_with(other: Counterparty, one: Platform) -> None:
    speaks: Any = other._dialects[Channel.WECHAT]
    merchant = replace(speaks.seal._merchant, **one._asdict())
    speaks.seal._merchant = speaks.after._merchant = merchant
