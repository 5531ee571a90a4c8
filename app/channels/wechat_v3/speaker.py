"""What all calls of the room share: signing, sending, and knowing whose answer it is."""

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import Final, assert_never
from urllib.parse import urlsplit

from app.channels import tls, wording
from app.channels.api import CallLimits, ChannelClock, Contact, OnContact
from app.channels.exchange import Exchange, Reporter, Told
from app.channels.http import Line
from app.channels.outcome import Post, Reply
from app.channels.wechat_v3 import aead, calls, certs, sign, wire
from app.channels.wechat_v3.answers import Came, clock_is_off, list_answer
from app.channels.wechat_v3.calls import Call
from app.channels.wechat_v3.config import CertificateMode, PublicKeyMode, WechatV3
from app.core.answers import Evidence, Found, Pay, Repaid, Undone
from app.core.channel import Channel
from app.core.reasons import Reason

_SERIAL: Final = re.compile(r"[0-9A-F]{8,40}")
_MCHID: Final = re.compile(r"[0-9]{1,32}")
_APPID: Final = re.compile(r"[0-9A-Za-z_]{1,32}")
_KEY_ID: Final = re.compile(r"PUB_KEY_ID_[0-9A-Za-z]{1,64}")


class Speaker:
    """One merchant's line. Keys are loaded here; raises ValueError with a sentence where one cannot be used."""

    def __init__(self, config: WechatV3, clock: ChannelClock, limits: CallLimits, on_contact: OnContact) -> None:
        _check(config)
        context = tls.trust(config.base_url, config.ca_pem)
        self._line = Line(config.base_url, context, connect=limits.connect, idle=limits.idle)
        self._signer = sign.Signer(config.mchid, config.serial_no.upper(), sign.private_key(config.private_key_pem))
        self.cipher = aead.cipher(config.api_v3_key)
        self._ring = _ring(config.trust, clock.channel_ms())
        self._key_id = config.trust.key_id if isinstance(config.trust, PublicKeyMode) else ""
        self._path = urlsplit(config.base_url).path.rstrip("/")
        self._clock = clock
        self._limit = limits.query
        self._reporter = Reporter(Channel.WECHAT, on_contact)
        self._learning = asyncio.Lock()

    async def ask(
        self, call: Call, deadline: float, *, once: bool = False, warms: bool = False
    ) -> tuple[Exchange, Came]:
        """Send; where the answer is signed by a key nobody knows, fetch the certificates once and look again."""
        if not once and self.is_due():  # a payment does not wait for housekeeping
            await self._learn()
        post = self._post(call, self._path + call.target, deadline, once=once, warms=warms)
        exchange = await self._reporter.send(self._line, post)
        now = self._clock.channel_ms()
        serial = exchange.outcome.headers.get("wechatpay-serial", "") if isinstance(exchange.outcome, Reply) else ""
        if serial and self._ring.key_for(serial, now) is None:
            await self._learn(serial)
        return exchange, Came(exchange.outcome, now, lambda serial: self._ring.key_for(serial, now))

    async def download(self, target: str, deadline: float, into: Callable[[bytes], bool]) -> Exchange:
        """GET ``target`` as it was given; nobody signs the answer."""
        return await self._reporter.send(self._line, self._post(Call("GET", target), target, deadline, into=into))

    def is_due(self) -> bool:
        """Whether the next call would bring the list of certificates."""
        return self._ring.is_due(self._clock.channel_ms())

    def keys_now(self) -> tuple[wire.KeyFor, int]:
        """How a signature of this moment finds its key, and the moment in ms of channel time."""
        now = self._clock.channel_ms()
        return (lambda serial: self._ring.key_for(serial, now)), now

    def heard_of(self, serial: str) -> None:
        """A name was seen where nothing can be fetched: if nobody knows it, the next call brings the list."""
        if serial and self._ring.may_learn(serial, self._clock.channel_ms()):
            self._ring.want()

    def tell(
        self, exchange: Exchange, call: str, number: str, kind: Pay | Found | Undone | Repaid, evidence: Evidence
    ) -> Contact:
        """A missing right to refund does not stop selling; a key that is wrong there is wrong everywhere."""
        ours = kind is Pay.MISCONFIGURED or kind is Found.MISCONFIGURED or kind is Undone.MISCONFIGURED
        wrong = ours or (kind is Repaid.MISCONFIGURED and evidence.reason is Reason.KEYS)
        clock_wrong = clock_is_off(Came(exchange.outcome, self._clock.channel_ms(), lambda _: None))
        return self._reporter.tell(exchange, Told(call, number, kind.value, evidence, wrong, clock_wrong))

    def note(self, exchange: Exchange, call: str, day: str) -> None:
        """A line in the log only: bills say nothing about selling."""
        outcome = exchange.outcome
        kind = f"HTTP {outcome.status}" if isinstance(outcome, Reply) else outcome.why
        self._reporter.note(exchange, Told(call, day, wording.clean(kind), Evidence()))

    async def aclose(self) -> None:
        await self._line.aclose()

    async def _learn(self, serial: str = "") -> None:
        """Fetch the platform certificates if they are still due, or if they may explain ``serial``."""
        async with self._learning:  # whoever comes second finds them fetched
            asked = self._clock.channel_ms()
            issuers = self._ring.issuers
            wanted = self._ring.may_learn(serial, asked) if serial else self._ring.is_due(asked)
            if issuers is None or not wanted:
                return
            self._ring.asked(asked)
            call = calls.certificates()
            exchange = await self._reporter.send(self._line, self._post(call, self._path + call.target, self._limit))
            now, outcome = self._clock.channel_ms(), exchange.outcome
            found: tuple[certs.Platform, ...] = ()
            if isinstance(outcome, Reply):
                found = certs.read_reply(outcome, self.cipher, issuers, now, self._ring)
            if found:
                self._ring.install(found, now)
        answer = list_answer(Came(outcome, now, lambda name: self._ring.key_for(name, now)), taken=bool(found))
        if self._key_id:  # sales are verified without them: a merchant that may not fetch them sells all the same
            self._reporter.note(exchange, Told("certificates", "-", answer.kind.value, answer.evidence))
        else:
            self.tell(exchange, "certificates", "-", answer.kind, answer.evidence)

    def _post(
        self,
        call: Call,
        target: str,
        deadline: float,
        *,
        once: bool = False,
        warms: bool = False,
        into: Callable[[bytes], bool] | None = None,
    ) -> Post:
        timestamp, nonce = self._clock.channel_ms() // 1000, secrets.token_hex(16)
        authorization = self._signer.authorization(call.method, target, call.body, timestamp=timestamp, nonce=nonce)
        headers = [("Authorization", authorization), ("Accept", wire.JSON)]
        if self._key_id:  # asks that the answer be signed with the public key
            headers.append(("Wechatpay-Serial", self._key_id))
        content_type = wire.JSON if call.body else ""
        return Post(target, call.body, content_type, deadline, once, warms, call.method, tuple(headers), into)


