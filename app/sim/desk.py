"""The counterparties behind one address: whose request it is, what strikes it, how it is answered.

The order for each request: read (signature) - faults fire - the bank acts - the ledger is written - the answer goes.
"""

import logging
import random
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Protocol

from app.core.channel import Channel
from app.sim import wechat_v2
from app.sim.alipay import Alipay, Partner
from app.sim.bank import Bank
from app.sim.bill_files import bill_file
from app.sim.exchange import NOT_FOUND, OK, Heard, Reply, Request
from app.sim.faults import Faults, Fired
from app.sim.http import Delivery, Manner
from app.sim.keys import Keys
from app.sim.ledger import Ledger
from app.sim.links import Links
from app.sim.notices import Notices
from app.sim.rules import rules_for
from app.sim.unionpay.dialect import PATHS, UnionPay
from app.sim.unionpay.seal import MerchantUp
from app.sim.vault import Vault
from app.sim.wechat_v2 import Merchant, WechatV2
from app.sim.wechat_v3.dialect import PREFIX, WechatV3
from app.sim.wechat_v3.seal import MerchantV3

_log = logging.getLogger(__name__)

BOMB_BYTES: Final = 64 * 1_048_576
BIG_BYTES: Final = 8 * 1_048_576
_PAGE: Final = "<html><head><title>Wi-Fi</title></head><body><h1>请先登录网络</h1></body></html>\n".encode()
_HTML: Final = "text/html; charset=utf-8"
_MANNERS: Final[Mapping[str, Manner]] = {
    "lose-answer": Manner.CUT,
    "rst": Manner.RST,
    "silence": Manner.SILENT,
    "truncate": Manner.TRUNCATED,
    "drip": Manner.DRIP,
}
_BEFORE: Final = frozenset({"rst", "silence"})  # these strike before the bank acts, unless told -after


