"""What the mini window says beyond the stage's own words: shorter labels, and its way back to the full window."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "mini.title": ("码收 · 小窗口", "Mashou · mini"),
    "mini.others": ("另有 {n} 笔", "{n} more"),
    "mini.full": ("双击或按 Ctrl M 回到大窗口", "Double-click or Ctrl M: full window"),
    "mini.locked.head": ("先登录", "Sign in"),
    "mini.locked.is": ("点一下回大窗口登录。", "Click: sign in there."),
    "mini.training": ("训练 · 不动真钱", "TRAINING"),
    "mini.take": ("收款", "Charge"),
    "mini.stop": ("停收", "Stop"),
    "mini.next": ("下一位", "Next"),
    "mini.check": ("再查", "Check"),
    "mini.reprint": ("重印", "Print"),
    "mini.other": ("换方式", "Other"),
    "mini.again": ("再扫", "Again"),
    "mini.edit": ("改金额", "Change"),
    "mini.clear": ("清除", "Clear"),
    "mini.confirm": ("没错", "Right"),
    "mini.keep": ("知道了", "Noted"),
    "mini.digits": ("下一笔", "New sum"),
    "mini.office": ("主管", "Office"),
}
