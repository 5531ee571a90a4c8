"""What another program is told through the local interface, and what ``mashou pos`` says."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # a charge as it stands; the program shows these to whoever stands at it
    "pos.s.waiting": ("等扫付款码。", "Waiting for the payment code."),
    "pos.s.closed": ("没有扫码就结束了，没有收款。", "Ended before any code was scanned; not charged."),
    "pos.s.intent": ("正在收款。", "Charging."),
    "pos.s.pending": ("等顾客在手机上付款。", "Waiting for the customer to pay."),
    "pos.s.unknown": (
        "结果还没查清，系统一直在查；请等，别另收。",
        "No clear result yet, checks go on; wait, don't charge anew.",
    ),
    "pos.s.paid": ("已收款。", "Paid."),
    "pos.s.declined": ("没有付成，没有扣款。", "Not paid, nothing taken."),
    "pos.s.not_sent": ("没有发出，没有扣款。", "Nothing was sent, nothing taken."),
    "pos.s.reversing": (
        "本笔不会收款，已扣会自动退回。可换一种方式收款。",
        "Not collected; what was taken goes back. Pay another way.",
    ),
    "pos.s.refunding": (
        "本笔不会收款，正在退回。可换一种方式收款。",
        "Not collected; it is being given back. Pay another way.",
    ),
    "pos.s.reversed": ("没有收款，已查实。", "Not paid; that is confirmed."),
    "pos.s.stuck": ("本笔不会收款，退回要人来办，请叫主管。", "Not collected; giving it back needs the supervisor."),
    "pos.s.voiding": ("已收款，正在退款。", "Paid; a refund is under way."),
    "pos.s.voided": ("已收款，后来已全部退回。", "Paid, and all of it given back since."),
    "pos.s.refunded": ("已收款，后来已全部退回。", "Paid, and all of it given back since."),
    "pos.s.partly_refunded": ("已收款，后来退了一部分。", "Paid; a part was given back since."),
    "pos.again": (
        "还没有收到；收银窗口可再扫一个码，或从这里停收。",
        "Not paid yet: scan another code at the till, or stop it here.",
    ),
    # turned away
    "pos.host": ("只接本机 127.0.0.1 的请求。", "Requests to 127.0.0.1 only."),
    "pos.browser": ("不接浏览器网页的请求。", "Requests of web pages are not taken."),
    "pos.token": ("口令不对。请在码收上运行 mashou pos token。", "Wrong token; make one with: mashou pos token."),
    "pos.often": ("请求太密，请隔一秒。", "Too many requests; wait a second."),
    "pos.http": ("请求不是 HTTP/1.1。", "The request is not HTTP/1.1."),
    "pos.path": ("没有这个地址。", "There is no such address."),
    "pos.method": ("这个地址不接这种请求。", "This address takes no such method."),
    "pos.type": ("请求要用 application/json。", "The request must be application/json."),
    "pos.big": ("请求太大。", "The request is too big."),
    "pos.json": ("请求不是 JSON，或同一项写了两次。", "The request is no JSON, or names a field twice."),
    "pos.fields": (
        "要有 request_id 和 amount_fen，可有 note，别的不接。",
        "It needs request_id and amount_fen, may have note, and nothing else.",
    ),
    "pos.id": ("request_id 是 1 到 64 个字母、数字、- 或 _。", "request_id: 1 to 64 letters, digits, - or _."),
    "pos.amount": (
        "amount_fen 是整数，以分为单位，一分到一千万元。",
        "amount_fen: a whole number of fen, up to ten million yuan.",
    ),
    "pos.note": ("note 是最多 64 字的一行。", "note: one line of at most 64 characters."),
    "pos.code": (
        "里面像有付款码，没有收。付款码只能由收银窗口扫。",
        "It seems to hold a payment code; those are scanned at the till only.",
    ),
    "pos.query": ("地址后面只接 wait（秒）和 seen。", "After the address only wait (seconds) and seen."),
    "pos.reused": (
        "这个 request_id 用过了，金额不同；请换新的。",
        "This request_id was used with another amount; take a new one.",
    ),
    "pos.unknown": ("没有这个 request_id。", "No charge has this request_id."),
    "pos.busy": ("收银窗口正在办另一笔；办完再发。", "The till is busy with another sale; ask after it."),
    "pos.away": (
        "收银窗口锁着，或在办公页面；请先回到收银。",
        "The till is locked, or its office is open; go back to it first.",
    ),
    "pos.blocked": ("现在不能收款，请看收银窗口的红灯。", "Sales are paused; see the red lamp at the till."),
    # at the till
    "pos.taken": (
        "收银软件接口没有开：端口被别的程序占着。收款照常；请店长在设置里换端口。",
        "The POS interface is off: another program has its port. Selling goes on; the manager sets another port.",
    ),
    # mashou pos
    "pos.cli.token": ("口令只显示这一次，请抄到收银软件里：", "The token is shown this once; put it into the POS:"),
    "pos.cli.next": (
        "以前的口令已作废。重开收银窗口后生效。",
        "Any earlier token is void. In force once the window is reopened.",
    ),
    "pos.cli.on": ("接口开着：{url}", "The interface is on: {url}"),
    "pos.cli.off": ("接口关着。", "The interface is off."),
    "pos.cli.notoken": ("还没有口令，谁也进不来。", "There is no token: nobody gets in."),
    "pos.cli.hastoken": ("已有口令。", "A token was made."),
    "pos.cli.reopen": ("重开收银窗口后生效。", "In force once the window is reopened."),
    "pos.cli.disk": ("设置写不进去：{why}", "The settings cannot be written: {why}"),
    # settings
    "set.pos.window": (
        "开始用哪个窗口：full 大窗口，mini 小窗口，放在别的收银软件旁边。",
        "Which window at start: full, or mini beside another POS.",
    ),
    "set.pos.interface": (
        "别的收银软件从本机发起收款：true 或 false。",
        "Another POS on this computer may ask for charges: true or false.",
    ),
    "set.pos.port": (
        "接口的端口，1024 到 65535，只在本机。",
        "The interface's port, 1024 to 65535, this computer only.",
    ),
    "set.pos.token_hash": (
        "接口口令的指纹，由 mashou pos token 填写。",
        "Fingerprint of the interface's token; mashou pos token writes it.",
    ),
}
