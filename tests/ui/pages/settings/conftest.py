"""The settings' pages over a real room in a folder of its own; the worker's loop is this thread."""

from __future__ import annotations

import pytest

from app.setup.room import SetupRoom
from tests.app.setup.conftest import NOW, document, files, keyring  # noqa: F401 - fixtures are found by their names


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "till"


@pytest.fixture
def room(folder):
    return SetupRoom(folder, lambda: NOW, prompt=lambda: "correct horse battery staple")


@pytest.fixture
def type_wechat(document, files):  # noqa: F811 - the same, asked for
    """Enter a whole WeChat V2 merchant into the form of ``page``."""

    def enter(page):
        editors = page.form.rows.editors
        for name in ("mch_id", "appid", "api_v2_key"):
            editors[f"wechat.{name}"].setText(document["wechat"][name])
            editors[f"wechat.{name}"].textEdited.emit("")
        for name in ("client_key_pem", "client_cert_pem"):
            editors[f"wechat.{name}"].choose(str(files("wechat", name)))

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
