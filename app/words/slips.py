"""Single lines of the printed slips; columns are counted by the layouts."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "slip.sale": ("收款凭证", "Sale receipt"),
    "slip.refund": ("退款单", "Refund"),
    "slip.returned": ("退回单（未收款）", "Return slip (not kept)"),
    "slip.reprint": ("** 重印 第 {n} 次 **", "** REPRINT no. {n} **"),
    "slip.notnew": ("不是新的收款", "Not a new payment"),
    "slip.train": ("** 训练 不收真钱 **", "** TRAINING no money **"),
    "slip.accepted": ("已受理，到账看手机", "Accepted; see your phone"),
    "slip.bring": ("退款请带小票，钱原路退回", "Bring this for refunds to the payer"),
    "slip.when": ("到账时间由钱包或银行定", "Wallet or bank decides when"),
}
