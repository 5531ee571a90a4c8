"""How the value of a setting is read. A parser returns it or raises ValueError; the setting's sentence says why."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
PEM_MOST: Final = 65_536  # characters; Alipay's bundle of root certificates is the largest, about 9,000
PACE_MOST: Final = 1_000.0
RATE: Final = r"(?:[0-9]{1,2}(?:\.[0-9]{1,2})?%)?"  # what a channel keeps of each sale, by contract

Parser = Callable[[object], object]


def loopback(url: str) -> bool:
    """Whether ``url`` leads to this very computer."""
    return urlsplit(url).hostname in LOOPBACK


def text(most: int, pattern: str = r"[^\x00-\x1f\x7f]*") -> Parser:
    """A single line of at most ``most`` characters."""
    shape = re.compile(pattern)

    def parse(raw: object) -> str:
        if not isinstance(raw, str) or len(raw) > most or not shape.fullmatch(raw):
            raise ValueError
        return raw

    return parse


def pem(raw: object) -> str:
    """A public key or a certificate as PEM, or nothing. A private key is refused: its place is the sealed file."""
    if not isinstance(raw, str) or len(raw) > PEM_MOST or "PRIVATE KEY" in raw:
        raise ValueError
    if raw and not raw.lstrip().startswith("-----BEGIN "):
        raise ValueError
    return raw


def url(raw: object) -> str:
    """An https address without a user, a query or a fragment."""
    if not isinstance(raw, str) or re.search(r"[\s\x00-\x1f]", raw):
        raise ValueError
    parts = urlsplit(raw)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError
    if parts.port == 0:
        raise ValueError
    return raw


def url_or_none(raw: object) -> str:
    """As ``url``, or nothing."""
    return "" if raw == "" else url(raw)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A parser whose words can be shown to choose from."""

    allowed: tuple[str, ...]

    def __call__(self, raw: object) -> str:
        if not isinstance(raw, str) or raw not in self.allowed:
            raise ValueError
        return raw


def choice(*allowed: str) -> OneOf:
    return OneOf(allowed)


def whole(least: int, most: int) -> Parser:
    def parse(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            raise ValueError
        return raw

    return parse


def paper_mm(raw: object) -> int:
    """The two widths of receipt paper."""
    if isinstance(raw, bool) or raw not in (58, 80):
        raise ValueError
    return int(raw)


def yes_no(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError  # noqa: TRY004 - the one refusal a parser has
    return raw


def pace(raw: object) -> float:
    """How many times faster than life; only the simulator keeps another pace than 1 (design §7.5)."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= PACE_MOST:
        raise ValueError
    return float(raw)
