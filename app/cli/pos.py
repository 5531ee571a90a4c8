"""``mashou pos``: the token of the local interface, its switch, and how it stands. May run beside the window."""

from argparse import Namespace
from dataclasses import replace
from secrets import token_bytes

from app import words
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.noting import note
from app.loopback import HOST
from app.pos.token import fresh_token, hash_of
from app.settings import Pos, Settings, SettingsError, load, save
from app.setup.diary import Change


def pos(ask: Ask, args: Namespace) -> Exit:
    """Raises Refused."""
    settings = _settings(ask)
    match args.action:
        case "token":
            token = fresh_token(token_bytes)
            _save(ask, settings, replace(settings.pos, token_hash=hash_of(token)))
            _tell(ask, "token")
            print(token)
            _tell(ask, "next")
        case "on" | "off":
            _save(ask, settings, replace(settings.pos, interface=args.action == "on"))
            _tell(ask, "reopen")
        case _:
            return _status(ask, settings.pos)
    return Exit.PAID


def _status(ask: Ask, held: Pos) -> Exit:
    if held.interface:
        _tell(ask, "on", url=f"http://{HOST}:{held.port}/")
    else:
        _tell(ask, "off")
    _tell(ask, "hastoken" if held.token_hash else "notoken")
    return Exit.PAID if held.interface and held.token_hash else Exit.NOT_PAID


def _settings(ask: Ask) -> Settings:
    """What the file says; where the last good one stands in for it, nothing is written over it."""
    try:
        loaded = load(ask.folder)
    except SettingsError as error:
        raise _refused(ask, error) from None
    if loaded.trouble is not None:
        raise _refused(ask, SettingsError(loaded.trouble))
    return loaded.settings


def _refused(ask: Ask, error: SettingsError) -> Refused:
    trouble = error.trouble
    place = words.say("set.place", ask.language, line=trouble.line) if trouble.line else ""
    return Refused(trouble.key, name=trouble.name, path=trouble.path or str(ask.folder), place=place, want="")


def _save(ask: Ask, settings: Settings, held: Pos) -> None:
    after = replace(settings, pos=held)
    try:
        save(ask.folder, after)
    except OSError as error:
        raise Refused("pos.cli.disk", why=error.strerror or type(error).__name__) from None
    note(ask.folder, Change(settings, after))


def _tell(ask: Ask, key: str, **values: str) -> None:
    print(words.say(f"pos.cli.{key}", ask.language, **values))
