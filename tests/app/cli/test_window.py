"""What the command line does before the window opens."""

import os
from pathlib import Path

from app.cli import window
from app.cli.ask import Ask
from app.settings import Looks, Settings, save


def test_the_scale_of_the_settings_reaches_qt_and_a_named_one_stays(tmp_path, monkeypatch):
    monkeypatch.setenv(window.SCALE, "")  # so that whatever is set below is gone afterwards
    monkeypatch.delenv(window.SCALE)
    monkeypatch.setattr(window, "has_screen", lambda: True)
    monkeypatch.setattr(window, "watch", lambda _command: 0)
    save(tmp_path, Settings(looks=Looks(scale="150")))
    assert window.open_window(Ask(Path(tmp_path), embedded=False), []) == 0
    assert os.environ[window.SCALE] == "1.5"
    monkeypatch.setenv(window.SCALE, "2")
    window.open_window(Ask(Path(tmp_path), embedded=False), [])
    assert os.environ[window.SCALE] == "2"
