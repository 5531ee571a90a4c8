"""The settings' pages over a real room in a folder of its own; the worker's loop is this thread."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from app.setup.room import SetupRoom
from app.sim.client_file import client_record
from app.sim.keys import load_or_make
from ui import tokens

NOW = 1_795_000_000_000


class Keyring:
    """A computer's keyring that lives as long as the test; a developer's own is never a test's."""

    held: dict[str, str] = {}  # noqa: RUF012 - one keyring for one computer

    def get(self, name):
        return self.held.get(name)

    def put(self, name, text):
        self.held[name] = text


class HereAndNow:
    """Answers at once. ``late`` keeps the answers back until ``deliver``."""

    def __init__(self):
        self.late = False
        self.waiting = []

    def ask(self, work, done, failed=None):
        answer = asyncio.run(work())
        if self.late:
            self.waiting.append((done, answer))
        else:
            done(answer)

    def deliver(self):
        waiting, self.waiting = self.waiting, []
        for done, answer in waiting:
            done(answer)


@pytest.fixture(autouse=True)
def keyring(monkeypatch):
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", Keyring)
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)


@pytest.fixture(scope="session")
def document(tmp_path_factory):
    keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(7))
    return json.loads(json.dumps(client_record(keys, 8443, 1)))


@pytest.fixture
def files(tmp_path, document):
    def write(section, name):
        path = tmp_path / f"{section}-{name}.pem"
        path.write_text(document[section][name], encoding="ascii")
        return str(path)

    return write


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "till"


@pytest.fixture
def room(folder):
    return SetupRoom(folder, lambda: NOW, prompt=lambda: "correct horse battery staple")


@pytest.fixture
def asker():
    return HereAndNow()


@pytest.fixture
def theme(qapp):
    return tokens.theme(1366, 768, dark=False)


@pytest.fixture
def shown(qtbot):
    def show(page, argument=None):
        qtbot.addWidget(page)
        page.resize(1366, 660)
        page.show()
        page.enter(argument)
        return page

    return show


@pytest.fixture
def type_wechat(document, files):
    """Enter a whole WeChat V2 merchant into the form of ``page``."""

    def enter(page):
        editors = page.form.rows.editors
        for name in ("mch_id", "appid", "api_v2_key"):
            editors[f"wechat.{name}"].setText(document["wechat"][name])
            editors[f"wechat.{name}"].textEdited.emit("")
        for name in ("client_key_pem", "client_cert_pem"):
            editors[f"wechat.{name}"].choose(files("wechat", name))

    return enter


def everything_said(page):
    """Every text a person, or a screen reader, could find on ``page``."""
    from PySide6.QtGui import QAccessible  # noqa: PLC0415 - this alone needs it
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415 - the same

    out = []
    for widget in [page, *page.findChildren(QWidget)]:
        for name in ("text", "displayText", "placeholderText", "toolTip", "toPlainText", "windowTitle"):
            told = getattr(widget, name, None)
            if callable(told):
                out.append(str(told()))
        out += [widget.accessibleName(), widget.accessibleDescription(), widget.objectName()]
        heard = QAccessible.queryAccessibleInterface(widget)
        if heard is not None:
            kinds = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)
            out += [heard.text(kind) for kind in kinds]
    return "\n".join(out)
