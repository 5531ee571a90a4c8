"""The interface over the counter of ``tests.app.till.shop``, on virtual time."""

import json

import pytest

from app.pos.charges import Busy, Charges
from tests.app.till.shop import Shop

BODY = {"request_id": "r1", "amount_fen": 12_850}


class PosShop(Shop):
    """A shop whose counter another program asks; its books are made anew at each start."""

    away = False

    def serve(self):
        super().serve()
        self.run(self._begin_charges())

    async def _begin_charges(self):
        self.charges = Charges(self.counter, self.engine.keeper, self.clock.channel_ms, lambda: self.away)
        self.counter.register = self.charges

    def ask(self, request_id="r1", fen=12_850, **more):
        body = json.dumps({"request_id": request_id, "amount_fen": fen, **more}).encode()

        async def on_loop():
            return self.charges.ask(body)

        try:
            return self.run(on_loop())
        finally:
            self.advance(0.02)

    def look(self, request_id="r1"):
        async def on_loop():
            return self.charges.look(request_id)

        return self.run(on_loop())

    def stop(self, request_id="r1"):
        async def on_loop():
            return self.charges.stop(request_id)

        found = self.run(on_loop())
        self.advance(0.02)
        return found

    def scan(self, code):
        self.do(self.counter.scan, code, "serial")

    @property
    def charged(self):
        """Every order number that a pay call was made for."""
        return [no for bank in self.banks.values() for call, no in bank.calls if call == "pay"]


@pytest.fixture
def busy():
    return Busy


@pytest.fixture
def pos(tmp_path):
    shop = PosShop(tmp_path)
    yield shop
    if not shop.loop.is_closed():
        shop.close()
