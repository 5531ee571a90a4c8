"""Nothing that httpx does by itself reaches a channel: what goes out is what we wrote, what comes back is what came."""

import logging
import ssl

import httpx
import pytest
import pytest_asyncio

from app.channels import http, tls
from app.channels.http import Line
from app.channels.outcome import NoAnswer, NotSent, Post, Reply
from app.channels.transport import Transport


@pytest_asyncio.fixture
async def line_to(authority):
    """Lines that trust the test's authority, closed at the end."""
    opened = []

    def make(url):
        opened.append(Line(url, tls.trust(url, authority.pem), connect=2.0, idle=4.0))
        return opened[-1]

    yield make
    for line in opened:
        await line.aclose()


def post(target="/pay", *, deadline=5.0):
    return Post(target, b"hello", "text/xml", deadline)


@pytest.mark.asyncio
async def test_a_request_carries_five_headers_and_no_other(serve, answer_with, line_to):
    async with serve(answer_with(b"ok", Set_Cookie="a=b; Path=/")) as loopback:
        line = line_to(loopback.url)
        for _ in range(2):
            await line.post(post())
    expected = {
        "host": f"127.0.0.1:{loopback.port}",
        "accept-encoding": "identity",
        "user-agent": "mashou",
        "content-type": "text/xml",
        "content-length": "5",
    }
    assert [asked.headers for asked in loopback.asked] == [expected, expected]


@pytest.mark.asyncio
async def test_a_signed_query_goes_out_byte_for_byte(serve, answer_with, line_to):
    target = "/gateway.do?b=%7e%20+a%2Fb&a=1&a=2&sign=x%3D%3D&empty=&u='()*!"
    async with serve(answer_with(b"ok")) as loopback:
        await line_to(loopback.url).post(post(target))
    (asked,) = loopback.asked
    assert asked.target == target


@pytest.mark.asyncio
async def test_the_environment_changes_nothing(serve, answer_with, line_to, monkeypatch, tmp_path):
    """Proxies, an authority of one's own, a password file: httpx would take each of them from here."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    async with serve(answer_with(b"ok")) as loopback:
        assert isinstance(await line_to(loopback.url).post(post()), Reply)
    assert "authorization" not in loopback.asked[0].headers


@pytest.mark.asyncio
async def test_a_name_and_password_in_the_address_are_not_sent(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback:
        await line_to(loopback.url.replace("//", "//user:word@")).post(post())
    assert "authorization" not in loopback.asked[0].headers


@pytest.mark.asyncio
@pytest.mark.parametrize("status", ["301 Moved", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("place", ["/elsewhere", "https://[", "http://\x80", "//", "file:///etc/passwd"])
async def test_no_redirect_is_followed_or_even_read(status, place, serve, answer_with, line_to):
    async with serve(answer_with(b"gone", status=status, Location=place)) as loopback:
        reply = await line_to(loopback.url).post(post())
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (int(status[:3]), b"gone")
    assert len(loopback.asked) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity"])
async def test_nothing_is_unpacked(encoding, serve, answer_with, line_to):
    async with serve(answer_with(b"\x1f\x8b", Content_Encoding=encoding)) as loopback:
        assert isinstance(await line_to(loopback.url).post(post()), NoAnswer)


@pytest.mark.asyncio
async def test_bytes_are_bytes_whatever_their_declared_text(serve, answer_with, line_to):
    async with serve(answer_with(b"\xff\xfe\x00", Content_Type="text/plain; charset=utf-16")) as loopback:
        reply = await line_to(loopback.url).post(post())
    assert isinstance(reply, Reply)
    assert reply.body == b"\xff\xfe\x00"


@pytest.mark.asyncio
async def test_the_only_time_limit_is_the_posts_own(serve, answer_with, line_to, monkeypatch):
    """httpx gives a client five seconds for each step unless told otherwise; a payment waits up to thirty."""
    limits = []
    plain = Transport.handle_async_request

    async def looked_at(self, request):
        limits.append((request.extensions["timeout"], request.extensions["deadline"]))
        return await plain(self, request)

    monkeypatch.setattr(Transport, "handle_async_request", looked_at)
    async with serve(answer_with(b"ok")) as loopback:
        await line_to(loopback.url).post(post(deadline=30.0))
    assert limits == [({}, 30.0)]


@pytest.mark.asyncio
async def test_a_status_of_error_is_an_answer_and_is_asked_once(serve, answer_with, line_to):
    async with serve(answer_with(b"busy", status="503 Unavailable", Retry_After="0")) as loopback:
        reply = await line_to(loopback.url).post(post())
    assert isinstance(reply, Reply)
    assert reply.status == 503
    assert len(loopback.asked) == 1


@pytest.mark.asyncio
async def test_httpx_logs_no_line_beside_ours(serve, answer_with, line_to, caplog):
    caplog.set_level(logging.INFO)
    async with serve(answer_with(b"ok")) as loopback:
        await line_to(loopback.url).post(post("/gateway.do?sign=abc"))
    assert not [record for record in caplog.records if record.name.startswith("http")]


@pytest.mark.asyncio
async def test_a_closed_line_sends_nothing_and_says_so(serve, answer_with, line_to):
    async with serve(answer_with(b"ok")) as loopback:
        line = line_to(loopback.url)
        await line.aclose()
        await line.aclose()
        assert isinstance(await line.post(post()), NotSent)
    assert loopback.asked == []


@pytest.mark.parametrize(
    "kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.RemoteProtocolError, httpx.PoolTimeout]
)
def test_an_error_that_is_not_our_transports_never_proves_that_nothing_was_sent(kind):
    assert isinstance(http._outcome(kind("auth_code=134567890123456789")), NoAnswer)
    assert "1345" not in repr(http._outcome(kind("auth_code=134567890123456789")))


@pytest.mark.parametrize("url", ["https://a:99999", "https://\u0000", "https://xn--\u00fc.com"])
def test_an_address_nothing_can_be_written_to_is_told_at_once(url):
    with pytest.raises(ValueError, match="address cannot be used"):
        Line(url, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), connect=1.0, idle=4.0)
