"""What only the command line says."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "cli.taken": ("收银窗口正在使用这个账本。", "The till's window is using this journal."),
}
