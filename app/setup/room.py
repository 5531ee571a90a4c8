"""The settings' room: what the settings' pages and the first start ask, on the worker's loop, blocking in threads.

In an open house every change is in its journal before it is saved, and some want a manager's yes (``diary``).

Nothing here changes a running till: what is saved is read at the next start, as settings are frozen while it runs
(only looks, language and hot keys are the window's own, and it may take them at once).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final, TypeVar

from app.journal.errors import JournalError
from app.journal.reader import open_reader
from app.pos.token import fresh_token, hash_of
from app.secrets import Secrets, Vault, VaultError
from app.secrets.passphrase import Prompt
from app.secrets.values import KEPT
from app.settings import ClientError, DataFolder, Settings, SettingsError, Trouble, load, save, take_client
from app.settings.file import parse, render
from app.setup.checkup import Finding
from app.setup.diary import CHANGED, DROPPING, UNDONE, By, Change, Diary, LastChange, Past, last_of, past_of, renewed
from app.setup.doctor import findings
from app.setup.drafts import Draft, entered, worked_out
from app.setup.scanning import identified
from app.setup.taking import CannotSetUp, Fault, alone, keeps_accounts, nothing_open, present, take_in
from devices.printers import PrinterError, PrinterState
from devices.printers_usb import usb_printers

T = TypeVar("T")
LOOP_PATIENCE: Final = 10.0  # seconds that a thread waits for the loop to write the journal
Changes = Mapping[str, Mapping[str, object]]  # section -> setting -> value


@dataclass(frozen=True, slots=True)
class Picture:
    """``sealed``: names of the keys that are there, never the keys. ``trouble``: the last good settings stand in.

    ``begun``: there are keys and settings, so the till can be opened. ``token``: of the local interface, when it was
    made just now, and never again.
    """

    settings: Settings
    trouble: Trouble | None
    sealed: frozenset[str]
    begun: bool
    open_sales: int
    folder: str
    last: LastChange | None = None
    token: str = field(default="", repr=False)


class SetupRoom:
    """``secrets``: those of the open house, whose journal this process writes; None: no house is open here.

    Every method answers with a ``Fault`` where nothing was changed. With a ``diary``, what changes settings wants to
    know ``by`` whom: a Fault ``sp.wanted`` names the ``subject`` and ``reason`` that a manager has to approve
    (``core.staff.Act.SETTINGS``, 0 fen); the same again, by that approval, is then taken.
    """

    def __init__(
        self,
        folder: Path,
        now_ms: Callable[[], int],
        *,
        secrets: Secrets | None = None,
        prompt: Prompt | None = None,
        diary: Diary | None = None,
    ) -> None:
        self._diary = diary
        self._loop: asyncio.AbstractEventLoop | None = None
        self._place, self._now_ms = DataFolder(folder), now_ms
        self._prompt = prompt
        self._running = secrets is not None
        self._secrets = secrets
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> Picture | Fault:
        return await self._do(lambda: None)

    async def change(self, changes: Changes, by: By = None) -> Picture | Fault:
        """Save some settings of the sections named, each of ``drafts.PLAIN``; a whole number may come as its digits."""
        return await self._do(lambda: self._change(changes, by))

    async def new_token(self, by: By = None) -> Picture | Fault:
        """Another token for the local interface; the one before it opens nothing from the next start on."""
        token = fresh_token(token_bytes)
        answer = await self.change({"pos": {"token_hash": hash_of(token)}}, by)
        return answer if isinstance(answer, Fault) else replace(answer, token=token)

    async def take(self, draft: Draft, by: By = None) -> Picture | Fault:
        """Check a channel's keys and seal them; its settings follow."""
        return await self._do(lambda: self._take(draft, by))

    async def take_file(self, path: Path) -> Picture | Fault:
        """A merchant's whole client file, as ``mashou setup`` takes it; only while no till is open here."""
        return await self._do(lambda: self._take_file(path))

    async def drop(self, section: str, by: By = None) -> Picture | Fault:
        """Use channel ``section`` no more: its settings go, then its keys."""
        return await self._do(lambda: self._drop(section, by))

    async def begin(self) -> Picture | Fault:
        """Make settings and keys where there are none yet, so that the till can be opened without a channel."""
        return await self._do(self._begin)

    async def history(self) -> tuple[Past, ...]:
        """What was changed, the newest first; nothing where the journal cannot be read."""
        return await asyncio.to_thread(self._history)

    async def usb_printers(self) -> tuple[str, ...] | Fault:
        """What is plugged in, as ``printer.address`` names it; a Fault where USB cannot be looked at."""
        try:
            return tuple(await asyncio.to_thread(usb_printers))
        except PrinterError as error:
            lacking = error.state is PrinterState.LIBRARY
            return Fault("printer.library.say" if lacking else "printer.off.say")

    async def examine(self) -> tuple[Finding, ...]:
        """The self-test, all of it; up to a minute where a channel is silent."""
        held = self._secrets
        return await asyncio.to_thread(lambda: tuple(findings(self._place.path, self._prompt, held)))

    # --- within, in a thread

    async def _do(self, work: Callable[[], None]) -> Picture | Fault:
        async with self._one_at_a_time:
            self._loop = asyncio.get_running_loop()
            return await asyncio.to_thread(self._done, work)

    def _done(self, work: Callable[[], None]) -> Picture | Fault:
        try:
            work()
            return self._picture()
        except CannotSetUp as refusal:
            return refusal.fault
        except (VaultError, JournalError) as error:
            return Fault(error.key, tuple(dict(error.values).items()))
        except ClientError as error:
            return Fault(error.key, (("name", error.name),), error.name)
        except SettingsError as error:
            return Fault(error.trouble.key, (("name", error.trouble.name), ("place", ""), ("want", "")))
        except OSError:
            return Fault("sp.disk")

    def _picture(self) -> Picture:
        found = present(self._place)
        settings = found.settings if found is not None else Settings()
        trouble = found.trouble if found is not None else self._trouble()
        sealed = () if self._secrets is None else (name for name in self._secrets if not name.startswith(KEPT))
        begun = found is not None and self._place.keys.exists()
        opened, last = self._from_journal()
        return Picture(settings, trouble, frozenset(sealed), begun, opened, str(self._place.path), last)

    def _trouble(self) -> Trouble | None:
        """Why there are no settings; none where there never were any."""
        try:
            load(self._place.path)
        except SettingsError as error:
            return None if error.trouble.key == "set.missing" else error.trouble
        return None

    def _from_journal(self) -> tuple[int, LastChange | None]:
        """How many sales are open, and what was changed last."""
        if not self._place.journal.exists():
            return 0, None
        reader = open_reader(self._place.journal)
        try:
            return len(reader.open_sales()), last_of(reader.newest_of(CHANGED))
        finally:
            reader.close()

    def _history(self) -> tuple[Past, ...]:
        if not self._place.journal.exists():
            return ()
        try:
            reader = open_reader(self._place.journal)
        except JournalError:
            return ()
        try:
            return past_of(reader.entries_of((CHANGED, UNDONE)))
        finally:
            reader.close()

    def _alone(self) -> ExitStack:
        """Where no house is open here, none may be open elsewhere meanwhile."""
        stack = ExitStack()
        if not self._running:
            self._place.make()
            stack.enter_context(alone(self._place))
        return stack

    def _settings(self) -> Settings:
        found = present(self._place)
        return found.settings if found is not None else Settings()

    def _held(self) -> Secrets | None:
        """The keys of the folder, opened once; None where nothing is sealed yet."""
        if self._secrets is None and self._place.keys.exists():
            self._secrets = Vault.unlock(self._place.path, prompt=self._prompt)
        return self._secrets

    @contextmanager
    def _noted(self, change: Change, by: By) -> Iterator[None]:
        """The change stands in the journal before it is made. Raises CannotSetUp where it may not be."""
        diary = self._diary
        if diary is None:
            yield
            return
        if (no := self._on_loop(lambda: diary.write(change, by))) is not None:
            raise CannotSetUp(no.key, "", **dict(no.values))
        try:
            yield
        except (OSError, VaultError):
            self._on_loop(lambda: diary.undone(by))
            raise

    def _on_loop(self, work: Callable[[], T]) -> T:
        """``work`` where the journal belongs, from a thread."""
        assert self._loop is not None

        async def there() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(LOOP_PATIENCE)

    def _change(self, changes: Changes, by: By) -> None:
        read = {s: {name: entered(s, name, raw) for name, raw in values.items()} for s, values in changes.items()}
        with self._alone():
            before = self._settings()
            after: dict[str, Any] = {name: replace(getattr(before, name), **values) for name, values in read.items()}
            settings = identified(before, replace(before, **after))
            parse(render(settings))
            with self._noted(Change(before, settings), by):
                save(self._place.path, settings)

    def _begin(self) -> None:
        with self._alone():
            settings = self._settings()
            if not self._place.keys.exists():
                self._seal({}, settings)
            save(self._place.path, settings)

    def _take(self, draft: Draft, by: By) -> None:
        with self._alone():
            before, held = self._settings(), self._held()
            if before.simulator:
                raise CannotSetUp("sp.practice")
            merchant = _merchant(held)
            client = worked_out(draft, before, merchant, self._now_ms())
            if not keeps_accounts(before, client.settings):
                nothing_open(self._place, "sp.open.say")
            keys = {**merchant, **client.secrets}
            with self._noted(Change(before, client.settings, renewed(merchant, keys)), by):
                self._seal(keys, client.settings)
                save(self._place.path, client.settings)

    def _take_file(self, path: Path) -> None:
        if self._running:
            raise CannotSetUp("cli.taken")
        self._secrets = None
        take_in(self._place.path, take_client(path), self._prompt)

    def _drop(self, section: str, by: By) -> None:
        with self._alone():
            before, held = self._settings(), self._held()
            if before.simulator:
                raise CannotSetUp("sp.practice")
            nothing_open(self._place, "sp.open.say")
            gone: dict[str, Any] = {section: None}
            after = replace(before, **gone)
            merchant = _merchant(held)
            left = {name: text for name, text in merchant.items() if not name.startswith(f"{section}.")}
            with self._noted(Change(before, after, renewed(merchant, left), DROPPING), by):
                save(self._place.path, after)
                self._seal(left, after)

    def _seal(self, merchant: Mapping[str, str], settings: Settings) -> None:
        held = self._held()
        if held is not None:
            held.renew(merchant)
        elif self._place.journal.exists():
            raise CannotSetUp("cli.setup.orphan")
        else:
            Vault.create(self._place.path, merchant, simulator=settings.simulator, prompt=self._prompt)
            self._held()


def _merchant(held: Secrets | None) -> dict[str, str]:
    return {} if held is None else {n: secret.reveal() for n, secret in held.items() if not n.startswith(KEPT)}
