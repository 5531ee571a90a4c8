"""The whole way: real HTTP to a real till before the practice counterparties, twenty times as fast as life."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from app import boot
from app.beside import interface_of
from app.core import policy
from app.core.channel import Channel
from app.pos.token import fresh_token, hash_of
from app.settings import Pos
from app.till.api import Customer

PACE, PATIENCE = 20, 60  # seconds of patience: for a loaded machine
TOKEN = fresh_token(lambda n: b"\x07" * n)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Whatever the pace, a connection may take as long as in life: a loaded machine shakes hands no faster for it."""
    monkeypatch.setattr(policy, "_CONNECT", PACE * policy._CONNECT)


class Caller:
    """A POS beside an open training house."""

    def __init__(self, folder):
        self.folder = folder
        self.house = self.interface = self.http = None

    async def __aenter__(self):
        self.house = await boot.open_training(self.folder, on_fatal=self._fatal, pace=PACE, scanner=False)
        settings = replace(self.house.settings, pos=Pos(interface=True, token_hash=hash_of(TOKEN)))
        self.interface = interface_of(replace(self.house, settings=settings), lambda: False)
        port = await self.interface.door.open(0)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"http://127.0.0.1:{port}/v1"
        self.http = httpx.AsyncClient(base_url=url, headers=headers, timeout=40, trust_env=False)
        return self

    async def __aexit__(self, *_):
        await self.http.aclose()
        await self.interface.aclose()
        await self.house.close()

    @staticmethod
    def _fatal(error):
        raise AssertionError(error)

    async def ask(self, request_id="A-1", fen=12_850):
        reply = await self.http.post("/charges", json={"request_id": request_id, "amount_fen": fen})
        return reply.status_code, reply.json()

    async def stop(self, request_id="A-1"):
        return (await self.http.post(f"/charges/{request_id}/stop")).json()

    async def scan(self, customer):
        shown = await self.house.phone.fresh_code(Channel.WECHAT, customer)
        self.house.counter.scan(shown.code, "serial")

    async def until(self, *wanted, request_id="A-1"):
        """Follow the charge by its waits to one of ``wanted`` (states or verdicts); the states on the way."""
        seen = [""]
        async with asyncio.timeout(PATIENCE):
            while True:
                params = {"wait": 5, "seen": seen[-1]} if seen[-1] else {}
                reply = await self.http.get(f"/charges/{request_id}", params=params)
                told = reply.json()
                seen.append(told["state"])
                if {told["state"], told["verdict"]} & set(wanted):
                    return told, seen[1:]

    @property
    async def held(self):
        return sum(fen for _, fen in await self.house.phone.ledger())


@pytest.mark.asyncio
async def test_paid_with_a_password_declined_and_stopped(tmp_path):
    async with Caller(tmp_path / "t") as pos:
        assert (await pos.http.get("/status")).json() == {"ready": True, "training": True}
        status, told = await pos.ask()
        assert (status, told["state"], told["verdict"]) == (201, "WAITING", "open")
        await pos.scan(Customer.PASSWORD)
        await pos.until("PENDING")
        await pos.house.phone.enter_password()
        told, _ = await pos.until("paid")
        assert (told["state"], told["channel"], told["training"]) == ("PAID", "wechat", True)
        assert await pos.held == 12_850
        assert (await pos.ask())[0] == 200
        assert (await pos.ask(fen=1))[0] == 409

        await pos.ask("A-2", 500)
        await pos.scan(Customer.POOR)
        told, _ = await pos.until("DECLINED", "REVERSED", request_id="A-2")
        assert (told["verdict"], told["say"]["en"][:8]) == ("open", "Not paid")
        assert (await pos.ask("A-3", 700))[1]["error"] == "pos.busy"
        assert (await pos.stop("A-2"))["verdict"] == "not_paid"

        await pos.ask("A-3", 700)
        await pos.scan(Customer.NEVER)
        await pos.until("PENDING", "REVERSING", request_id="A-3")
        await pos.stop("A-3")
        await pos.until("REVERSING", "REVERSED", request_id="A-3")
        assert (await pos.stop("A-3"))["verdict"] == "not_paid"
        await pos.until("REVERSED", request_id="A-3")
        assert await pos.held == 12_850


@pytest.mark.asyncio
async def test_the_till_is_dropped_amid_a_charge_and_the_pos_asks_again(tmp_path):
    folder = tmp_path / "t"
    async with Caller(folder) as pos:
        await pos.ask("B-1", 300)
        await pos.scan(Customer.INSTANT)
        await pos.until("paid", request_id="B-1")
        await pos.ask("B-2", 400)
        await pos.scan(Customer.NEVER)
        await pos.until("PENDING", "REVERSING", request_id="B-2")
        await pos.http.post("/charges", json={"request_id": "B-3", "amount_fen": 1})
    async with Caller(folder) as pos:
        status, told = await pos.ask("B-1", 300)
        assert (status, told["verdict"]) == (200, "paid")
        assert (await pos.ask("B-2", 400))[0] == 200
        told, _ = await pos.until("not_paid", request_id="B-2")
        assert told["state"] in {"REVERSING", "REVERSED"}
        assert (await pos.http.get("/charges/B-3")).status_code == 404, "it was refused, and is not used up"
        await pos.ask("B-4", 100)
        # A second in which nothing changes: the connections that an amount warms come up, none is cut off half made.
        reply = await pos.http.get("/charges/B-4", params={"wait": 1, "seen": "WAITING"})
        assert reply.json()["state"] == "WAITING"
    async with Caller(folder) as pos:
        status, told = await pos.ask("B-4", 100)
        assert (status, told["state"], told["verdict"]) == (200, "CLOSED", "not_paid")
        await pos.scan(Customer.INSTANT)
        assert await pos.held == 300
