"""The till's own sounds, made of sines: no file is shipped, and none of anybody else's is needed. Pure.

Each is told apart without looking and without music: paid rises, not paid falls, a call for a person repeats.
"""

import array
import io
import math
import wave
from typing import Final

from ui.speech.lines import Chime

RATE: Final = 22_050  # samples a second
FADE: Final = 0.012  # seconds of rise and fall of a note, so that it does not click
LOUDEST: Final = 0.6  # of what the format holds
SILENT: Final = 0.0  # "note" of a pause

# (hertz, seconds); notes of the pentatonic, which never grate on one another
NOTES: Final[dict[Chime, tuple[tuple[float, float], ...]]] = {
    Chime.PAID: ((523.25, 0.12), (659.25, 0.12), (783.99, 0.26)),
    Chime.NOT_PAID: ((392.0, 0.18), (293.66, 0.34)),
    Chime.CALL: ((880.0, 0.16), (SILENT, 0.1)) * 3,
    Chime.HINT: ((659.25, 0.1),),
}


def sound(chime: Chime, volume: int) -> bytes:
    """A WAV file. ``volume`` 0 to 100."""
    samples = array.array("h")
    loud = 32_767 * LOUDEST * (max(0, min(100, volume)) / 100) ** 2  # ears hear the square
    for hertz, seconds in NOTES[chime]:
        count = int(RATE * seconds)
        for at in range(count):
            near = min(at, count - 1 - at) / RATE
            level = loud * min(1.0, near / FADE) * (1.0 - 0.5 * at / count)
            samples.append(int(level * math.sin(2 * math.pi * hertz * at / RATE)) if hertz else 0)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()
