"""The judgements of the self-test: what was found, put as one line and one who mends it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from app import words
from app.channels.api import Contact
from app.core.beijing import DAY_MS
from app.core.reasons import Reason
from app.settings import Settings
from app.settings.model import SECTIONS
from app.till.lamps import CLOCK_WARN_SECONDS

CERT_WARN_DAYS: Final = 30
DISK_LOW: Final = 512 * 1024 * 1024  # bytes; some months of a busy till, so there is time to clear up
DISK_STOP: Final = 64 * 1024 * 1024  # bytes; disk.low.say names it
ROOTS: Final = "root_cert_pem"  # a bundle of authorities: the newest counts, an old one beside it harms nothing
# In a channel's own code these say that the merchant may not, and only the acquirer can allow it.
_RIGHTS: Final = ("NOAUTH", "NO_AUTH", "PERMISSION", "FORBIDDEN", "40006")
# WeChat V3's list of platform certificates came, and none of it could be taken over (``wechat_v3.answers``).
_PLATFORM: Final = "PLATFORM_CERTIFICATES"


class Light(StrEnum):
    OK = "ok"
    WARN = "warn"  # works today
    BAD = "bad"


class Who(StrEnum):
    """Who mends it."""

    NOBODY = ""
    MANAGER = "manager"
    ACQUIRER = "acquirer"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``part``: a channel, or one of settings, vault, journal, disk, scanner, cert, clock."""

    part: str
    light: Light
    who: Who
    says: tuple[str, str]  # 中文, English
    unproven: bool = False  # the channel answered as it should, but nothing in the answer was signed

    def line(self, language: str) -> str:
        mark = {Light.OK: "✓", Light.WARN: "!", Light.BAD: "✗"}[self.light]
        named = f"name.{self.part}"
        name = words.say(named if words.has(named) else f"doc.name.{self.part}", language)
        said = self.says[words.LANGUAGES.index(language)]
        who = "" if self.who is Who.NOBODY else f" [{words.say(f'doc.who.{self.who}', language)}]"
        return f"{mark} {name}  {said}{who}"


def both(key: str, **values: str | int) -> tuple[str, str]:
    """The sentence in 中文 and English; ``channel`` is given as its name's key and becomes the name."""
    zh, en = (
        words.tell(key, language, {n: _named(n, value, language) for n, value in values.items()})
        for language in words.LANGUAGES
    )
    return zh, en


def _named(name: str, value: str | int, language: str) -> str | int:
    return words.tell(f"name.{value}", language) if name == "channel" else value


def good(part: str, key: str, **values: str | int) -> Finding:
    return Finding(part, Light.OK, Who.NOBODY, both(key, **values))


def bad(part: str, who: Who, key: str, **values: str | int) -> Finding:
    return Finding(part, Light.BAD, who, both(key, **values))


def warned(part: str, who: Who, key: str, **values: str | int) -> Finding:
    return Finding(part, Light.WARN, who, both(key, **values))


def shut(part: str, sentence: str) -> Finding:
    """A channel that cannot be opened. ``sentence``: the room's own, English."""
    key = next((key for key in words.keys("doc.shut.") if words.say(key, "en") == sentence), "")
    zh, en = (
        words.say("doc.channel.shut", language, why=words.say(key, language) if key else sentence)
        for language in words.LANGUAGES
    )
    return Finding(part, Light.BAD, Who.MANAGER, (zh, en))


def judged(contact: Contact, *, simulator: bool) -> Finding:  # noqa: PLR0911 - one return per finding
    """What a channel's answer to a question about a number nobody has says of line, keys and merchant."""
    part, code = contact.channel.value, contact.code or "-"
    if contact.tls_dates:
        return bad(part, Who.MANAGER, "doc.channel.dates")
    if contact.misconfigured:
        return _misconfigured(contact, part, code)
    if not contact.answered:
        if simulator:
            return bad(part, Who.MANAGER, "doc.channel.nosim")
        return bad(part, Who.NETWORK, "doc.channel.silent", n=round(contact.seconds))
    if contact.forged:
        return bad(part, Who.MANAGER, "doc.channel.forged")
    if not contact.verified:
        return _unsigned(contact, part, code)
    if contact.reason is Reason.NOTFOUND:
        return good(part, "doc.channel.ok", ms=round(contact.seconds * 1000))
    return warned(part, Who.ACQUIRER, "doc.channel.unwell", code=code)


