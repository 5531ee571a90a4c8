"""``mashou staff``: the people of a till, from the terminal. It writes the journal: the window is closed meanwhile."""

import asyncio
import json
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from app import words
from app.cli.approving import new_pin, pin_of, proof_of, refused
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.staffroom import open_people
from app.core.money import BadAmount, parse_yuan
from app.core.staff import Person, Role
from app.secrets import Vault, VaultError
from app.settings import ClientError, take_client
from app.staff import Changes, MemberView, No, People, Warrant
from app.staff.roster import CAP_FEN

T = TypeVar("T")
NO_CAP: Final = "-"


def staff(ask: Ask, args: Namespace) -> Exit:
    """Carry out ``mashou staff ACTION``. Raises Refused: nothing was changed."""
    ask.refuse_real_training()
    match args.action:
        case "list":
            return _in_room(ask, lambda people, _: _list(ask, people, as_json=args.json))
        case "anew":
            _prove_owner(ask, args.client)
            return _in_room(ask, lambda _, changes: _anew(ask, changes))
        case "add":
            return _add(ask, args)
    pin = _acting_pin(ask, args.who)
    fresh = new_pin(ask) if args.action == "pin" else ""

    async def act(people: People, changes: Changes) -> Exit:
        warrant = await _admitted(people, changes, args.who, pin)
        member = people.roster.find(args.person)
        if member is None:
            raise Refused("staff.unknown.say")
        _say(ask, *(await _one(changes, warrant, args.action, member.person, fresh)))
        return Exit.PAID

    return _in_room(ask, act)


async def _one(
    changes: Changes, warrant: Warrant, action: str, person: Person, fresh: str
) -> tuple[str, dict[str, str]]:
    """Change one person; the words key of what was done and its values."""
    number, named = person.number, {"name": person.name}
    match action:
        case "pin":
            _held(await changes.set_pin(warrant, number, fresh))
            return "pin.saved", named
        case "badge":
            return "staff.cli.badge", {"badge": _held(await changes.badge(warrant, number))}
        case "unlock":
            _held(await changes.unlock(warrant, number))
            return "staff.cli.unlocked", named
        case "retire":
            _held(await changes.retire(warrant, number))
            return "staff.cli.retired", named
        case other:
            raise AssertionError(other)


def _add(ask: Ask, args: Namespace) -> Exit:
    person = Person(args.number, args.name, Role(args.role))
    cap = _cap(args.cap)
    pin = pin_of(ask, args.who) if args.who else ""
    fresh = new_pin(ask)

    async def act(people: People, changes: Changes) -> Exit:
        view = await people.load()
        if view.is_empty:
            if person.role is not Role.MANAGER:
                raise Refused("staff.cli.first")
            added = _held(await changes.begin(person.number, person.name, fresh))
        else:
            warrant = await _admitted(people, changes, args.who, pin)
            added = _held(await changes.add(warrant, person, fresh, cap))
        role = words.say(f"staff.role.{added.role}", ask.language)
        _say(ask, "staff.cli.added", {"number": added.number, "name": added.name, "role": role})
        return Exit.PAID

    return _in_room(ask, act)


async def _list(ask: Ask, people: People, *, as_json: bool) -> Exit:
    view = await people.load()
    if view.trouble:
        raise Refused(view.trouble)
    if as_json:
        print(json.dumps([_plain(one) for one in view.members], ensure_ascii=False))
        return Exit.PAID
    for one in view.members:
        print(_row(one, ask.language))
    for person, pin in people.practice_pins():
        _say(ask, "staff.practice", {"name": person.name, "number": person.number, "pin": pin})
    if not view.members:
        _say(ask, "staff.empty")
    return Exit.PAID


async def _anew(ask: Ask, changes: Changes) -> Exit:
    _held(await changes.anew())
    _say(ask, "staff.cli.anew")
    return Exit.PAID


async def _admitted(people: People, changes: Changes, who: str | None, pin: str) -> Warrant:
    return _held(await changes.admit(await proof_of(people, who, pin)))


def _in_room(ask: Ask, act: Callable[[People, Changes], Awaitable[Exit]]) -> Exit:
    async def serve() -> Exit:
        async with open_people(ask) as people:
            return await act(people, Changes(people))

    return asyncio.run(serve())


def _acting_pin(ask: Ask, who: str | None) -> str:
    return pin_of(ask, who) if who else ""


def _prove_owner(ask: Ask, client_file: Path) -> None:
    """Whoever holds the merchant's own keys owns the till. Raises Refused."""
    try:
        client = take_client(client_file)
        held = Vault.unlock(ask.folder, prompt=ask.prompt)
    except ClientError as error:
        raise Refused(error.key, name=error.name) from None
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None
    same = [name in held and held[name].reveal() == text for name, text in client.secrets.items()]
    if not same or not all(same):
        raise Refused("staff.cli.notowner")


def _cap(text: str | None) -> int | None:
    if text is None:
        return CAP_FEN
    try:
        return None if text == NO_CAP else parse_yuan(text)
    except BadAmount:
        raise Refused("staff.cap.say") from None


def _held(found: T | No) -> T:
    if isinstance(found, No):
        raise refused(found)
    return found


def _say(ask: Ask, key: str, values: Mapping[str, str] | None = None) -> None:
    print(words.say(key, ask.language, **(values or {})))


def _row(one: MemberView, language: str) -> str:
    role = words.say(f"staff.role.{one.person.role}", language)
    return f"{one.person.number}  {one.person.name}  {role}  {state_of(one, language)}"


def state_of(one: MemberView, language: str) -> str:
    """Active, waiting, locked or left, as people say it."""
    if one.retired:
        return words.say("staff.state.retired", language)
    if one.locked:
        return words.say("staff.state.locked", language)
    return words.say("staff.state.wait" if one.wait_s else "staff.state.ok", language, n=-(-one.wait_s // 60))


def _plain(one: MemberView) -> dict[str, str | int | bool | None]:
    person = one.person
    return {
        "number": person.number,
        "name": person.name,
        "role": person.role.value,
        "cap_fen": one.cap_fen,
        "badge": one.has_badge,
        "locked": one.locked,
        "wait_s": one.wait_s,
        "retired": one.retired,
    }
