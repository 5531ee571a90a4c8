"""The sentences of the devices' settings: what each is and what it may be."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "set.scanner.port": (
        "扫码枪的串口，例如 /dev/ttyUSB0 或 COM3；留空就不用串口。",
        "The scanner's serial port, e.g. /dev/ttyUSB0 or COM3; empty: none.",
    ),
    "set.scanner.baud": ("串口速率，例如 9600。", "Serial speed, e.g. 9600."),
    "set.scanner.known_as": (
        "这把枪的编号，换了串口名也认得；由设置页填写。",
        "How the scanner is known again under another port name; the set-up page fills it in.",
    ),
    "set.scanner.port2": ("第二把枪的串口；留空就没有。", "The second scanner's serial port; empty: none."),
    "set.scanner.baud2": ("第二把枪的串口速率，例如 9600。", "The second scanner's speed, e.g. 9600."),
    "set.scanner.known_as2": ("第二把枪的编号。", "How the second scanner is known again."),
    "set.scanner.wedge": ("当作键盘的扫码枪：true 或 false。", "A scanner that types like a keyboard: true or false."),
    "set.display.screen": (
        "顾客屏：auto 有第二个屏幕就用，off 不用，或写屏幕名。",
        "Customer display: auto uses a second screen, off uses none, or a screen's name.",
    ),
    "set.display.pole": (
        "顾客显示牌：none、led8（八位数码）、cd5220 或 escpos（两行）。",
        "Pole display: none, led8 (eight figures), cd5220 or escpos (two lines).",
    ),
    "set.display.pole_port": ("显示牌的串口，例如 /dev/ttyS0。", "The pole's serial port, e.g. /dev/ttyS0."),
    "set.display.pole_baud": ("显示牌的串口速率，LED8 多为 2400。", "The pole's serial speed; LED8 mostly 2400."),
    "set.display.pole_known_as": ("显示牌的编号，由设置页填写。", "How the pole is known again."),
    "set.display.pole_chinese": (
        "显示牌能显示汉字（GB2312）：true 或 false。",
        "The pole shows Chinese (GB2312): true or false.",
    ),
    "set.display.pole_lights": (
        "显示牌有「合计、收款」指示灯：true 或 false。",
        "The pole has lights for total and received: true or false.",
    ),
    "set.voice.says": (
        "语音：off 不说，results 只说结果，all 也提醒顾客。",
        "Voice: off, results only, or all with hints to the customer.",
    ),
    "set.voice.how": (
        "auto 有中文语音就念，否则用提示音；sounds 只用提示音。",
        "auto speaks where there is a voice, else sounds; sounds: sounds only.",
    ),
    "set.voice.volume": ("音量，0 到 100。", "Loudness, 0 to 100."),
    "set.printer.connection": (
        "小票打印机怎么接：none、network、serial、file、usb、system。",
        "How the receipt printer is connected: none, network, serial, file, usb, system.",
    ),
    "set.printer.address": (
        "打印机在哪：主机:端口、串口、设备文件、系统里的打印机名；USB 只有一台就留空，否则写 04b8:0e15。",
        "Where: host:port, serial port, device file, the system's name; USB: empty for the only one, else 04b8:0e15.",
    ),
    "set.printer.baud": ("打印机的串口速率，例如 9600。", "The printer's serial speed, e.g. 9600."),
    "set.printer.paper": ("纸宽：58 或 80 毫米。", "Paper width: 58 or 80 mm."),
    "set.printer.prints": (
        "收款后打小票：always 自动，ask 按 F6 才打，never 不打。",
        "Receipts: always by itself, ask on F6 only, never.",
    ),
    "set.printer.asks": (
        "打印前后问打印机状态；从不回话的打印机设 false。",
        "Ask the printer how it stands; false for one that never answers.",
    ),
    "set.printer.cut": ("打完切纸：true 或 false。", "Cut after each slip: true or false."),
    "set.printer.drawer": ("打小票时弹钱箱：true 或 false。", "Open the drawer with a receipt: true or false."),
    "set.receipt.address": (
        "小票上店名下面的一行，最多 64 字。",
        "A line below the shop's name, at most 64 characters.",
    ),
    "set.receipt.text": ("小票末行的话，最多 64 字。", "The last line of a receipt, at most 64 characters."),
}
