"""The customer's screen and the loudspeaker follow the till, and hold nothing up."""

from __future__ import annotations

import queue
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from app.settings.model import Settings
from app.settings.model import Voice as VoiceSettings
from app.till.api import Phase
from tests.ui import pictures
from ui.audience import Audience
from ui.speech.lines import Chime
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


def run(trial):
    with pytest.raises(StopIteration) as done:
        trial().send(None)
    return done.value.value


def test_the_test_buttons_reach_screen_and_voice_from_the_workers_loop(audience, qapp, played):
    trials = audience.trials()
    assert run(trials["display"]) == "cus.test.shown"
    assert run(trials["voice"]) == "cus.test.said"
    qapp.processEvents()
    assert audience.display.board.face.head == "顾客屏测试"
    assert played.get(timeout=PATIENCE) == sound(Chime.PAID, 60)
    audience.display.use("off")
    assert run(trials["display"]) == "cus.test.none"


def test_a_till_without_sound_says_so_once(audience, qapp, window, qtbot):
    audience.voice._play = lambda _: False
    for _ in range(2):
        audience._say_trial()
    qtbot.waitUntil(lambda: window.banner.face is not None)
    assert "声音" in window.banner.face.text
