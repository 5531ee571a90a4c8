"""A certificate authority and a small TLS server whose every byte a test decides."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from app.channels.api import CallLimits, Contact, Terminal
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.sale import Order

NOW_MS = 1_795_358_400_000  # 2026-11-22 22:40:00 in Beijing
LOOPBACK = (x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))


class Hidden:
    """A secret as the channels see it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Hidden(…)"


def pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def cert_pem(certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Authority:
    """Issues certificates; ``folder`` is where OpenSSL reads the servers' from."""

    folder: object
    key: object = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: str = "Loopback CA"

    def __post_init__(self) -> None:
        self.subject = x509.Name(
            [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, self.name)]
        )
        self.certificate = self._build(self.subject, self.key.public_key(), ca=True)
        self.pem = cert_pem(self.certificate)

    def _build(self, subject, public, *, ca=False, days=(-1, 30), names=LOOPBACK):
        today = datetime.fromtimestamp(time.time(), UTC)  # OpenSSL compares with the computer's own clock
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(today + timedelta(days=days[0]))
            .not_valid_after(today + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(names),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )

    def issue(self, common_name="localhost", *, key=None, **how):
        """(certificate, key) of a name."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        return self._build(subject, key.public_key(), **how), key

    def server_context(self, *, ask_client=False, version=None, **how) -> ssl.SSLContext:
        certificate, key = self.issue(**how)
        path = self.folder / f"server-{certificate.serial_number}.pem"
        path.write_text(cert_pem(certificate) + pem(key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if ask_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=self.pem)
        if version is not None:
            context.maximum_version = version
        return context


@dataclass
class Asked:
    """One request as the server read it."""

    connection: int
    target: str
    headers: dict[str, str]
    body: bytes
    peer: object
    method: str = "POST"


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[bytes | None]]


def http(body: bytes, status="200 OK", **headers: str) -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Date: Sun, 22 Nov 2026 14:40:00 GMT"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@dataclass
class Loopback:
    """Serves ``answer``; bytes are sent as given, None closes the connection at once."""

    answer: Answer
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    url: str = ""
    port: int = 0
    tasks: list[asyncio.Task] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.writers.append(writer)
        self.tasks.append(asyncio.current_task())
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                peer = writer.get_extra_info("peercert")
                asked = Asked(number, head[0].split(" ")[1], headers, body, peer, head[0].split(" ")[0])
                self.asked.append(asked)
                said = await self.answer(asked, writer)
                if said is None:
                    return
                writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()

    def stop(self) -> None:
        """End answers that would wait for ever."""
        for task in self.tasks:
            task.cancel()

    async def hang_up(self) -> None:
        """Close every connection from this side, as a server does with an idle one, and see it gone."""
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self.writers), return_exceptions=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def serve(authority):
    """``async with serve(answer) as loopback``: a TLS server on a free port of this machine."""

    @asynccontextmanager
    async def opened(answer: Answer, context: ssl.SSLContext | None = None) -> AsyncIterator[Loopback]:
        loopback = Loopback(answer)
        server = await asyncio.start_server(
            loopback.serve, "127.0.0.1", 0, ssl=context or authority.server_context(), ssl_shutdown_timeout=0.5
        )
        loopback.port = server.sockets[0].getsockname()[1]
        loopback.url = f"https://127.0.0.1:{loopback.port}"
        try:
            yield loopback
        finally:
            server.close()
            loopback.stop()
            for writer in loopback.writers:
                with suppress(AttributeError):  # Python 3.11.2: a transport closed twice has forgotten its protocol
                    writer.transport.abort()
            await asyncio.gather(*loopback.tasks, return_exceptions=True)
            await server.wait_closed()
            for _ in range(10):
                await asyncio.sleep(0)  # transports close some turns later

    return opened


@pytest.fixture
def answer_with():
    """An ``Answer`` that always says the same."""

    def make(body: bytes, **headers: str) -> Answer:
        async def answer(_asked: Asked, _writer: asyncio.StreamWriter) -> bytes:
            return http(body, **headers)

        return answer

    return make


class FixedClock:
    def channel_ms(self) -> int:
        return NOW_MS


@dataclass
class Kit:
    """What a room is opened with, and what it told."""

    terminal: Terminal
    clock: FixedClock
    limits: CallLimits
    contacts: list[Contact]

    @property
    def rest(self):
        return self.terminal, self.clock, self.limits, self.contacts.append


@pytest.fixture
def kit() -> Kit:
    limits = CallLimits(connect=2.0, pay=5.0, query=5.0, reverse=5.0, code_life=60.0, idle=4.0)
    return Kit(Terminal("晨光便利店", "S001", "T1", "192.168.1.20"), FixedClock(), limits, [])


@pytest.fixture(scope="session")
def order_of():
    """An order of 12.50 yuan at a channel."""

    def make(channel: Channel, amount_fen: int = 1250, number: str = "702611220001000100010018") -> Order:
        return Order(number, "p1", channel, amount_fen, "ab" * 16, "李", "T1", NOW_MS, "2026-11-22")

    return make


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@dataclass
class World:
    """A till's side of the counter, and everything the other side needs."""

    serve: object
    authority: Authority
    kit: Kit
    rsa_key: object
    order_of: Callable[..., Order]
    hidden = Hidden
    http = staticmethod(http)
    pem = staticmethod(pem)
    cert_pem = staticmethod(cert_pem)
    wechat_code = AuthCode("134567890123456789")
    alipay_code = AuthCode("286543210987654321")


@pytest.fixture
def world(serve, authority, kit, rsa_key, order_of) -> World:
    return World(serve, authority, kit, rsa_key, order_of)
