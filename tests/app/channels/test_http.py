"""The line to a channel over real sockets: what is proven not sent, what is merely silent, what is used again."""

import asyncio
import contextlib
import gzip
import socket
import ssl
import threading
from contextlib import asynccontextmanager

import pytest
from cryptography import x509

from app.channels import tls
from app.channels.http import Line
from app.channels.outcome import BODY_LIMIT, NoAnswer, NotSent, Post, Reply, date_ms

XML = "text/xml"


@pytest.fixture
def line_to(authority):
    """A line that trusts the test's authority."""

    @asynccontextmanager
    async def make(url, *, connect=2.0, idle=4.0):
        line = Line(url, tls.trust(url, authority.pem), connect=connect, idle=idle)
        yield line
        await line.aclose()

    return make


def post(*, deadline=5.0, once=False, warms=False, body=b"hello"):
    return Post("/pay", body, XML, deadline, once, warms)


@pytest.mark.asyncio
async def test_one_whole_answer_with_the_channels_time(serve, answer_with, line_to):
    async with serve(answer_with(b"<xml/>")) as loopback, line_to(loopback.url) as line:
        reply = await line.post(post())
    assert reply == Reply(200, reply.headers, b"<xml/>", 1_795_358_400_000)
    (asked,) = loopback.asked
    assert (asked.target, asked.body) == ("/pay", b"hello")
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["content-type"] == XML
    assert "cookie" not in asked.headers


@pytest.mark.asyncio
async def test_two_calls_use_one_connection_and_no_cookie_is_kept(serve, answer_with, line_to):
    async with serve(answer_with(b"ok", Set_Cookie="a=b")) as loopback, line_to(loopback.url) as line:
        await line.post(post())
        await line.post(post())
    assert [a.connection for a in loopback.asked] == [1, 1]
    assert not any("cookie" in a.headers for a in loopback.asked)


