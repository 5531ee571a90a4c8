"""Code 128 of an order number as bits. Pure; python-barcode is imported when the first bar code is wanted."""

from typing import Final

MODULE_DOTS: Final = 2  # a bar's least width on paper: 334 dots for 24 digits, inside the 384 of 58 mm paper
HEIGHT_DOTS: Final = 80  # 10 mm at 203 dpi: a hand scanner finds it at any tilt a hand has
QUIET_MODULES: Final = 10  # ISO/IEC 15417: blank at either side


def bits(digits: str) -> str:
    """The modules as ``1`` (bar) and ``0``, without quiet zones.

    ``digits`` is an even number of digits: then every symbol holds two (code set C). Raises ValueError for others.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) % 2:
        raise ValueError("code set C takes digits in pairs")
    from barcode import Code128  # noqa: PLC0415 - 20 ms that the first paint need not wait for

    return str(Code128(digits).build()[0])
