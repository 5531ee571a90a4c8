"""What the training shift says between its stories."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "shift.begin": (
        "训练班开始：没有屏幕，收银台自己演一班，二十倍速，不收真钱。",
        "A training shift begins: no screen, twenty times the pace, no real money.",
    ),
    "shift.paid_at_once": ("微信，免密直付", "WeChat, paid at once"),
    "shift.paid_after_a_password": ("支付宝，顾客输密码", "Alipay, after a password"),
    "shift.too_little_money": ("余额不足，换微信收", "Too little money, paid by WeChat instead"),
    "shift.wrong_codes": ("扫了商品条码；没输金额就扫码", "A product bar code; a code before the amount"),
    "shift.the_queue_goes_on": ("顾客输密码时，先接下一位", "The next customer while one types a password"),
    "shift.answer_lost_after_the_money_moved": ("钱扣了，回话丢了", "The money moved, the answer was lost"),
    "shift.forged_answer": ("回话的签名是假的", "An answer with a forged signature"),
    "shift.stopped_by_the_cashier": ("收银员停收", "Stopped by the cashier"),
    "shift.password_never_typed": ("一直没输密码，到时自动撤销", "Never typed; revoked by itself when the time is up"),
    "shift.reversed_at_the_third_try": ("撤销两次被要求重来", "Revoking is asked for twice more"),
    "shift.paid_after_the_stop": ("停收之后顾客才付成", "Paid after the stop"),
    "shift.line_down": ("断网", "The line is down"),
    "shift.request_lost": ("请求丢在路上", "The request was lost"),
    "shift.supervisor_is_needed": ("撤销走不通，叫主管", "Revoking is refused: the supervisor"),
    "shift.givenup": ("没有等到：{what}", "Never seen: {what}"),
    "shift.nothing": ("这一班一笔也没有收，不算数。", "Nothing was sold in this shift; it does not count."),
    "shift.verified": (
        "账本校验通过，{n} 条，指纹 {head}。",
        "The journal is sound: {n} {n:entry|entries}, head {head}.",
    ),
    "shift.unsound": (
        "账本校验没有通过，前 {n} 条完好。",
        "The journal is not sound; {n} {n:entry holds|entries hold}.",
    ),
    "shift.settled": ("全部了结。", "Everything is settled."),
    "shift.open": ("还有 {n} 笔未了结，下次开机接着办。", "{n} still open; they go on at the next start."),
    "shift.agree": (
        "账本与通道的账逐笔一致，共 {n} 笔，一分不差。",
        "Journal and channels agree in {n} {n:sale|sales}, to the fen.",
    ),
    "shift.differ": (
        "账本与通道的账有 {n} 笔不符：{list}",
        "Journal and channels differ in {n} {n:sale|sales}: {list}",
    ),
    "shift.kept": ("截图和当天账本在 {path}", "Pictures and the day's journal: {path}"),
}
