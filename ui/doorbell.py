"""One till per data folder: a second start brings the first one's window back instead of standing in its way.

The bell is a file in the folder. Who holds the journal watches the folder, takes the file away and shows its window,
also when that was closed over open sales (design §7.15). Nothing is read from the file, so nobody can say anything
with it but "show yourself".
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Slot
from shiboken6 import delete

BELL: Final = "show-window"
LOOK_MS: Final = 100  # how often the second start looks whether the bell was answered
PATIENCE: Final = 30  # looks; a window in order answers the first


class Doorkeeper(QObject):
    """Calls ``on_ring`` on the Qt thread each time another start rings at ``folder``, which exists."""

    def __init__(self, folder: Path, on_ring: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._bell, self._on_ring = folder / BELL, on_ring
        self._bell.unlink(missing_ok=True)  # left by a start that was killed while it rang
        self._watcher = QFileSystemWatcher([str(folder)], self)
        self._watcher.directoryChanged.connect(self._look)

    def close(self) -> None:
        """Stop watching, on the Qt thread: what Python's collector ends on another thread leaves Qt a dead file."""
        self._watcher.directoryChanged.disconnect(self._look)
        self._watcher.removePaths(self._watcher.directories())
        delete(self._watcher)

    @Slot()
    def _look(self) -> None:
        try:
            self._bell.unlink()
        except OSError:  # the usual case: something else changed in the folder
            return
        self._on_ring()


class Visitor(QObject):
    """Rings at ``folder`` once; ``answered`` or ``unheard`` is called on the Qt thread, after 3 s at the latest."""

    def __init__(
        self, folder: Path, answered: Callable[[], None], unheard: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bell, self._answered, self._unheard = folder / BELL, answered, unheard
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        try:
            self._bell.touch()
        except OSError:  # a folder that takes no file: the look below finds none and would think it answered
            self._looks = PATIENCE
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        self._looks += 1
        if self._looks > PATIENCE:
            self._timer.stop()
            self._bell.unlink(missing_ok=True)
            self._unheard()
        elif not self._bell.exists():
            self._timer.stop()
            self._answered()
