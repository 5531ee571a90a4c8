"""Requests other than a plain POST, and answers too long to be held in memory."""

import dataclasses

import pytest
import pytest_asyncio

from app.channels import tls
from app.channels.http import Line
from app.channels.outcome import BODY_LIMIT, NoAnswer, Post

GET = Post("/v3/certificates?a=1", b"", "", 5.0, method="GET", headers=(("Authorization", "WECHATPAY2 x"),))


@pytest_asyncio.fixture
async def line(serve, authority, answer_with):
    """(line, loopback) to a server that says 200,000 bytes."""
    async with serve(answer_with(b"x" * 200_000)) as loopback:
        line = Line(loopback.url, tls.trust(loopback.url, authority.pem), connect=2.0, idle=4.0)
        yield line, loopback
        await line.aclose()


@pytest.mark.asyncio
async def test_a_get_carries_its_own_headers_and_no_body(line):
    line, loopback = line
    taken = []
    reply = await line.post(dataclasses.replace(GET, into=lambda data: not taken.append(data)))
    (asked,) = loopback.asked
    assert (asked.method, asked.target, asked.body) == ("GET", GET.target, b"")
    assert asked.headers["authorization"] == "WECHATPAY2 x"
    assert "content-type" not in asked.headers
    assert (reply.status, reply.body) == (200, b"")
    assert b"".join(taken) == b"x" * 200_000
    assert "WECHATPAY2" not in repr(GET)


@pytest.mark.asyncio
async def test_the_next_answer_is_held_in_memory_again_and_bounded(line):
    line, loopback = line
    taken = []
    await line.post(dataclasses.replace(GET, into=lambda data: not taken.append(len(data))))
    outcome = await line.post(GET)
    assert isinstance(outcome, NoAnswer)
    assert sum(taken) == 200_000
    assert [a.connection for a in loopback.asked] == [1, 1]


@pytest.mark.asyncio
async def test_a_taker_that_will_have_no_more_ends_the_exchange(line):
    line, _ = line
    taken = []

    def once(data: bytes) -> bool:
        taken.append(len(data))
        return False

    outcome = await line.post(dataclasses.replace(GET, into=once))
    assert outcome == NoAnswer("its taker would have no more", bytes_begun=True)
    assert len(taken) == 1
    assert taken[0] <= BODY_LIMIT * 4
