"""Money is ``int`` fen. The only places where fen meet text: the channels' yuan, the screen's yuan, typed yuan."""

import re
from typing import Final

FEN_PER_YUAN: Final = 100
MAX_AMOUNT_FEN: Final = 1_000_000_000  # ￥10,000,000.00: inside Alipay's 100,000,000 yuan and WeChat's 32-bit fen

_WIRE: Final = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?", re.ASCII)
_WIRE_LENGTH: Final = 16  # longer than any sum a channel can mean; int() of a hostile answer stays cheap
_TYPED: Final = re.compile(r"([0-9]*)(?:\.([0-9]{0,2}))?", re.ASCII)
_TYPED_COMMAS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", re.ASCII)
_TYPED_LENGTH: Final = 32
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．。，", "0123456789..,")  # what a Chinese input method types


class BadAmount(ValueError):  # noqa: N818 - named for what it says, as all of ours are
    """A typed amount cannot be charged; ``key`` is the words key that says why (``scan.zero``, ``scan.over``,
    ``scan.amount`` for what is no amount at all).
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _yuan(fen: int, group: str) -> str:
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan:{group}}.{rest:02d}"


def wire_yuan(fen: int) -> str:
    """Fen as Alipay writes yuan: ``1250`` is ``"12.50"``. Raises ValueError below zero: no channel takes such a sum."""
    if fen < 0:
        raise ValueError("a negative sum never goes on the wire")
    return _yuan(fen, "")


def show_yuan(fen: int) -> str:
    """Fen as people read them: ``100507`` is ``"1,005.07"``; the minus is U+2212 (``words.md`` §1.7)."""
    return _yuan(fen, ",") if fen >= 0 else "−" + _yuan(-fen, ",")


def parse_yuan(text: str) -> int:
    """A typed amount in fen, exact, 1 .. ``MAX_AMOUNT_FEN``.

    Takes ``12.5``, ``12``, ``.5``, ``1,005.07``, full-width digits, ￥ or ¥ before, 元 after. Raises ``BadAmount``.
    """
    if len(text) > _TYPED_LENGTH:
        raise BadAmount("scan.amount")
    plain = text.translate(_FULL_WIDTH).strip().removeprefix("￥").removeprefix("¥").removesuffix("元").strip()
    if "," in plain:
        if not _TYPED_COMMAS.fullmatch(plain):
            raise BadAmount("scan.amount")
        plain = plain.replace(",", "")
    found = _TYPED.fullmatch(plain)
    if found is None or plain == ".":
        raise BadAmount("scan.amount")
    fen = int(found[1] or "0") * FEN_PER_YUAN + int((found[2] or "").ljust(2, "0"))
    if fen == 0:
        raise BadAmount("scan.zero")
    if fen > MAX_AMOUNT_FEN:
        raise BadAmount("scan.over")
    return fen


def parse_wire_yuan(text: str) -> int:
    r"""Yuan from a channel's answer in fen: exactly ``\d+(\.\d{1,2})?`` in ASCII. Raises ValueError for all else."""
    found = _WIRE.fullmatch(text) if len(text) <= _WIRE_LENGTH else None
    if found is None:
        raise ValueError("not a sum in yuan")
    return int(found[1]) * FEN_PER_YUAN + int((found[2] or "").ljust(2, "0"))