def _check(config: WechatV3) -> None:
    """Raises ValueError with a sentence. Ids go into headers and addresses, so their shape matters."""
    if not _MCHID.fullmatch(config.mchid) or not _APPID.fullmatch(config.appid):
        raise ValueError("mchid or appid is missing or not one")
    if not _SERIAL.fullmatch(config.serial_no.upper()):
        raise ValueError("the serial number of the merchant's certificate is missing or not one")
    partner = config.partner
    if partner and not _MCHID.fullmatch(partner.sub_mchid):
        raise ValueError("sub_mchid is missing or not one")
    if partner and partner.sub_appid and not _APPID.fullmatch(partner.sub_appid):
        raise ValueError("sub_appid is not one")


def _ring(trust: PublicKeyMode | CertificateMode, now_ms: int) -> certs.KeyRing:
    match trust:
        case PublicKeyMode(key_id=key_id, public_key_pem=pem, older=older):
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError("the id of WeChat Pay's public key is missing or not one")
            ring = certs.KeyRing(key_id, sign.public_key(pem), certs.Issuers(older) if older else None)
        case CertificateMode():
            older = trust
            ring = certs.KeyRing(issuers=certs.Issuers(trust))
        case _:
            assert_never(trust)
    if older and ring.issuers:
        ring.add(ring.issuers.take(older.known_pem, now_ms))
    return ring
