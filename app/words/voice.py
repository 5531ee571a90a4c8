"""What the loudspeaker says, after the journal: never a reason, a name or an order number."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "voice.paid": ("{channel}收款，{spoken}", "{channel}, received {spoken}"),
    "voice.password": ("请在手机上确认付款", "Please confirm on the phone"),
    "voice.doubt": ("正在确认，请稍等", "Checking, please wait"),
    "voice.refused": ("没有收款，请换一种方式", "Not paid; please try another way"),
    "voice.letgo": ("这笔不收了，可以换方式付", "Stopped; you may pay another way"),
    "voice.returned": ("款项已退回，{spoken}", "Returned, {spoken}"),
    "voice.refunded": ("已退款，{spoken}", "Refunded, {spoken}"),
    "voice.call": ("请主管到收银台", "Supervisor, please"),
    "voice.scanner": ("扫码枪断开了", "Scanner unplugged"),
    "voice.train": ("训练：{line}", "Training: {line}"),
}
