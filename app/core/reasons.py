"""Why a sale did not go through, in the words' own keys (``r.<value>`` in ``app.words``)."""

from enum import StrEnum


class Reason(StrEnum):
    """One reason, one sentence for the cashier; the channel tables map every reply code to one of these."""

    BALANCE = "balance"
    CARD = "card"
    CODE = "code"
    WALLET = "wallet"
    LIMIT = "limit"
    PASSWORD = "password"
    SETUP = "setup"
    ACCOUNT = "account"
    SELF = "self"
    PROMO = "promo"
    AMOUNT = "amount"
    SHOPLIMIT = "shoplimit"
    FROZEN = "frozen"
    CONFIG = "config"
    KEYS = "keys"
    BUSY = "busy"
    NOANSWER = "noanswer"
    NOTFOUND = "notfound"
    NUMBER = "number"
    OVER = "over"
    SHOPFUNDS = "shopfunds"
    TOOLATE = "toolate"
    ALREADY = "already"
    NOREFUND = "norefund"
    PAYEE = "payee"
