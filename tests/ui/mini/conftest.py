"""A mini window over a window over a counter that remembers."""

import pytest

from ui.mini.place import Place
from ui.mini.window import Mini


@pytest.fixture
def mini(qtbot, window, bridge, tmp_path):
    made = Mini(window, Place(tmp_path))
    qtbot.addWidget(made)
    bridge.view.connect(made.refresh)
    made.show()
    window.hide()
    yield made
    made.hide()
