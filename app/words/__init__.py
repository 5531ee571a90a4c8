"""Every sentence a person reads or hears, by a stable key: 中文 first, English switchable.

Code uses the key, never the text. A table per section holds ``key -> (中文, English)``; a key's last part says where
it stands (``head``, ``is``, ``do``, ``keys``, ``lamp``, ``say``, ...). A section is read when its first sentence is
asked for (under 1 ms each): the window opens on three of them.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Final

LANGUAGES: Final = ("zh", "en")
_HOME: Final[dict[str, tuple[str, ...]]] = {
    "adv": ("adviser",),
    "ap": ("approval",),
    "app": ("machine", "extra"),
    "back": ("refunds",),
    "bill": ("bills", "recon"),
    "cert": ("lamps",),
    "chan": ("lamps",),
    "cli": ("cli",),
    "client": ("setup",),
    "clock": ("lamps",),
    "cus": ("customer",),
    "desk": ("desk",),
    "disk": ("machine",),
    "display": ("machine", "customer"),
    "doc": ("doctor",),
    "drawer": ("machine",),
    "epoch": ("epochs",),
    "ex": ("exports", "daylog"),
    "file": ("recon",),
    "hp": ("helping",),
    "idle": ("approval",),
    "journal": ("machine",),
    "key": ("lamps",),
    "lb": ("labels",),
    "keys": ("extra",),
    "keyring": ("lamps",),
    "mini": ("mini",),
    "name": ("names",),
    "net": ("lamps",),
    "ntc": ("notices",),
    "find": ("finding",),
    "page": ("pages", "finding"),
    "passphrase": ("extra",),
    "pos": ("pos",),
    "pin": ("approval", "staff"),
    "printer": ("machine", "paper"),
    "r": ("reasons",),
    "rc": ("differences", "recon"),
    "rd": ("differences", "recon"),
    "reg": ("lamps",),
    "scan": ("scans", "extra"),
    "scanner": ("machine", "customer"),
    "set": ("setup", "setdevices", "pos"),
    "sh": ("shifts", "daylog"),
    "shift": ("shift",),
    "slip": ("slips", "paper"),
    "sp": ("settingup",),
    "st": ("stages", "settling", "extra"),
    "state": ("names",),
    "staff": ("staff",),
    "sup": ("lamps",),
    "term": ("terms",),
    "trial": ("finding",),
    "tour": ("helping",),
    "upd": ("lamps",),
    "vf": ("exports", "daylog"),
    "voice": ("voice", "machine"),
    "wf": ("bills",),
    "wk": ("worklist",),
}
_ELSEWHERE: Final = ("window",)  # every other first part belongs to the window
SECTIONS: Final = tuple(sorted({name for home in _HOME.values() for name in home} | set(_ELSEWHERE)))
_VALUE: Final = re.compile(r"\{([a-z0-9_.]+)(?::([^{}|]*)\|([^{}|]*))?\}")
Find = Callable[[str, str], str]  # (key, 中文) -> the sentence in a language of its own, "" where it lacks it
_added: Final[dict[str, Find]] = {}


def say(key: str, language: str = "zh", **values: str | int) -> str:
    """The sentence of ``key`` with its ``{values}`` put in.

    Strings and integers go in as they are: whoever calls has written the amount, the time or the channel's name.
    ``{n:sale|sales}`` is the word that goes with a value: the first where it is 1.
    ``reason=`` takes a ``Reason`` and fills ``{reason.head}`` and ``{reason.do}``. Spare values are ignored, so that
    one set serves all sentences of a stage. Raises KeyError for an unknown key or a missing value: both are bugs.
    """
    found = both(key)
    if found is None:
        raise KeyError(key)

    def put(place: re.Match[str]) -> str:
        name, _, part = place[1].partition(".")
        if name == "reason" and part:
            return say(f"r.{values['reason']}.{part}", language)
        value = str(values[name])
        if place[2] is not None:
            return place[2] if value == "1" else place[3]
        return value

    return _VALUE.sub(put, _in(language, key, found))


def languages() -> tuple[str, ...]:
    """The two of the house, then those that were added."""
    return (*LANGUAGES, *_added)


def language_after(language: str) -> str:
    """The one that a key which changes the language changes to."""
    there = languages()
    return there[(there.index(language) + 1) % len(there)] if language in there else there[0]


def add_language(code: str, find: Find) -> None:
    """Sentences of ``code`` come from ``find``, and from English where it has none, or asks for a value that the
    sentence does not have. The house's own languages stay its own.
    """
    if code not in LANGUAGES:
        _added[code] = find


def drop_language(code: str) -> None:
    _added.pop(code, None)


def _in(language: str, key: str, found: tuple[str, str]) -> str:
    if language in _added:
        told = _added[language](key, found[0])
        return told if told and _values(told) <= _values(found[0]) else found[1]
    return found[LANGUAGES.index(language)]


def tell(key: str, language: str = "zh", values: Mapping[str, str | int] | None = None) -> str:
    """As ``say``, for errors that come from below: a value nobody gave shows as …, an unknown key as itself.

    The last sentence before the end must not itself end in a bug.
    """
    found = both(key)
    if found is None:
        return key
    unknown = {place[1].partition(".")[0]: "…" for place in _VALUE.finditer(found[0] + found[1])}
    return say(key, language, **{**unknown, "reason": "noanswer", **(values or {})})


def has(key: str) -> bool:
    """Whether there is a sentence of that key."""
    return both(key) is not None


def keys(prefix: str = "") -> tuple[str, ...]:
    """All keys that begin with ``prefix``; reads every section."""
    return tuple(key for section in SECTIONS for key in _section(section) if key.startswith(prefix))


def both(key: str) -> tuple[str, str] | None:
    """(中文, English) as the tables have it; None for no such key."""
    for section in _HOME.get(key.partition(".")[0], _ELSEWHERE):
        if key in (words := _section(section)):
            return words[key]
    return None


@cache
def _values(text: str) -> frozenset[str]:
    return frozenset(place[1] for place in _VALUE.finditer(text))


@cache
def _section(name: str) -> dict[str, tuple[str, str]]:
    words: dict[str, tuple[str, str]] = import_module(f"app.words.{name}").WORDS
    return words
