"""Where and how a command is to work, after the options common to all."""

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import words
from app.cli.exits import Refused
from app.settings import Settings, SettingsError, default_folder, load

TRAINING: Final = "training"  # the folder of the built-in training, inside the default one


@dataclass(frozen=True, slots=True)
class Ask:
    """``embedded``: training with the simulator as a child of this process, not a folder someone set up."""

    folder: Path
    embedded: bool
    wanted_language: str | None = None
    training: bool = False

    @property
    def language(self) -> str:
        settings = self.settings
        return self.wanted_language or (settings.till.language if settings else "zh")

    @property
    def settings(self) -> Settings | None:
        """What the folder is set to, None where that cannot be read; whoever opens the house says why."""
        try:
            return load(self.folder).settings
        except SettingsError:
            return None

    def refuse_real_training(self) -> None:
        """Training is never played with real money (design §7, Training). Raises Refused."""
        settings = self.settings
        if self.training and settings is not None and not settings.simulator:
            raise Refused("cli.training.real")

    @property
    def prompt(self) -> Callable[[], str] | None:
        """Asks the person at the terminal for the passphrase; None where there is nobody."""
        if not sys.stdin.isatty():
            return None
        question = words.say("cli.passphrase", self.language)
        return lambda: typed(question)


def typed(question: str) -> str:
    """What a person types at the terminal, unseen; nothing where they end it instead (Ctrl-D)."""
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


def asked(args: Namespace) -> Ask:
    """Raises Refused where the folder's name leads nowhere."""
    given: Path | None = getattr(args, "data", None)
    training: bool = getattr(args, "training", False)
    embedded = training and given is None
    folder = given or (default_folder() / TRAINING if embedded else default_folder())
    try:
        folder = folder.expanduser()
    except RuntimeError:  # ~somebody who is not known here, or nobody has a home
        raise Refused("cli.folder", path=str(folder)) from None
    return Ask(folder, embedded, getattr(args, "language", None), training)
