"""A slip as the bytes of an ESC/POS printer: GB18030 text, the bar code as a raster, cutter, drawer.

python-escpos writes the commands; it is imported when the first slip is printed, on a thread that nobody waits for. No
cable is touched here.
"""

from typing import Any, Final

from app.receipts.bars import HEIGHT_DOTS, MODULE_DOTS, bits
from app.receipts.layout import Slip, Text
from devices.printers_library import escpos_printers

_CHINESE: Final = b"\x1c&"  # FS &: two bytes make a character; some printers start without it
_FEED_LINES: Final = 4  # from the head to where a person tears, on a printer without a cutter
_DRAWER_PIN: Final = 2  # of the RJ11 socket; nearly every drawer hangs on it


def printed(slip: Slip, *, cut: bool, kick: bool = False) -> bytes:
    """The bytes of ``slip``; ``kick`` opens the drawer first: it must not wait for paper."""
    printer: Any = escpos_printers().Dummy()
    media = {"media": {"width": {"pixels": slip.dots}}}  # unknown, it would be complained of on standard output
    printer.profile.profile_data = {**printer.profile.profile_data, **media}
    printer.hw("INIT")
    printer._raw(_CHINESE)  # noqa: SLF001 - its text() guesses a code page per character and garbles full-width signs
    if kick:
        printer.cashdraw(_DRAWER_PIN)
    for row in slip.rows:
        if isinstance(row, Text):
            _write(printer, row)
        else:
            printer.image(_raster(row.digits, slip.dots), impl="bitImageRaster")
    if cut:
        printer.cut(mode="PART")
    else:
        printer.print_and_feed(_FEED_LINES)
    return bytes(printer.output)


def _write(printer: Any, row: Text) -> None:
    if row.big:
        printer.set(custom_size=True, width=1, height=2, bold=True)
    printer._raw(row.text.encode("gb18030") + b"\n")  # noqa: SLF001 - as above
    if row.big:
        printer.set(custom_size=True, width=1, height=1, bold=False)


def _raster(digits: str, dots: int) -> Any:
    """The bars in the middle of the paper, as wide as the paper: no printer's own centring is relied on."""
    from PIL import Image  # noqa: PLC0415 - comes with python-escpos, and as late

    modules = bits(digits)
    image = Image.new("1", (dots, HEIGHT_DOTS), 1)
    left = (dots - len(modules) * MODULE_DOTS) // 2
    for place, module in enumerate(modules):
        if module == "1":
            x = left + place * MODULE_DOTS
            image.paste(0, (x, 0, x + MODULE_DOTS, HEIGHT_DOTS))
    return image
