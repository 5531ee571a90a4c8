"""A trial of the voice, and the sentence about it."""

import threading
from typing import Final

from ui.speech.lines import trial_line
from ui.speech.voice import Heard, Voice
from ui.speech.wire import FIND_SECONDS, SPEAK_SECONDS

TRIAL_SECONDS: Final = FIND_SECONDS + SPEAK_SECONDS  # a person waits no longer for the answer
KEYS: Final = {
    Heard.VOICE: "cus.test.voice",
    Heard.CHIME: "cus.test.said",
    Heard.NO_VOICE: "cus.test.novoice",
    Heard.HUNG: "cus.test.hung",
    Heard.SILENCE: "voice.off.say",
    Heard.DROPPED: "cus.test.said",
}


class VoiceTrial:
    """``done`` is set once ``key``, a words key, says what was heard."""

    def __init__(self) -> None:
        self.done, self.key = threading.Event(), KEYS[Heard.DROPPED]

    def say(self, voice: Voice, language: str, volume: int) -> None:
        """From any thread; returns at once. The line says that it is a trial."""
        voice.say(trial_line(language), language, volume, self._heard)

    def _heard(self, heard: Heard) -> None:
        self.key = KEYS[heard]
        self.done.set()
