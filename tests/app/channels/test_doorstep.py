"""The local door, knocked at over real sockets."""

import asyncio

import pytest

from app.channels import doorstep
from app.channels.books import NoticeReply
from app.channels.doorstep import BODY_MOST, Doorstep


class House:
    """Takes everything for ``wechat``; ``v3`` is answered as WeChat V3 likes it, without a body."""

    def __init__(self):
        self.heard = []

    def answer(self, channel, headers, body):
        self.heard.append((channel, headers, body))
        return {
            "wechat": NoticeReply(200, "text/xml; charset=utf-8", b"<xml/>"),
            "v3": NoticeReply(204, "application/json", b""),
        }.get(channel)


@pytest.fixture
def house():
    return House()


async def knock(port, sent):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def post(target, body, head=b""):
    return b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s" % (target, head, len(body), body)


async def visit(house, *requests):
    door = Doorstep(house.answer)
    port = await door.open(0)
    try:
        return [await knock(port, request) for request in requests]
    finally:
        await door.aclose()


@pytest.mark.asyncio
async def test_a_notification_is_handed_on_and_answered_in_the_rooms_words(house):
    (said,) = await visit(house, post(b"/wechat?x=1", b"a=1&b=2", b"Wechatpay-Serial: 7A\r\n"))
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"text/xml" in head
    assert body == b"<xml/>"
    ((channel, headers, given),) = house.heard
    assert (channel, given, headers["wechatpay-serial"]) == ("wechat", b"a=1&b=2", "7A")


@pytest.mark.asyncio
async def test_an_answer_without_a_body(house):
    (said,) = await visit(house, post(b"/v3", b"{}"))
    assert said.startswith(b"HTTP/1.1 204")
    assert b"ontent-" not in said


@pytest.mark.asyncio
async def test_what_is_no_notification_is_turned_away_unheard(house):
    said = await visit(
        house,
        b"GET /wechat HTTP/1.1\r\nHost: x\r\n\r\n",
        post(b"/wechat", b"x" * (BODY_MOST + 1)),
        post(b"/", b"x"),
        b"nonsense\r\n\r\n",
        b"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nX: " + b"y" * 70_000,
    )
    assert [s.split(b" ")[1] if s else b"" for s in said] == [b"405", b"413", b"404", b"", b""]
    assert [channel for channel, *_ in house.heard] == [""]


@pytest.mark.asyncio
async def test_a_body_that_does_not_come_is_not_waited_for(house, monkeypatch):
    monkeypatch.setattr(doorstep, "REQUEST_SECONDS", 0.1)
    (said,) = await visit(house, b"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
    assert said == b""
    assert house.heard == []


@pytest.mark.asyncio
async def test_a_crowd_is_not_let_in(house, monkeypatch):
    monkeypatch.setattr(doorstep, "GUESTS_MOST", 0)
    assert await visit(house, post(b"/wechat", b"x")) == [b""]
    assert house.heard == []


@pytest.mark.asyncio
async def test_it_listens_on_this_computer_only(house):
    door = Doorstep(house.answer)
    await door.open(0)
    assert [s.getsockname()[0] for s in door._listener._server.sockets] == ["127.0.0.1"]
    await door.aclose()


@pytest.mark.asyncio
async def test_closing_does_not_wait_for_a_guest_who_says_nothing(house):
    door = Doorstep(house.answer)
    port = await door.open(0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0)
    await asyncio.wait_for(door.aclose(), 8)  # less than a guest's ten seconds
    assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()