class Dialect(Protocol):
    def read(self, request: Request) -> Heard: ...

    def act(self, heard: Heard, fired: Fired, now: float) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What is to be done about one request; times in seconds."""

    delivery: Delivery
    delay: float = 0.0
    late: float | None = None  # the bank gets the request this much later, through ``carry_out``
    carry_out: Callable[[float], None] | None = None


class Desk:
    """The bank, its ledger, the dialects and the fault script in force."""

    def __init__(self, keys: Keys, ledger: Ledger, pace: float, chance: random.Random) -> None:
        names = keys.names
        self._ledger = ledger
        self._names = names
        self._pace = pace
        self.bank = Bank(pace, Vault(pace, bytes.fromhex(names.code_key), chance))
        for entry in ledger.read():
            self.bank.restore(entry)
        self.faults = Faults()
        self.counts: Counter[str] = Counter()
        partner = Partner(
            names.app_id,
            keys.rsa_public_key("alipay_app_public_key"),
            keys.rsa_key("alipay_private_key"),
            keys.cert_sn("alipay_app_cert"),
            keys.cert_sn("alipay_cert"),
            keys.cert_sn("alipay_root_cert"),
        )
        merchant = Merchant(names.appid, names.mch_id, names.api_v2_key)
        code_life = rules_for(Channel.WECHAT, pace).code_life
        self._wechat = WechatV2(self.bank, merchant, chance, code_life)
        links = Links(chance.randbytes(32))
        self._alipay = Alipay(self.bank, partner, pace, links)
        self._unionpay = UnionPay(self.bank, _merchant_up(keys))
        self._wechat_v3 = WechatV3(self.bank, _merchant_v3(keys), chance, links)
        self.notices = Notices(self.bank, merchant, partner, self._wechat_v3, self._unionpay)

    def set_faults(self, script: str) -> None:
        """Replace the script; FaultError leaves the old one in force."""
        self.faults = Faults(script, self._pace)

    def bill(self, channel: Channel, begin: float, now: float) -> tuple[str, bytes] | None:
        """Name and content of a bill made at once; None for a day without rows."""
        return bill_file(self.bank, self._names, channel, begin, now)

    def write_down(self, now: float) -> None:
        """Put what changed into the ledger file. OSError from the disk: the changes wait for the next try."""
        changes = self.bank.vault.changes
        if not changes:
            return
        try:
            self._ledger.append(changes, now)
        except OSError:
            _log.exception("the ledger cannot be written; nobody is answered until it can")
            raise
        self.bank.vault.written()

    def answer(self, request: Request, now: float) -> Answered:
        """Read, strike, act, write down. ``now`` in seconds since the epoch."""
        channel, dialect = self._whose(request)
        heard = dialect.read(request)
        if heard.call is None:
            return Answered(Delivery(heard.refusal or NOT_FOUND, now))
        self.counts[f"{channel}.{heard.call}"] += 1
        if heard.refusal is not None:
            self.counts[f"{channel}.{heard.call}: refused at the door"] += 1
            _log.info("%s %s refused at the door", channel, heard.call)
        fired = self.faults.fire(channel, heard.call)
        date = now + (fired["clock-skew"].seconds if "clock-skew" in fired else 0.0)
        delay = fired["delay"].seconds if "delay" in fired else 0.0
        if "late-pay" in fired:
            return Answered(
                Delivery(None, date, Manner.CUT),
                late=fired["late-pay"].seconds,
                carry_out=lambda then: self._carry_out(dialect, heard, then),
            )
        if _cut_before(fired):
            return Answered(Delivery(None, date, _manner(fired)), delay)
        put_in = _put_in(fired)
        if put_in is not None and not put_in[1]:
            return Answered(Delivery(put_in[0], date, _manner(fired), _pause(fired)), delay)
        reply = dialect.act(heard, fired, now)
        self.write_down(now)
        if put_in is not None:
            reply = put_in[0]
        elif "corrupt" in fired:
            reply = replace(reply, body=_flipped(reply.body))
        return Answered(Delivery(reply, date, _manner(fired), _pause(fired)), delay)

    def _whose(self, request: Request) -> tuple[Channel, Dialect]:
        if request.path in wechat_v2.PATHS:
            return Channel.WECHAT, self._wechat
        if request.path.startswith(PREFIX):
            return Channel.WECHAT, self._wechat_v3
        if request.method == "POST" and PATHS.fullmatch(request.path):
            return Channel.UNIONPAY, self._unionpay
        return Channel.ALIPAY, self._alipay

    def _carry_out(self, dialect: Dialect, heard: Heard, now: float) -> None:
        dialect.act(heard, {}, now)
        self.write_down(now)


def _merchant_v3(keys: Keys) -> MerchantV3:
    names = keys.names
    return MerchantV3(
        names.appid,
        names.mch_id,
        names.api_v3_key,
        keys.rsa_key("wechat_v3_merchant_key").public_key(),
        keys.serial("wechat_v3_merchant_cert"),
        names.public_key_id,
        keys.rsa_key("wechat_v3_private_key"),
        keys.rsa_key("wechat_v3_platform_key"),
        keys.serial("wechat_v3_platform_cert"),
        keys.pem["wechat_v3_platform_cert"],
    )


def _merchant_up(keys: Keys) -> MerchantUp:
    return MerchantUp(
        keys.names.mer_id,
        str(int(keys.serial("unionpay_merchant_cert"), 16)),
        keys.rsa_key("unionpay_merchant_key").public_key(),
        keys.rsa_key("unionpay_key"),
        keys.pem["unionpay_cert"],
    )


def _cut_before(fired: Fired) -> bool:
    return "lose-request" in fired or any(name in fired and not fired[name].after for name in _BEFORE)


def _manner(fired: Fired) -> Manner:
    if not fired:
        return Manner.WHOLE
    if "lose-request" in fired:
        return Manner.CUT
    return next((manner for name, manner in _MANNERS.items() if name in fired), Manner.WHOLE)


def _pause(fired: Fired) -> float:
    return fired["drip"].seconds if "drip" in fired else 0.0


def _flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes((body[middle] ^ 1,)) + body[middle + 1 :]


def _put_in(fired: Fired) -> tuple[Reply, bool] | None:
    """A foreign answer in place of the channel's own, and whether the bank acts all the same."""
    for name in ("http", "html", "redirect", "gzip-bomb", "big-body"):
        if name in fired:
            return _foreign(name, fired[name].status), fired[name].after
    return None


def _foreign(name: str, status: int) -> Reply:
    match name:
        case "http":
            return Reply(status, _HTML, b"")
        case "redirect":
            return Reply(307, _HTML, b"", (("Location", "/elsewhere"),))
        case "gzip-bomb":
            return Reply(OK, _HTML, _bomb(), (("Content-Encoding", "gzip"),))
        case "big-body":
            return Reply(OK, _HTML, b" " * BIG_BYTES)
        case _:
            return Reply(OK, _HTML, _PAGE)


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_048_576)
    return b"".join(packer.compress(block) for _ in range(BOMB_BYTES // len(block))) + packer.flush()
