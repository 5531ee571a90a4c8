"""Payment codes and the money behind them. Pure: time and chance are arguments.

Money only moves between a wallet and the shop, so that what all hold is what was ever minted.
"""

import hashlib
import hmac
import random
from dataclasses import replace
from typing import Final

from app.core.channel import Channel
from app.sim.book import Code, Customer, Entry, Kind, Order, Refund, Shop, Wallet
from app.sim.rules import CODE_LIFE_S, SPOKEN

PURSE_FEN: Final = 20_000_000_000  # more than any one payment a channel takes
PHONE_PURSE_FEN: Final = 500_000  # the practice phone's 5,000 yuan
PHONE_LOW_FEN: Final = 200_000  # below it, the next code of the phone brings a fresh 5,000
_PREFIXES: Final = {Channel.WECHAT: (10, 16), Channel.ALIPAY: (25, 31), Channel.UNIONPAY: (62, 63)}  # lowest, above
_ID_YEARS: Final = frozenset({"18", "19", "20"})  # keeps fresh codes from looking like identity cards (design §7.12)


class Vault:
    """Codes by their marks, wallets, what the shop holds. ``code_key`` makes the marks; digits are kept nowhere."""

    def __init__(self, pace: float, code_key: bytes, chance: random.Random) -> None:
        self._code_life = CODE_LIFE_S / pace
        self._code_key = code_key
        self._chance = chance
        self._codes: dict[str, Code] = {}
        self._wallets: dict[str, Wallet] = {}
        self._shops = {channel: Shop(channel) for channel in SPOKEN}
        self._changes: list[Entry] = []

    def restore(self, entry: Code | Wallet | Shop) -> None:
        """Take one entry of an earlier run; the last of a kind holds."""
        if isinstance(entry, Code):
            self._codes[entry.mark] = entry
        elif isinstance(entry, Wallet):
            self._wallets[entry.name] = entry
        else:
            self._shops[entry.channel] = entry

    def note(self, entry: Order | Refund) -> None:
        """Put an order or refund among the changes, so that all that changed together is written together."""
        self._changes.append(entry)

    @property
    def changes(self) -> tuple[Entry, ...]:
        """What changed and is not written down yet, oldest first; it is written before anyone is answered."""
        return tuple(self._changes)

    def written(self) -> None:
        """All ``changes`` are in the ledger file."""
        self._changes = []

    # --- codes

    def issue(self, channel: Channel, customer: Customer, now: float) -> str:
        """A fresh payment code: the only time its digits are known. Good for one order, for the code's life."""
        digits = self._fresh_digits(channel)
        mark = self._mark(digits)
        self._keep(Code(mark, channel, customer, self._wallet_for(channel, customer, mark), issued_at=now))
        return digits

    def code(self, auth_code: str) -> Code | None:
        return self._codes.get(self._mark(auth_code))

    def is_fresh(self, code: Code, now: float) -> bool:
        """Not used and not past its life."""
        return not code.used_by and 0 <= now - code.issued_at < self._code_life

    def use(self, code: Code, out_trade_no: str) -> None:
        self._keep(replace(code, used_by=out_trade_no))

    def fingerprint(self, auth_code: str, *parameters: str) -> str:
        """What a repeat of the same order number must not change, without telling the code."""
        text = "\0".join((self._mark(auth_code), *parameters))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

    def _mark(self, auth_code: str) -> str:
        return hmac.digest(self._code_key, auth_code.encode("utf-8", "replace"), "sha256").hex()[:32]

    def _fresh_digits(self, channel: Channel) -> str:
        behind = 17 if channel is Channel.UNIONPAY else 16
        while True:
            digits = f"{self._chance.randrange(*_PREFIXES[channel])}{self._chance.randrange(10**behind):0{behind}d}"
            if digits[6:8] not in _ID_YEARS and self._mark(digits) not in self._codes:
                return digits

    # --- money

    @property
    def minted_fen(self) -> int:
        return sum(wallet.minted_fen for wallet in self._wallets.values())

    @property
    def held_fen(self) -> int:
        """All money there is, in wallets, at the shop and between. Always equal to ``minted_fen``."""
        wallets = sum(wallet.balance_fen for wallet in self._wallets.values())
        return wallets + sum(shop.balance_fen + shop.transit_fen for shop in self._shops.values())

    def shop_fen(self, channel: Channel) -> int:
        return self._shops[channel].balance_fen

    def balance_fen(self, wallet: str) -> int:
        return self._wallets[wallet].balance_fen

    def move(self, wallet: str, channel: Channel, fen: int) -> bool:
        """From a wallet to the shop; back where ``fen`` is negative. False, and nothing moves, for want of money."""
        purse, shop = self._wallets[wallet], self._shops[channel]
        if purse.balance_fen < fen or shop.balance_fen < -fen:
            return False
        self._keep(replace(purse, balance_fen=purse.balance_fen - fen))
        self._keep(replace(shop, balance_fen=shop.balance_fen + fen))
        return True

    def send(self, channel: Channel, fen: int) -> bool:
        """From the shop onto the way back. False, and nothing moves, for want of money."""
        shop = self._shops[channel]
        if shop.balance_fen < fen:
            return False
        self._keep(replace(shop, balance_fen=shop.balance_fen - fen, transit_fen=shop.transit_fen + fen))
        return True

    def land(self, wallet: str, channel: Channel, fen: int) -> None:
        """What was sent reaches the payer."""
        shop, purse = self._shops[channel], self._wallets[wallet]
        self._keep(replace(shop, transit_fen=shop.transit_fen - fen))
        self._keep(replace(purse, balance_fen=purse.balance_fen + fen))

    def bounce(self, channel: Channel, fen: int) -> None:
        """What was sent comes back to the shop."""
        shop = self._shops[channel]
        self._keep(replace(shop, balance_fen=shop.balance_fen + fen, transit_fen=shop.transit_fen - fen))

    def transit_fen(self, channel: Channel) -> int:
        return self._shops[channel].transit_fen

    def _wallet_for(self, channel: Channel, customer: Customer, mark: str) -> str:
        if customer.kind is Kind.PHONE:
            name, low, full = f"phone-{channel}", PHONE_LOW_FEN, PHONE_PURSE_FEN
        else:
            name, low, full = f"code-{mark[:12]}", 0, 0 if customer.kind is Kind.POOR else PURSE_FEN
        wallet = self._wallets.get(name)
        if wallet is None:
            self._keep(Wallet(name, full, full))
        elif wallet.balance_fen < low:
            added = full - wallet.balance_fen
            self._keep(replace(wallet, balance_fen=full, minted_fen=wallet.minted_fen + added))
        return name

    def _keep(self, entry: Code | Wallet | Shop) -> None:
        self.restore(entry)
        self._changes.append(entry)
