import itertools

import pytest

from app import words
from app.channels.api import Contact
from app.core.channel import Channel
from app.journal.outside import Why
from app.till.api import Lamp, Light
from app.till.lamps import Health, channel_lamp, clock_lamp, display_lamp, journal_lamp, scanner_lamp
from devices.api import DeviceState

GOOD = Contact(Channel.WECHAT, True, True, False, 0.2, None, 0.0)
SILENT = Contact(Channel.WECHAT, False, False, False, 5.0, None, 0.0)
SLOW = Contact(Channel.WECHAT, True, True, False, 4.0, None, 0.0)
WRONG_KEY = Contact(Channel.WECHAT, True, False, True, 0.2, None, 0.0)
WRONG_DATE = Contact(Channel.WECHAT, False, False, False, 0.2, None, 0.0, tls_dates=True)


@pytest.mark.parametrize(
    ("story", "light", "key", "sells"),
    [
        ([], Light.OK, "chan.ok", True),
        ([GOOD], Light.OK, "chan.ok", True),
        ([SLOW], Light.SLOW, "chan.slow", True),
        ([SLOW, GOOD], Light.OK, "chan.ok", True),
        ([SILENT], Light.SLOW, "chan.slow", True),
        ([SILENT] * 3, Light.STOPPED, "chan.down", False),
        ([SILENT] * 3 + [GOOD], Light.OK, "chan.ok", True),
        ([WRONG_KEY], Light.STOPPED, "r.keys", False),
        ([WRONG_KEY, SILENT], Light.STOPPED, "r.keys", False),
        ([WRONG_KEY, GOOD], Light.OK, "chan.ok", True),
        ([WRONG_DATE], Light.STOPPED, "clock.stop", False),
        ([WRONG_DATE, GOOD], Light.OK, "chan.ok", True),
    ],
)
def test_a_channels_lamp(story, light, key, sells):
    health = Health()
    for contact in story:
        health = health.after(contact)
    lamp = channel_lamp(Channel.WECHAT, health)
    assert (lamp.name, lamp.light, lamp.key, health.sells) == ("wechat", light, key, sells)


def test_every_lamp_has_its_word():
    lamps = [scanner_lamp(states) for states in itertools.product(DeviceState, repeat=2)]
    lamps.append(display_lamp(DeviceState.LOST))
    lamps += [journal_lamp(None, full=full) for full in (True, False)]
    told = [Lamp("journal", Light.SLOW, f"epoch.{why}", (("n", "5"), ("epoch", "1234"))) for why in Why]
    lamps += [journal_lamp(lamp, full=False) for lamp in told]
    assert all(words.say(f"{lamp.key}.say", **dict(lamp.values)) for lamp in told)
    lamps += clock_lamp(300.0)
    for health in (Health(), Health(silent=1), Health(silent=3), Health(misconfigured=True), Health(clock_wrong=True)):
        lamps.append(channel_lamp(Channel.ALIPAY, health))
    for lamp in lamps:
        values = dict(lamp.values)
        part = "head" if lamp.key.startswith("r.") else "lamp"
        assert words.say(f"{lamp.key}.{part}", **values)


def test_a_clock_within_a_minute_needs_no_lamp():
    assert clock_lamp(59.0) == clock_lamp(-59.0) == ()


def test_a_clock_is_warned_of_from_a_minute_on():
    assert [lamp.values for lamp in clock_lamp(60.0) + clock_lamp(-60.0)] == [(("n", "60"),)] * 2
    assert clock_lamp(-90.4)[0].values == (("n", "90"),)


READY, LOST, OPENING, OFF = DeviceState.READY, DeviceState.LOST, DeviceState.OPENING, DeviceState.OFF


@pytest.mark.parametrize(
    ("states", "light", "key"),
    [
        ((), Light.OFF, "scanner.ok"),
        ((READY,), Light.OK, "scanner.ok"),
        ((LOST,), Light.STOPPED, "scanner.gone"),
        ((READY, LOST), Light.SLOW, "scanner.one"),
        ((LOST, LOST), Light.STOPPED, "scanner.gone"),
        ((READY, READY), Light.OK, "scanner.ok"),
        ((READY, OPENING), Light.SLOW, "scanner.ok"),
        ((OFF, READY), Light.OK, "scanner.ok"),
    ],
)
def test_two_scanners_share_a_lamp_that_is_red_only_without_any(states, light, key):
    assert (scanner_lamp(states).light, scanner_lamp(states).key) == (light, key)


def test_a_missing_pole_is_amber_and_a_working_one_needs_no_lamp():
    assert display_lamp(LOST).light is Light.SLOW
    assert display_lamp(READY).light is Light.OFF
