"""The door itself: real HTTP over loopback, from callers good and bad."""

import asyncio
import contextlib
import json

import pytest

from app.pos import door as doors
from app.pos.charge import Charge, Verdict
from app.pos.charges import Busy
from app.pos.door import Door
from app.pos.token import fresh_token, hash_of
from app.pos.wishes import BODY_MOST, Turned

PATIENCE = 20  # seconds; less than a wait that was asked for, 25
TOKEN = fresh_token(lambda n: bytes(range(n)))
WAITING = Charge("r1", 12_850, "", "WAITING", Verdict.OPEN)


class Books:
    """Charges that are what a test says they are."""

    def __init__(self):
        self.asked = []
        self.answer = (WAITING, True)
        self.now = WAITING
        self.is_ready = True
        self.bell = asyncio.Event()

    def ask(self, body):
        self.asked.append(("ask", json.loads(body)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def look(self, request_id):
        self.asked.append(("look", request_id))
        return self.now

    def stop(self, request_id):
        self.asked.append(("stop", request_id))
        return self.now

    async def changed(self, request_id, seen, seconds):
        self.asked.append(("changed", request_id, seen, seconds))
        await asyncio.wait_for(self.bell.wait(), seconds)
        return self.now


@pytest.fixture
def books():
    return Books()


class Visit:
    def __init__(self, books):
        self.door = Door(books, hash_of(TOKEN), training=True)

    async def __aenter__(self):
        await self.door.open(0)
        return self

    async def __aexit__(self, *_):
        await self.door.aclose()

    async def raw(self, data):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.door.port)
        writer.write(data)
        said = await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()
        return said

    async def __call__(self, target, body=None, *, method=None, token=TOKEN, host=None, **headers):
        raw = json.dumps(body).encode() if isinstance(body, dict) else body or b""
        lines = {"Host": host or f"127.0.0.1:{self.door.port}"}
        if token:
            lines["Authorization"] = f"Bearer {token}"
        if body is not None:
            lines |= {"Content-Type": "application/json", "Content-Length": str(len(raw))}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        method = method or ("GET" if body is None else "POST")
        head = "\r\n".join([f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in lines.items() if v), "", ""])
        return read(await self.raw(head.encode("latin-1") + raw))


async def until(holds):
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - the other end is a real socket and rings no bell of ours
            await asyncio.sleep(0)


def read(said):
    if not said:
        return None, {}
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"access-control" not in head.lower()
    return int(head.split(b" ")[1]), json.loads(body)


@pytest.mark.asyncio
async def test_ask_look_stop_status(books):
    async with Visit(books) as visit:
        assert await visit("/v1/status") == (200, {"ready": True, "training": True})
        status, told = await visit("/v1/charges", {"request_id": "r1", "amount_fen": 12_850})
        assert (status, told["verdict"], told["say"]["zh"]) == (201, "open", "等扫付款码。")
        books.answer = (WAITING, False)
        assert (await visit("/v1/charges", {"request_id": "r1", "amount_fen": 12_850}))[0] == 200
        assert (await visit("/v1/charges/r1"))[0] == 200
        assert (await visit("/v1/charges/r1/stop", b""))[0] == 200
        assert [one[0] for one in books.asked] == ["ask", "ask", "look", "stop"]
        books.now = None
        assert (await visit("/v1/charges/r1"))[0] == 404


@pytest.mark.asyncio
async def test_refusals_come_in_words(books):
    async with Visit(books) as visit:
        books.answer = Busy(WAITING)
        status, told = await visit("/v1/charges", {})
        assert (status, told["error"], told["charge"]["request_id"]) == (409, "pos.busy", "r1")
        books.answer = Turned(503, "pos.blocked")
        status, told = await visit("/v1/charges", {})
        assert (status, set(told["say"])) == (503, {"zh", "en"})


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("told", "status", "headers"),
    [
        ("pos.token", 401, {"token": "mashou_" + "A" * 43}),
        ("pos.token", 401, {"token": ""}),
        ("pos.token", 401, {"token": "", "Authorization": f"Basic {TOKEN}"}),
        ("pos.host", 403, {"host": "evil.example:80"}),
        ("pos.host", 403, {"host": "127.0.0.1"}),
        ("pos.host", 403, {"host": "127.0.0.1:1"}),
        ("pos.browser", 403, {"Origin": "http://evil.example"}),
        ("pos.browser", 403, {"Origin": "null"}),
        ("pos.browser", 403, {"Sec_Fetch_Site": "same-origin"}),
        ("pos.browser", 403, {"Referer": "http://127.0.0.1/"}),
        ("pos.type", 415, {"Content_Type": "text/plain"}),
    ],
)
async def test_who_does_not_come_in(books, told, status, headers):
    async with Visit(books) as visit:
        found = await visit("/v1/charges", {"request_id": "r1", "amount_fen": 1}, **headers)
    assert (found[0], found[1]["error"]) == (status, told)
    assert books.asked == []