@pytest.mark.asyncio
async def test_no_connection_carries_two_posts_that_are_sent_once(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        for once in (False, True, False, True, True):
            await line.post(post(once=once))
    assert [a.connection for a in loopback.asked] == [1, 1, 1, 2, 3]


@pytest.mark.asyncio
async def test_a_warming_post_leaves_a_connection_for_one_that_is_sent_once(serve, answer_with, line_to):
    """Also when a connection that has carried such a post is free; ordinary posts take that one first."""
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        await line.post(post(once=True))
        await line.post(post(warms=True))
        await line.post(post())
        await line.post(post(once=True))
    assert [a.connection for a in loopback.asked] == [1, 2, 1, 2]


@pytest.mark.asyncio
async def test_a_rush_of_posts_sent_once_leaves_two_connections_and_no_crowd(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        for _ in range(6):
            await line.post(post(once=True))
        await asyncio.gather(*(line.post(post()) for _ in range(3)))
    assert [a.connection for a in loopback.asked[:6]] == [1, 2, 3, 4, 5, 6]
    assert sorted(a.connection for a in loopback.asked[6:]) == [5, 6, 7]


@pytest.mark.asyncio
async def test_two_calls_at_a_time_use_two_connections(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        replies = await asyncio.gather(*(line.post(post(body=b"%d" % n)) for n in range(5)))
    assert all(isinstance(reply, Reply) for reply in replies)
    assert len({a.connection for a in loopback.asked}) == 5


@pytest.mark.asyncio
async def test_a_call_that_is_called_off_at_any_turn_leaves_no_socket_open(serve, answer_with, line_to):
    """A till that closes calls off what is still connecting; a socket left to the collector fails the test."""
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        for turns in range(60):
            call = asyncio.ensure_future(line.post(post(once=True)))
            for _ in range(turns):
                await asyncio.sleep(0)
            call.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await call


@pytest.mark.asyncio
async def test_a_connection_the_server_closed_while_idle_is_not_used(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        await line.post(post())
        await loopback.hang_up()
        assert isinstance(await line.post(post()), Reply)
    assert [a.connection for a in loopback.asked] == [1, 2]


@pytest.mark.asyncio
@pytest.mark.parametrize("together", [True, False], ids=["in one piece", "a turn later"])
async def test_a_connection_with_something_unasked_on_it_is_not_used(together, serve, line_to):
    """Bytes nobody asked for would otherwise be taken for the next customer's answer."""

    async def answer(_asked, writer):
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        if not together:
            asyncio.get_running_loop().call_soon(writer.write, reply)
        return reply * 2 if together else reply

    async with serve(answer) as loopback, line_to(loopback.url) as line:
        assert isinstance(await line.post(post()), Reply)
        for _ in range(20):
            await asyncio.sleep(0)  # both answers have left the server
        assert isinstance(await line.post(post()), Reply)
    assert [a.connection for a in loopback.asked] == [1, 2]


@pytest.mark.asyncio
@pytest.mark.parametrize("parting", [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate", b""], ids=["answer", "end"])
async def test_what_the_loop_has_not_read_yet_is_noticed_too(parting, authority, line_to):
    """A blocking server parts while the loop is busy elsewhere: only the socket knows."""
    context = authority.server_context()
    go, parted = threading.Event(), threading.Event()

    def serve_two(listener):
        for number in (1, 2):
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True) as tls_side:
                tls_side.recv(65536)
                tls_side.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number)
                if number == 1:
                    go.wait()
                    tls_side.sendall(parting) if parting else tls_side.shutdown(socket.SHUT_RDWR)
                    parted.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_two, args=(listener,))
        thread.start()
        async with line_to(f"https://127.0.0.1:{listener.getsockname()[1]}") as line:
            first = await line.post(post())
            go.set()
            parted.wait()  # on purpose without the loop
            second = await line.post(post())
        thread.join()
    assert isinstance(first, Reply)
    assert isinstance(second, Reply)
    assert (first.body, second.body) == (b"1", b"2")


@pytest.mark.asyncio
async def test_a_connection_idle_for_longer_than_allowed_is_not_used(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url, idle=0.0) as line:
        await line.post(post())
        await line.post(post())
    assert [a.connection for a in loopback.asked] == [1, 2]


@pytest.mark.asyncio
async def test_nobody_there_is_proven_not_sent(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback:
        url = loopback.url
    async with line_to(url) as line:
        outcome = await line.post(post())
    assert isinstance(outcome, NotSent)
    assert not outcome.tls_dates


@pytest.mark.asyncio
async def test_a_server_that_never_finishes_tls_is_not_sent_within_the_connect_limit(authority, line_to):
    async def silent(reader, writer):
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, line_to(url, connect=0.1) as line:
        began = asyncio.get_running_loop().time()
        outcome = await line.post(post(deadline=30.0))
        assert asyncio.get_running_loop().time() - began < 5.0
        for _ in range(10):
            await asyncio.sleep(0)  # the server sees the end of the connection
    assert isinstance(outcome, NotSent)


@pytest.mark.asyncio
@pytest.mark.parametrize("days", [(-30, -1), (1, 30)], ids=["expired", "not yet valid"])
async def test_a_certificate_whose_dates_do_not_fit_tells_of_the_clock(days, serve, answer_with, authority, line_to):
    async with (
        serve(answer_with(b"ok"), authority.server_context(days=days)) as loopback,
        line_to(loopback.url) as line,
    ):
        outcome = await line.post(post())
    assert isinstance(outcome, NotSent)
    assert outcome.tls_dates
    assert loopback.asked == []


@pytest.mark.asyncio
async def test_a_strangers_certificate_sends_nothing(serve, answer_with, tmp_path, authority, line_to):
    stranger = type(authority)(tmp_path, name="Stranger")
    async with serve(answer_with(b"ok"), stranger.server_context()) as loopback, line_to(loopback.url) as line:
        outcome = await line.post(post())
    assert isinstance(outcome, NotSent)
    assert not outcome.tls_dates
    assert loopback.asked == []


@pytest.mark.asyncio
async def test_a_certificate_for_another_name_sends_nothing(serve, answer_with, authority, line_to):
    context = authority.server_context(names=(x509.DNSName("api.mch.weixin.qq.com"),))
    async with serve(answer_with(b"ok"), context) as loopback, line_to(loopback.url) as line:
        outcome = await line.post(post())
    assert isinstance(outcome, NotSent)
    assert loopback.asked == []


@pytest.mark.asyncio
async def test_old_tls_is_refused(serve, answer_with, authority, line_to):
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context = authority.server_context(version=ssl.TLSVersion.TLSv1_1)
    async with serve(answer_with(b"ok"), context) as loopback, line_to(loopback.url) as line:
        assert isinstance(await line.post(post()), NotSent)


@pytest.mark.asyncio
async def test_a_missing_client_certificate_is_told_apart(authority, line_to):
    """A blocking server: asyncio's own closes without sending the alert."""
    context = authority.server_context(ask_client=True)
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        connection, _ = listener.accept()
        tls_side = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with contextlib.suppress(ssl.SSLError):
            tls_side.do_handshake()
        with socket.socket(fileno=tls_side.detach()) as plain:
            plain.recv(65536)  # closing with the request unread would reset the connection before the alert is read

    thread = threading.Thread(target=refuse)
    thread.start()
    async with line_to(f"https://127.0.0.1:{listener.getsockname()[1]}") as line:
        outcome = await line.post(post())
    thread.join()
    listener.close()
    assert isinstance(outcome, NoAnswer)
    assert outcome.tls_refused


@pytest.mark.asyncio
async def test_silence_and_a_dropped_connection_are_no_answer(serve, line_to):
    async def hang_up(_asked, _writer):
        return None

    async def never(_asked, _writer):
        await asyncio.Event().wait()

    async with serve(hang_up) as loopback, line_to(loopback.url) as line:
        dropped = await line.post(post())
    assert isinstance(dropped, NoAnswer)
    assert not dropped.bytes_begun
    async with serve(never) as loopback, line_to(loopback.url) as line:
        silent = await line.post(post(deadline=0.1))
        assert len(loopback.asked) == 1  # never sent again
    assert isinstance(silent, NoAnswer)
    assert not silent.bytes_begun


@pytest.mark.asyncio
async def test_a_drip_ends_at_the_total_deadline(serve, line_to):
    async def drip(_asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serve(drip) as loopback, line_to(loopback.url) as line:
        began = asyncio.get_running_loop().time()
        outcome = await line.post(post(deadline=0.2))
        assert asyncio.get_running_loop().time() - began < 5.0
    assert isinstance(outcome, NoAnswer)
    assert outcome.bytes_begun


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\xff\x16 not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
    ],
    ids=["cut short", "bad chunk", "no HTTP", "endless headers"],
)
async def test_a_broken_answer_is_no_answer(said, serve, line_to):
    async def answer(_asked, writer):
        writer.write(said)
        await writer.drain()

    async with serve(answer) as loopback, line_to(loopback.url) as line:
        assert isinstance(await line.post(post()), NoAnswer)


@pytest.mark.asyncio
async def test_ten_megabytes_and_a_compressed_bomb_are_refused_early(serve, answer_with, line_to):
    bomb = gzip.compress(b"<" * 10_000_000)
    assert len(bomb) < BODY_LIMIT
    for answer in (answer_with(b"x" * 10_000_000), answer_with(bomb, Content_Encoding="gzip")):
        async with serve(answer) as loopback, line_to(loopback.url) as line:
            outcome = await line.post(post())
        assert isinstance(outcome, NoAnswer)
        assert outcome.bytes_begun


@pytest.mark.asyncio
async def test_a_redirect_is_an_answer_and_is_not_followed(serve, answer_with, line_to):
    moved = answer_with(b"", status="302 Found", Location="/elsewhere")
    async with serve(moved) as loopback, line_to(loopback.url) as line:
        reply = await line.post(post())
    assert isinstance(reply, Reply)
    assert reply.status == 302
    assert len(loopback.asked) == 1


@pytest.mark.asyncio
async def test_a_proxy_in_the_environment_is_not_used(serve, answer_with, line_to, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serve(answer_with(b"ok")) as loopback, line_to(loopback.url) as line:
        assert isinstance(await line.post(post()), Reply)


@pytest.mark.asyncio
async def test_a_cancelled_call_is_cancelled_and_leaves_no_connection(serve, line_to):
    async def never(_asked, _writer):
        heard.set()
        await asyncio.Event().wait()

    heard = asyncio.Event()
    async with serve(never) as loopback, line_to(loopback.url) as line:
        task = asyncio.create_task(line.post(post()))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.asyncio
async def test_what_was_sent_is_in_no_text_of_any_outcome(serve, line_to):
    """A server may echo the request as a status line; the parser's own message would quote it."""

    async def echo(asked, writer):
        writer.write(asked.body + b"\r\n\r\n")
        await writer.drain()

    async with serve(echo) as loopback, line_to(loopback.url) as line:
        request = post(body=b"auth_code=134567890123456789")
        outcome = await line.post(request)
    assert isinstance(outcome, NoAnswer)
    assert "134567890123456789" not in repr(outcome) + repr(request)


@pytest.mark.parametrize(
    "header", [None, "", "yesterday", "Sun, 22 Nov 2026 14:40:00", "Sun, 99 Nov 2026 14:40:00 GMT"]
)
def test_an_unreadable_date_is_no_date(header):
    assert date_ms(header) is None
