import logging

import pytest

from app.channels import stopwatch
from app.channels.exchange import Exchange, Reporter, Told
from app.channels.outcome import NoAnswer, NotSent, Post, Reply
from app.core.answers import Evidence
from app.core.channel import Channel


@pytest.fixture
def told():
    """(contacts, tell): what a reporter makes of an outcome."""
    contacts = []
    reporter = Reporter(Channel.WECHAT, contacts.append)

    def tell(outcome, evidence=None, *, misconfigured=False):
        exchange = Exchange(outcome, 0.25, 100.0)
        return reporter.tell(exchange, Told("pay", "7026", "unknown", evidence or Evidence(), misconfigured))

    return contacts, tell


def test_a_contact_tells_the_lamp_what_came_back(told):
    contacts, tell = told
    reply = tell(Reply(200, {}, b"", 1000), Evidence(verified=True))
    assert (reply.answered, reply.verified, reply.date_ms, reply.seconds, reply.at_mono) == (
        True,
        True,
        1000,
        0.25,
        100.0,
    )
    assert tell(NoAnswer("TimeoutError", bytes_begun=True)).answered
    assert not tell(NoAnswer("TimeoutError", bytes_begun=False)).answered
    assert tell(NotSent("certificate", tls_dates=True)).tls_dates
    assert tell(NotSent("TLS", tls_refused=True)).misconfigured
    assert tell(Reply(200, {}, b"", None), misconfigured=True).misconfigured
    assert len(contacts) == 6


def test_a_contact_says_how_long_ago_its_answer_came():
    now = [100.0]
    reporter = Reporter(Channel.WECHAT, lambda _: None, lambda: now[0])
    exchange = Exchange(Reply(200, {}, b"", 1000), 0.25, 100.0)
    now[0] = 104.5  # the key that proves it was fetched meanwhile
    assert reporter.tell(exchange, Told("query", "7026", "paid", Evidence(verified=True))).since == 4.5


def test_one_line_per_exchange_and_a_warning_for_what_must_be_looked_at(told, caplog, expect_log):
    expect_log("mashou.channels.wechat", "FORGED")
    expect_log("mashou.channels.wechat", "ODD")
    _, tell = told
    with caplog.at_level(logging.INFO, "mashou.channels.wechat"):
        tell(Reply(200, {}, b"secret", None), Evidence(code="SYSTEMERROR", says="a text", payer="oUp***ukE"))
        tell(Reply(200, {}, b"secret", None), Evidence(forged=True))
        tell(Reply(200, {}, b"secret", None), Evidence(odd=True))
    assert caplog.messages[0] == "pay 7026 unknown code=SYSTEMERROR 250 ms"
    assert [r.levelno for r in caplog.records] == [logging.INFO, logging.WARNING, logging.WARNING]
    assert "secret" not in caplog.text


@pytest.mark.asyncio
async def test_a_call_during_which_the_computer_slept_is_as_long_as_the_sleep(monkeypatch):
    """Otherwise its Date, hours old by then, would become the channel time of everything after it."""
    now = [1000.0]
    monkeypatch.setattr(stopwatch, "_read", lambda: now[0])

    class Slept:
        async def post(self, post):
            now[0] += 7200.0
            return Reply(200, {}, b"", 1000)

    exchange = await Reporter(Channel.WECHAT, [].append).send(Slept(), Post("/", b"", "", 1.0))
    assert exchange.seconds == 7200.0