def _unsigned(contact: Contact, part: str, code: str) -> Finding:
    """WeChat V3 and Alipay's gateway leave some refusals unsigned; a proxy or a login page never knows their codes."""
    if contact.reason is Reason.NOTFOUND:
        return replace(good(part, "doc.channel.unsigned", ms=round(contact.seconds * 1000)), unproven=True)
    theirs = contact.code and not contact.code.startswith("HTTP ")
    if theirs or contact.reason is Reason.BUSY or contact.code.startswith("HTTP 5"):
        return warned(part, Who.ACQUIRER, "doc.channel.unwell", code=code)
    return bad(part, Who.NETWORK, "doc.channel.stranger")


def proven(contact: Contact) -> Finding | None:
    """What the answer about an order of ours adds: its signature held, or did not; None where it was silent again."""
    if contact.forged:
        return bad(contact.channel.value, Who.MANAGER, "doc.channel.forged")
    if contact.verified:
        return good(contact.channel.value, "doc.channel.ok", ms=round(contact.seconds * 1000))
    return None


def _misconfigured(contact: Contact, part: str, code: str) -> Finding:
    if contact.date_ms is None and not contact.code and not contact.verified:
        return bad(part, Who.MANAGER, "doc.channel.tls")
    if contact.reason is Reason.FROZEN:
        return bad(part, Who.ACQUIRER, "doc.channel.frozen", code=code)
    if contact.code == _PLATFORM:
        return bad(part, Who.MANAGER, "doc.channel.platform")
    if contact.reason is Reason.KEYS:
        return bad(part, Who.MANAGER, "doc.channel.keys", code=code)
    if any(word in contact.code.upper() for word in _RIGHTS):
        return bad(part, Who.ACQUIRER, "doc.channel.right", code=code)
    return bad(part, Who.MANAGER, "doc.channel.config", code=code)


def clock(skews: Iterable[float]) -> Finding | None:
    """``skews``: seconds by which this computer is ahead, as each channel's ``Date`` has it; the worst is told."""
    worst = max(skews, key=abs, default=None)
    if worst is None:
        return None
    off = abs(round(worst))
    if off < CLOCK_WARN_SECONDS:
        return good("clock", "doc.clock.ok", n=off)
    return warned("clock", Who.MANAGER, "doc.clock.fast" if worst > 0 else "doc.clock.slow", n=off)


def disk(free: int) -> Finding:
    """``free`` bytes on the disk of the data folder."""
    size = f"{free / 2**30:.1f} GB" if free >= 2**30 else f"{free // 2**20} MB"
    if free < DISK_STOP:
        return bad("disk", Who.MANAGER, "disk.low.say", size=size)
    return (
        warned("disk", Who.MANAGER, "disk.low.say", size=size)
        if free < DISK_LOW
        else good("disk", "doc.disk.ok", size=size)
    )


def certificates(settings: Settings, now_ms: int) -> Iterator[Finding]:
    """A line per certificate that ends within 30 days, has ended, has not begun or cannot be read; else one for all."""
    ends: list[datetime] = []
    told = False
    for section in SECTIONS:
        held = getattr(settings, section)
        for one in fields(held) if held is not None else ():
            pem = getattr(held, one.name)
            if not (one.name.endswith("cert_pem") and pem):
                continue
            found = _dated(section, one.name, pem, now_ms)
            if isinstance(found, Finding):
                told = True
                yield found
            elif found is not None:
                ends.append(found)
    if ends and not told:
        yield good("cert", "doc.cert.ok", date=f"{min(ends):%Y-%m-%d}")


def _dated(section: str, name: str, pem: str, now_ms: int) -> Finding | datetime | None:
    from cryptography import x509  # noqa: PLC0415 - heavy, and needed by the self-test only

    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    try:
        first, *rest = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        if name.endswith(ROOTS):  # a bundle may hold algorithms that this computer cannot read; the room judges it
            return None
        return bad("cert", Who.MANAGER, "doc.cert.unreadable", channel=section, name=name)
    end = max(c.not_valid_after_utc for c in (first, *rest)) if name.endswith(ROOTS) else first.not_valid_after_utc
    date = f"{end:%Y-%m-%d}"
    if end <= now:
        return bad("cert", Who.MANAGER, "cert.over.say", channel=section, date=date)
    if first.not_valid_before_utc > now:
        date = f"{first.not_valid_before_utc:%Y-%m-%d}"
        return bad("cert", Who.MANAGER, "doc.cert.early", channel=section, date=date)
    if (end - now).total_seconds() * 1000 < CERT_WARN_DAYS * DAY_MS:
        return warned("cert", Who.MANAGER, "cert.soon.say", channel=section, date=date)
    return end
