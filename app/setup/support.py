"""The support bundle: what somebody far away needs to help, and nothing that is worth stealing.

In it: versions, settings without accounts or certificates, the self-test, whether the journal holds, how many sales
stand where, the end of the log. Never: keys, PINs, payment codes, who paid, what an entry of the journal says. Each
part is shown before anything is written; what is written is what was shown.
"""

import asyncio
import platform
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Final

from app import words
from app.about import build
from app.core.beijing import at_beijing
from app.durable import sync_folder
from app.journal.errors import JournalError
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.logs import redacted
from app.secrets import Secrets
from app.secrets.passphrase import Prompt
from app.settings import DataFolder, Settings, SettingsError, load
from app.settings.model import SECTIONS
from app.settings.parsers import OneOf
from app.setup.doctor import findings
from app.setup.loglines import Level, LogLine, newest
from app.setup.taking import Fault

MASKED: Final = "[masked]"
LOG_LINES: Final = 600
PACKAGES: Final = ("PySide6-Essentials", "apsw", "httpx", "h11", "cryptography", "keyring", "pyserial", "python-escpos")
# Texts that say how a till is set up and nothing about whose it is. Any other text is shown by its length alone.
PLAIN: Final = frozenset(
    {
        *("till.terminal", "scanner.port", "scanner.port2", "display.screen", "display.pole_port", "printer.address"),
        *("wechat.base_url", "wechat_v3.base_url", "alipay.gateway_url", "alipay.bill_hosts"),
        *("unionpay.back_url_base", "unionpay.file_url", "keys.help", "keys.stop", "keys.next", "keys.office"),
        *("keys.check", "keys.reprint", "keys.keep", "keys.give", "keys.other", "keys.language"),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle, as it will be written."""

    name: str
    text: str


def collect(
    folder: Path, now_ms: int, *, secrets: Secrets | None = None, prompt: Prompt | None = None
) -> tuple[Part, ...]:
    """Everything that would go into the bundle. Blocks as long as the self-test does, and reads the whole journal."""
    parts = (
        Part("about.txt", _about(now_ms)),
        Part("settings.txt", _settings(folder)),
        Part("checks.txt", _checks(folder, prompt, secrets)),
        Part("journal.txt", _journal(folder, secrets)),
        Part("files.txt", _files(folder)),
        Part("log.txt", "\n".join(str(line) for line in reversed(newest(folder, most=LOG_LINES)))),
    )
    held = () if secrets is None else tuple(secret.reveal() for secret in secrets.values())
    return tuple(Part(part.name, _clean(part.text, held) + "\n") for part in parts)


def packed(parts: tuple[Part, ...]) -> bytes:
    """The zip of ``parts``, byte for byte the same for the same parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in parts:
            bundle.writestr(zipfile.ZipInfo(part.name), part.text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write(parts: tuple[Part, ...], path: Path) -> Fault | None:
    """All of the bundle into a new file at ``path``, or why not; what stands there already is not written over."""
    try:
        with path.open("xb") as file:
            file.write(packed(parts))
        sync_folder(path.parent)
    except FileExistsError:
        return Fault("hp.exists", (("name", path.name),))
    except OSError:
        path.unlink(missing_ok=True)
        return Fault("hp.unwritten", (("name", path.name),))
    return None


class SupportRoom:
    """What the help pages ask, on the worker's loop; the work is done in threads."""

    def __init__(self, folder: Path, now_ms: Callable[[], int], *, secrets: Secrets | None = None) -> None:
        self._folder, self._now_ms, self._secrets = folder, now_ms, secrets

    async def lines(self, level: Level) -> tuple[LogLine, ...]:
        return await asyncio.to_thread(newest, self._folder, level)

    async def collect(self) -> tuple[Part, ...]:
        return await asyncio.to_thread(collect, self._folder, self._now_ms(), secrets=self._secrets)

    async def write(self, parts: tuple[Part, ...], path: Path) -> Fault | None:
        return await asyncio.to_thread(write, parts, path)


def _clean(text: str, held: tuple[str, ...]) -> str:
    """The last defence: no sealed key and nothing shaped like a payment code, wherever it came from."""
    for secret in held:
        if len(secret) >= 8:
            text = text.replace(secret, MASKED)
    return redacted(text)


def _about(now_ms: int) -> str:
    rows = [str(build()), f"at {at_beijing(now_ms).isoformat(timespec='seconds')}", platform.platform()]
    rows.append(f"Python {platform.python_version()}")
    for name in PACKAGES:
        try:
            rows.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            rows.append(f"{name} -")
    return "\n".join(rows)


def _settings(folder: Path) -> str:
    try:
        found = load(folder)
    except SettingsError as error:
        return f"# {error.trouble.say('en')}"
    why = [] if found.trouble is None else [f"# {found.trouble.say('en')}"]
    return "\n".join([*why, *_rows(found.settings)])


def _rows(settings: Settings) -> Iterator[str]:
    yield f"simulator = {settings.simulator}"
    yield f"pace = {settings.pace}"
    for section, kind in SECTIONS.items():
        held = getattr(settings, section)
        if held is None:
            yield f"[{section}] -"
            continue
        yield f"[{section}]"
        for one in fields(kind):
            yield f"{one.name} = {_shown(f'{section}.{one.name}', getattr(held, one.name), one.metadata)}"


def _shown(full: str, value: object, metadata: Mapping[str, object]) -> str:
    if not isinstance(value, str) or isinstance(metadata.get("parser"), OneOf) or full in PLAIN or not value:
        return repr(value)
    return f"[{len(value)} characters]"


def _checks(folder: Path, prompt: Prompt | None, secrets: Secrets | None) -> str:
    return "\n".join(finding.line("en") for finding in findings(folder, prompt, secrets))


def _journal(folder: Path, secrets: Secrets | None) -> str:
    """Whether the chain holds, and how many sales stand in which state: numbers only."""
    path = DataFolder(folder).journal
    if not path.exists():
        return words.say("doc.journal.none", "en")
    try:
        verdict = verify(path, None if secrets is None else secrets.mac_key)
        reader = open_reader(path)
        try:
            states = Counter(str(line.state) for line in reader.lines(None))
        finally:
            reader.close()
    except JournalError as error:
        return words.tell(error.key, "en", dict(error.values))
    rows = [
        f"entries {verdict.entries}",
        "sound" if verdict.is_sound else f"NOT SOUND at {verdict.seq}: {verdict.says}",
    ]
    rows.append("seals checked" if secrets is not None else "seals not checked: the keys were not open")
    return "\n".join(rows + [f"{state} {count}" for state, count in sorted(states.items())])


def _files(folder: Path) -> str:
    """Names and sizes, bytes."""
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return "\n".join(f"{path.stat().st_size:>12} {path.relative_to(folder)}" for path in found)
    except OSError:
        return "the data folder cannot be read"
