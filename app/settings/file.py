"""``settings.toml``: read with a line number for every complaint, written whole or not at all.

A file that cannot be used never stops a shop: the last good one beside it is used instead, and says so.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from app import words
from app.core.hotkeys import taken_twice
from app.settings.folder import DataFolder
from app.settings.model import REQUIRED, SECTIONS, Settings, parser_of

SIZE_MOST: Final = 262_144  # bytes; the four certificates of a full file are 20,000
HEADER: Final = "set.header"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a settings file: ``key`` is a words key, ``name`` is ``section.setting``, line 0 unknown."""

    key: str
    name: str = ""
    line: int = 0
    path: str = ""

    def say(self, language: str = "zh") -> str:
        place = words.say("set.place", language, line=self.line) if self.line else ""
        about = f"set.{self.name}"
        want = words.say(about, language) if self.key == "set.bad" else ""
        return words.say(self.key, language, name=self.name, place=place, want=want, path=self.path)


class SettingsError(Exception):
    """The settings cannot be used, and there is no last good copy."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble

    def __str__(self) -> str:
        return self.trouble.say()


@dataclass(frozen=True, slots=True)
class Loaded:
    """``trouble`` is set where the last good copy stands in for a file that cannot be used."""

    settings: Settings
    trouble: Trouble | None = None


def load(folder: Path) -> Loaded:
    """The settings of a data folder. Raises SettingsError where neither the file nor its last good copy can be used."""
    place = DataFolder(folder)
    try:
        text = _read(place.settings)
        found = parse(text)
    except SettingsError as error:
        try:
            return Loaded(parse(_read(place.last_good)), error.trouble)
        except SettingsError:
            raise error from None
    _keep_good(place, text)
    return Loaded(found)


def save(folder: Path, settings: Settings) -> None:
    """Write ``settings`` so that a power cut leaves the old file or the new one, then keep it as the last good.

    A file that could not be read is kept beside it first. Raises OSError; SettingsError for values no file could hold.
    """
    place = DataFolder(folder)
    text = render(settings)
    parse(text)
    place.make()
    try:
        parse(_read(place.settings))
    except SettingsError as error:
        if error.trouble.key != "set.missing":
            place.settings.replace(place.path / "settings.broken.toml")
    write_whole(place.settings, text)
    _keep_good(place, text)


def parse(text: str) -> Settings:
    """Settings from TOML. Raises SettingsError naming the line, and the setting where one is to blame."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: bad TOML, and numbers too long to be read
        found = re.search(r"at line (\d+)", str(error))
        raise SettingsError(Trouble("set.syntax", line=int(found[1]) if found else 0)) from None
    given: dict[str, Any] = {}
    for name, value in raw.items():
        if name in SECTIONS:
            given[name] = _section(text, name, value)
        else:
            given[name] = _one(text, Settings, name, value, section="")
    settings = Settings(**given)
    _cross_check(text, settings)
    return settings


def render(settings: Settings) -> str:
    """``settings`` as a file a person can read: each line under its sentence."""
    lines = [f"# {words.say(HEADER)}", f"# {words.say(HEADER, 'en')}"]
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name not in SECTIONS:
            lines += ["", *_line("", one.name, value)]
    for section in SECTIONS:
        held = getattr(settings, section)
        if held is not None:
            lines += ["", f"[{section}]"]
            for one in fields(held):
                lines += _line(section, one.name, getattr(held, one.name))
    return "\n".join(lines) + "\n"


def write_whole(path: Path, text: str) -> None:
    """All of ``text`` or nothing: written beside, made durable, put in place; readable by its owner alone."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)  # there only if something went wrong


def _keep_good(place: DataFolder, text: str) -> None:
    try:
        if not place.last_good.exists() or place.last_good.read_text(encoding="utf-8") != text:
            write_whole(place.last_good, text)
    except (OSError, ValueError):
        # Without a spare copy the till sells all the same; the disk's own lamp tells of a full disk.
        return


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_MOST + 1)
    except FileNotFoundError:
        raise SettingsError(Trouble("set.missing", path=str(path.parent))) from None
    except OSError:
        raise SettingsError(Trouble("set.unreadable", path=str(path))) from None
    if len(data) > SIZE_MOST:
        raise SettingsError(Trouble("set.big", path=str(path)))
    if not data.strip():  # cut off by whoever was writing it; taken for settings it would cost the last good ones
        raise SettingsError(Trouble("set.missing", path=str(path.parent)))
    try:
        return data.decode("utf-8-sig")  # an editor on Windows may have put a mark in front
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(Trouble("set.encoding", line=line, path=str(path))) from None


def _section(text: str, name: str, raw: object) -> object:
    if not isinstance(raw, Mapping):
        raise SettingsError(Trouble("set.unknown", name, _line_of(text, "", name)))
    kind = SECTIONS[name]
    given = {key: _one(text, kind, key, value, section=name) for key, value in raw.items()}
    for required in REQUIRED.get(name, ()):
        if not given.get(required):
            raise SettingsError(Trouble("set.bad", f"{name}.{required}", _line_of(text, name, required)))
    return kind(**given)


def _one(text: str, kind: type, name: str, raw: object, *, section: str) -> object:
    full = f"{section}.{name}" if section else name
    parser = parser_of(kind, name)
    if parser is None:
        raise SettingsError(Trouble("set.unknown", full[:64], _line_of(text, section, name)))
    try:
        return parser(raw)
    except ValueError:
        raise SettingsError(Trouble("set.bad", full, _line_of(text, section, name))) from None


def _cross_check(text: str, settings: Settings) -> None:
    """A simulator is on this computer; only a simulator keeps another pace; an authority of one's own stays here.

    No key stands for two things.
    """
    if (twice := taken_twice(asdict(settings.keys))) is not None:
        raise SettingsError(Trouble("set.keys.twice", f"keys.{twice}", _line_of(text, "keys", twice)))
    if settings.simulator and not settings.only_loopback:
        raise SettingsError(Trouble("set.simulator.away", "simulator", _line_of(text, "", "simulator")))
    if settings.pace != 1 and not settings.simulator:
        raise SettingsError(Trouble("set.pace.real", "pace", _line_of(text, "", "pace")))
    if settings.line.ca_pem and not (settings.simulator or settings.only_loopback):
        raise SettingsError(Trouble("set.ca.real", "line.ca_pem", _line_of(text, "line", "ca_pem")))


def _line_of(text: str, section: str, name: str) -> int:
    """Where a person finds ``name``: its line, else that of its section, else 0."""
    inside, fallback = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*[\"']?([^\"'\]]*?)[\"']?\s*\]", line):
            inside = header[1]
            if inside in {section, name}:
                fallback = number
        elif inside == section and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[=.]", line):
            return number
    return fallback


def _line(section: str, name: str, value: object) -> list[str]:
    sentence = words.say(f"set.{section}.{name}" if section else f"set.{name}")
    return [f"# {sentence}", f"{name} = {_toml(value)}"]


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case str() if value.startswith("-----BEGIN ") and re.fullmatch(r"[ -~\n]*", value) and "\\" not in value:
            return f"'''\n{value}'''" if "'''" not in value else _quoted(value)
        case str():
            return _quoted(value)
        case _:
            raise TypeError(type(value))


def _quoted(value: str) -> str:
    shown = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04x}", shown) + '"'
