"""The customer's screen and the loudspeaker follow the till, and hold nothing up."""

from __future__ import annotations

import asyncio
import queue
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from app.settings.model import Settings
from app.settings.model import Voice as VoiceSettings
from app.till.api import Phase
from app.words import has
from tests.ui import pictures
from tests.ui.speech.stub_child import Stub
from ui.audience import Audience
from ui.speech.lines import Chime
from ui.speech.mouth import Mouth
from ui.speech.sounds import sound

PATIENCE = 10.0


@pytest.fixture
def played():
    return queue.Queue()


@pytest.fixture
def audience(window, bridge, monkeypatch, played):
    monkeypatch.setattr("ui.customer.display.pick", lambda names, _own, wanted: None if wanted == "off" else names[0])
    owner = QObject()
    settings = Settings(simulator=True, voice=VoiceSettings(how="sounds", volume=60))
    made = Audience(window, bridge, settings, owner)
    made.voice._play = lambda wav: played.put(wav) or True
    yield made
    made.close()


def test_a_sale_is_shown_to_the_customer_and_heard_when_it_is_paid(audience, counter, show, played):
    new = replace(pictures.sale(Phase.PENDING), out_trade_no="9" * 24)
    show(pictures.view(Phase.READY))
    assert audience.display.board.face.head == "请出示付款码"
    show(pictures.view(Phase.PENDING, sale=new, open=(new,)))
    assert audience.display.board.face.head == "请在手机上输入密码"
    paid = replace(pictures.sale(Phase.PAID), out_trade_no="9" * 24)
    show(pictures.view(Phase.PAID, sale=paid, open=(), done=(paid,)))
    assert audience.display.board.face.head == "付款成功，谢谢"
    assert played.get(timeout=PATIENCE) == sound(Chime.PAID, 60)
    show(pictures.view(Phase.PAID, sale=paid, open=(), done=(paid,)))
    assert played.empty()


def test_the_customers_words_follow_the_tills_language(audience, show, window):
    show(pictures.view(Phase.READY))
    window.cashier.language = "en"
    audience.display.refresh()
    assert audience.display.board.face.head == "Show your code"


def run(trial, qapp):
    """On a loop of its own, as the worker's; the window goes on meanwhile."""
    answered = []
    loop = threading.Thread(target=lambda: answered.append(asyncio.run(trial())))
    loop.start()
    while loop.is_alive():
        qapp.processEvents()
        loop.join(0.01)
    qapp.processEvents()
    return answered[0]


def test_the_test_buttons_reach_screen_and_voice_from_the_workers_loop(audience, qapp, played):
    trials = audience.trials()
    assert run(trials["display"], qapp) == "cus.test.shown"
    assert audience.display.board.face.head == "顾客屏测试"
    assert run(trials["voice"], qapp) == "cus.test.said"
    assert played.get(timeout=PATIENCE) == sound(Chime.PAID, 60)
    audience.display.use("off")
    assert run(trials["display"], qapp) == "cus.test.none"


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ((b"voice Mandarin\n", b"began\nsaid\n"), "cus.test.voice"),
        ((b"none no engine\n",), "cus.test.novoice"),
        ((b"voice Mandarin\n", b"none it went\n"), "cus.test.hung"),
    ],
)
def test_the_voices_test_button_says_what_was_found(audience, qapp, tmp_path, answers, key):
    stub, played = Stub(tmp_path, *answers), []
    audience.voice._talker = Mouth(stub.command)
    audience.voice._play = lambda wav: played.append(wav) or True
    assert run(audience.trials()["voice"], qapp) == key
    assert has(key)
    assert len(played) == (key != "cus.test.voice")
    assert stub.asked == ["find zh", "say zh 60 训练：支付宝收款，十二元五角"][: len(answers)]


def test_the_voice_is_looked_for_as_soon_as_the_till_is_open_unless_nothing_is_to_be_said(
    window, bridge, monkeypatch, tmp_path
):
    for says, asked in (("results", True), ("off", False)):
        (tmp_path / says).mkdir()
        stub = Stub(tmp_path / says, b"voice Mandarin\n")
        monkeypatch.setattr("ui.audience.Mouth", lambda stub=stub: Mouth(stub.command))
        owner = QObject()
        made = Audience(window, bridge, Settings(simulator=True, voice=VoiceSettings(says=says)), owner)
        assert (made.voice._thread is not None) is asked
        made.close()


def test_a_till_without_sound_says_so_once(audience, qapp, window, qtbot):
    audience.voice._play = lambda _: False
    for _ in range(2):
        assert run(audience.trials()["voice"], qapp) == "voice.off.say"
    qtbot.waitUntil(lambda: window.banner.face is not None)
    assert "声音" in window.banner.face.text
