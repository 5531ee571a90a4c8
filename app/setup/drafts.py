"""What a person entered for one channel, made into settings and secrets, or refused with the field to blame. Pure
but for the files it is told to read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.core.hotkeys import refusal
from app.settings import Client, ClientError, Settings, read_client
from app.settings.client import FORMAT, SEALED
from app.settings.model import SECTIONS, parser_of
from app.setup import keyfiles
from app.setup.taking import CannotSetUp

PAIRED: Final = {  # the certificate that a PKCS#12 file brings beside its key
    "wechat.client_key_pem": "client_cert_pem",
    "unionpay.sign_key_pem": "sign_cert_pem",
}
PLAIN: Final = tuple(name for name in SECTIONS if name not in (*SEALED, "line"))  # entered one by one; no channel's
INSTEAD: Final = {"wechat": "wechat_v3", "wechat_v3": "wechat"}  # one API per merchant


@dataclass(frozen=True, slots=True)
class Draft:
    """``section``: a channel's. What is not named stays as it was; a secret that is left blank stays sealed.

    ``texts`` may hold API keys and ``password`` opens a PKCS#12 file: neither is ever shown.
    """

    section: str
    texts: Mapping[str, str | bool | int] = field(default_factory=dict, repr=False)
    files: Mapping[str, Path] = field(default_factory=dict)
    password: str = field(default="", repr=False)


def worked_out(draft: Draft, before: Settings, sealed: Mapping[str, str], now_ms: int) -> Client:
    """Only this channel's settings (beside ``before``) and only its secrets.

    Raises CannotSetUp: a file that cannot be read, a key that does not belong to its certificate, dates, a
    certificate of the wrong environment.
    """
    section = draft.section
    raw = _present(section, before, sealed)
    raw |= {name: value for name, value in draft.texts.items() if not (name in SEALED[section] and value == "")}
    for name, path in draft.files.items():
        raw |= _from_file(draft, name, path)
    document: dict[str, Any] = {"format": FORMAT, section: raw}
    if section == "wechat_v3":
        document["wechat"] = {"api": "v3"}
    try:
        client = read_client(document)
    except ClientError as error:
        raise _blamed(error) from None
    held = getattr(client.settings, section)
    _check_certificates(section, held, now_ms)
    changes: dict[str, Any] = {section: held}
    if section in INSTEAD:
        changes[INSTEAD[section]] = None
    return Client(replace(before, **changes), client.secrets)


def _present(section: str, before: Settings, sealed: Mapping[str, str]) -> dict[str, Any]:
    held = getattr(before, section)
    raw = asdict(held) if held is not None else {}
    prefix = f"{section}."
    return raw | {name.removeprefix(prefix): text for name, text in sealed.items() if name.startswith(prefix)}


def _from_file(draft: Draft, name: str, path: Path) -> dict[str, str]:
    blame = f"{draft.section}.{name}"
    data = keyfiles.read_whole(path, blame)
    if name in SEALED[draft.section]:
        found = keyfiles.private_key(data, draft.password, path.name, blame)
        more = {name: found.key_pem}
        if found.cert_pem and blame in PAIRED:
            more[PAIRED[blame]] = found.cert_pem
        if found.cert_pem and draft.section == "wechat_v3":
            more["merchant_serial_no"] = keyfiles.serial_number(found.cert_pem)
        return more
    if name.endswith("public_key_pem"):
        return {name: keyfiles.public_key(data, path.name, blame)}
    return {name: keyfiles.certificates(data, path.name, blame)}


def _blamed(error: ClientError) -> CannotSetUp:
    """A field that is missing or bad is told by its own sentence: what it is and what it may be."""
    known = error.key == "client.field" and "." in error.name
    section, _, name = error.name.partition(".")
    if known and name in SEALED.get(section, ()):
        return CannotSetUp("sp.secret.missing", error.name)
    if known and name in {one.name for one in fields(SECTIONS.get(section, Settings))}:
        return CannotSetUp(f"set.{error.name}", error.name)
    return CannotSetUp(error.key, error.name, name=error.name)


def _check_certificates(section: str, held: Any, now_ms: int) -> None:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    for one in fields(held):
        pem = getattr(held, one.name)
        if not (one.name.endswith("cert_pem") and pem):
            continue
        blame = f"{section}.{one.name}"
        keyfiles.check_dates(pem, section, blame, now)
        if section == "unionpay":
            _check_environment(held, pem, blame)
    if section == "wechat":
        owner = keyfiles.owner_number(held.client_cert_pem)
        if owner and owner != held.mch_id:
            raise CannotSetUp("key.mismatch.say", "wechat.client_cert_pem")


def _check_environment(held: Any, pem: str, blame: str) -> None:
    """UnionPay's test certificates say so in their names, and its test gateway in its own."""
    testing = held.test_environment or ".test." in f".{urlsplit(held.back_url_base).hostname}."
    if keyfiles.is_for_tests(pem) and not testing:
        raise CannotSetUp("sp.cert.test", blame)


def entered(section: str, name: str, raw: object) -> object:
    """The value of a setting as a person entered it. Raises CannotSetUp with the setting's own sentence."""
    full = f"{section}.{name}"
    assert section in PLAIN
    parser = parser_of(SECTIONS[section], name)
    if parser is None:
        raise CannotSetUp("set.unknown", full, name=full, place="")
    whole = type(next(one.default for one in fields(SECTIONS[section]) if one.name == name)) is int
    if whole and isinstance(raw, str) and raw.strip().isdecimal() and len(raw) < 16:
        raw = int(raw)
    try:
        return parser(raw)
    except ValueError:
        why = refusal(raw) if section == "keys" and isinstance(raw, str) else ""
        raise CannotSetUp(why or f"set.{full}", full) from None
