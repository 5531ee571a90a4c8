"""What is painted is what is printed: the bar code reads back, and the columns stand."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice

from app.receipts.layout import Slip, Text
from tests.app.receipts import examples
from tests.app.receipts.test_slips import drawn
from ui.paper.files import CannotSave, as_image, save_pdf, save_png
from ui.paper.paint import MARGIN_DOTS, height_of, width_of

WIDTHS = (32, 48)


def picture(slip, scale=1) -> Image.Image:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    as_image(slip, scale).save(buffer, "PNG")
    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("L")


def read_back(image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("kind", ["sale", "reprint", "return"])
def test_the_bar_code_reads_back_from_the_picture(qapp, kind, columns, scale):
    assert read_back(picture(drawn(kind, columns, "zh"), scale)) == [examples.ORDER]


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_png_file_reads_back_and_knows_its_size(qapp, tmp_path, columns):
    slip = drawn("sale", columns, "zh")
    save_png(slip, tmp_path / "slip.png")
    image = Image.open(tmp_path / "slip.png")
    assert read_back(image) == [examples.ORDER]
    assert image.size == (2 * width_of(slip), 2 * height_of(slip))
    assert round(image.info["dpi"][0]) == 406


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_pdf_is_one_page_of_the_papers_width_and_reads_back(qapp, tmp_path, columns):
    slip = drawn("sale", columns, "zh", training=True)
    save_pdf(slip, tmp_path / "slip.pdf")
    pages = pypdfium2.PdfDocument(tmp_path / "slip.pdf")
    assert len(pages) == 1
    wide, high = (side / 72 * 203.2 for side in pages[0].get_size())
    assert wide == pytest.approx(width_of(slip), abs=3)
    assert high == pytest.approx(height_of(slip), abs=3)
    image = pages[0].render(scale=203.2 / 72).to_pil()
    assert read_back(image) == [examples.ORDER]
    text = pages[0].get_textpage().get_text_range().replace("\r", "").replace("\n", "").replace(" ", "")
    assert "128.50" in text
    pages.close()


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_column_keeps_its_place_and_nothing_leaves_the_paper(qapp, columns):
    slip = Slip(
        (Text("1" * columns), Text("中" * (columns // 2)), Text("W￥" * (columns // 3)), Text("W" * columns, big=True)),
        columns,
        "x",
    )
    image = picture(slip, 2).point(lambda dot: 255 if dot < 128 else 0)
    left, top, right, bottom = image.getbbox()
    assert left >= 2 * (MARGIN_DOTS - 1)
    assert right <= image.width - 2 * (MARGIN_DOTS - 1)
    assert top >= 2 * (MARGIN_DOTS - 1)
    assert bottom <= image.height - 2 * (MARGIN_DOTS - 1)


def test_a_slip_is_white_paper_in_every_scheme(qapp):
    assert picture(drawn("sale", 32, "zh")).getpixel((1, 1)) == 255


def test_a_file_that_cannot_be_written_says_so_and_leaves_nothing(qapp, tmp_path):
    slip = drawn("sale", 32, "zh")
    for save in (save_png, save_pdf):
        with pytest.raises(CannotSave):
            save(slip, tmp_path / "no" / "slip")
    assert list(tmp_path.iterdir()) == []