@pytest.mark.asyncio
async def test_nobody_comes_in_where_no_token_was_made(books):
    async with Visit(books) as visit:
        visit.door._token_hash = ""
        assert (await visit("/v1/status"))[0] == 401


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/charges", 405),
        ("POST", "/v1/charges/r1", 405),
        ("GET", "/v1/charges/r1/stop", 405),
        ("GET", "/v1/charges/", 400),
        ("GET", "/v1/charges/r1/", 404),
        ("GET", "/v1/charges/r1/refund", 404),
        ("GET", "/x/v1/charges/r1", 404),
        ("GET", "/v1/charges/..%2f", 400),
        ("GET", "/v1/charges/r1?wait=-1", 400),
        ("GET", "/v1/charges/r1?wait=9999999", 400),
        ("GET", "/v1/charges/r1?hold=1", 400),
        ("GET", "/v1/charges/" + "r" * 300, 404),
        ("OPTIONS", "/v1/charges", 405),
        ("DELETE", "/v1/status", 405),
    ],
)
async def test_addresses_that_are_none(books, method, target, status):
    async with Visit(books) as visit:
        assert (await visit(target, method=method))[0] == status
    assert books.asked == []


@pytest.mark.asyncio
async def test_big_slow_and_broken_requests(books, monkeypatch):
    async with Visit(books) as visit:
        assert (await visit("/v1/charges", b"x" * (BODY_MOST + 1)))[0] == 413
        assert (await visit("/v1/charges", b"x" * 900_000))[0] == 413
        head = f"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1:{visit.door.port}\r\n".encode()
        assert read(await visit.raw(head + b"X: " + b"y" * 40_000))[0] == 400
        assert read(await visit.raw(b"nonsense\r\n\r\n"))[0] == 400
        assert read(await visit.raw(b"GET /v1/status HTTP/1.0\r\n\r\n"))[0] == 403
        monkeypatch.setattr(doors, "ARRIVE_SECONDS", 0.2)
        assert await visit.raw(head) == b"", "a head that never ends"
        assert await visit.raw(b"") == b""
        post = head.replace(b"GET /v1/status", b"POST /v1/charges") + f"Authorization: Bearer {TOKEN}\r\n".encode()
        slow = post + b"Content-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
        assert await visit.raw(slow) == b"", "a body that never ends"
    assert books.asked == []


@pytest.mark.asyncio
async def test_of_requests_run_together_only_the_first_is_heard(books):
    async with Visit(books) as visit:
        body = b'{"request_id":"r1","amount_fen":1}'
        one = (
            f"POST /v1/charges HTTP/1.1\r\nHost: 127.0.0.1:{visit.door.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        said = await visit.raw(one * 3)
    assert said.count(b"HTTP/1.1 ") == 1
    assert len(books.asked) == 1


@pytest.mark.asyncio
async def test_a_wait_and_what_ends_it(books):
    async with Visit(books) as visit:
        waiting = asyncio.create_task(visit("/v1/charges/r1?wait=25&seen=WAITING"))
        await until(lambda: books.asked)
        assert books.asked == [("changed", "r1", "WAITING", 25)]
        assert (await visit("/v1/status"))[0] == 200, "others are served meanwhile"
        books.bell.set()
        assert (await waiting)[0] == 200
        books.bell.clear()
        reader, writer = await asyncio.open_connection("127.0.0.1", visit.door.port)
        head = f"GET /v1/charges/r1?wait=25 HTTP/1.1\r\nHost: 127.0.0.1:{visit.door.port}\r\n"
        writer.write(f"{head}Authorization: Bearer {TOKEN}\r\n\r\n".encode())
        await until(lambda: visit.door._waiting)
        writer.close()
        await until(lambda: not visit.door._listener._guests)
        assert visit.door._waiting == 0, "who has gone is not waited for"
        assert await reader.read() == b""


@pytest.mark.asyncio
async def test_more_who_wait_are_answered_at_once(books, monkeypatch):
    monkeypatch.setattr(doors, "WAITERS_MOST", 0)
    async with Visit(books) as visit:
        assert (await visit("/v1/charges/r1?wait=25"))[0] == 200
    assert books.asked == [("look", "r1")]


@pytest.mark.asyncio
async def test_a_crowd_of_strangers_costs_the_shops_own_program_nothing(books):
    async with Visit(books) as visit:
        visit.door._mono = lambda: 5.0
        said = [(await visit("/v1/status", token="x"))[0] for _ in range(12)]
        assert said == [401] * 10 + [None] * 2
        said = [(await visit("/v1/status"))[0] for _ in range(42)]
        assert said == [200] * 40 + [429] * 2
        visit.door._mono = lambda: 6.0
        assert (await visit("/v1/status"))[0] == 200


@pytest.mark.asyncio
async def test_a_crowd_is_not_let_in(books, monkeypatch):
    monkeypatch.setattr(doors, "GUESTS_MOST", 0)
    async with Visit(books) as visit:
        with contextlib.suppress(ConnectionResetError):
            assert (await visit("/v1/status"))[0] is None
    assert books.asked == []


@pytest.mark.asyncio
async def test_it_listens_on_this_computer_only_and_closes_at_once(books):
    async with Visit(books) as visit:
        assert [s.getsockname()[0] for s in visit.door._listener._server.sockets] == ["127.0.0.1"]
        waiting = asyncio.create_task(visit("/v1/charges/r1?wait=25"))
        await until(lambda: visit.door._waiting)
        await asyncio.wait_for(visit.door.aclose(), PATIENCE / 2)
        assert (await waiting)[0] is None


def test_a_token_is_long_and_kept_as_a_hash():
    assert TOKEN == "mashou_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert len(hash_of(TOKEN)) == 64
