"""An ESC/POS printer that understands what the till sends, and draws its paper. It knows nothing of the till's code."""

from dataclasses import dataclass, field

from PIL import Image


@dataclass
class Paper:
    dots: int
    lines: list[str] = field(default_factory=list)
    big: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    cuts: int = 0
    kicks: int = 0
    asked: int = 0
    kicked_before: int = -1  # lines on the paper when the drawer opened

    def image(self) -> Image.Image:
        """Only what was printed as dots, with white above and below."""
        height = sum(picture.height for picture in self.pictures) + 40
        paper = Image.new("L", (self.dots, height), 255)
        y = 20
        for picture in self.pictures:
            paper.paste(picture, (0, y))
            y += picture.height
        return paper


def read(data: bytes, dots: int = 384) -> Paper:
    """Raises AssertionError for a byte that this printer would not take as the till means it."""
    paper, line, big, chinese, at = Paper(dots), b"", False, False, 0
    while at < len(data):
        rest = data[at:]
        if rest.startswith(b"\x1b@"):
            at, big = at + 2, False
        elif rest.startswith(b"\x1c&"):
            at, chinese = at + 2, True
        elif rest.startswith(b"\x1bp"):
            paper.kicks, paper.kicked_before, at = paper.kicks + 1, len(paper.lines), at + 5
        elif rest.startswith(b"\x1d!"):
            assert rest[2] in (0x00, 0x01), "twice as high at most"
            big, at = rest[2] == 0x01, at + 3
        elif rest.startswith(b"\x1bE"):
            at += 3
        elif rest.startswith(b"\x1dv0"):
            wide, high = rest[4] + rest[5] * 256, rest[6] + rest[7] * 256
            raw = rest[8 : 8 + wide * high]
            assert len(raw) == wide * high, "the raster is cut off"
            assert wide * 8 <= dots, "wider than the paper"
            bitmap = Image.frombytes("1", (wide * 8, high), bytes(byte ^ 0xFF for byte in raw))
            paper.pictures.append(bitmap.convert("L"))
            at += 8 + wide * high
        elif rest.startswith(b"\x1bd"):
            at += 3
        elif rest.startswith(b"\x1dV"):
            paper.cuts, at = paper.cuts + 1, at + 3
        elif rest.startswith(b"\x1dr"):
            paper.asked, at = paper.asked + 1, at + 3
        elif rest[0] == 0x0A:
            text = line.decode("gb18030")
            paper.lines.append(text)
            if big:
                paper.big.append(text)
            line, at = b"", at + 1
        elif rest[0] >= 0x81:
            assert chinese, "Chinese before FS &"
            assert rest[1] >= 0x40, "a four-byte form"
            line, at = line + rest[:2], at + 2
        else:
            assert rest[0] >= 0x20, f"a command nobody meant: {rest[:4]!r}"
            line, at = line + rest[:1], at + 1
    assert not line, "a line without its end"
    return paper
