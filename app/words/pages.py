"""The office behind F4: the tabs' names, and what the office itself says."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "page.till": ("收银", "Till"),
    "page.signin": ("签到", "Sign in"),
    "page.refund": ("查单退款", "Refund"),
    "page.worklist": ("待办", "To do"),
    "page.shift": ("班次", "Shift"),
    "page.daylog": ("日志", "Day log"),
    "page.reconcile": ("对账", "Reconcile"),
    "page.people": ("人员", "Staff"),
    "page.settings": ("设置", "Settings"),
    "page.help": ("帮助", "Help"),
    "page.worklist.empty": (
        "要人办的单会排到这里；如撤销没走通、退款到不了、收款没人认领。",
        "What needs a person will stand here: a stuck revoke, a refund that cannot arrive, an unclaimed payment.",
    ),
    "page.none": ("没有未结的单", "Nothing open"),
    "page.nocode": ("这里不收款；按 Esc 回收银再扫。", "No charging here; Esc to the till, then scan."),
    "page.unread": ("这个条码在这里没有用。", "This bar code is of no use here."),
    "page.opening": ("账本还在打开，请稍等。", "The journal is still opening; a moment."),
}
