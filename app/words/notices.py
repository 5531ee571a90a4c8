"""What ``mashou notify`` says."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "ntc.ready": (
        "等候通知：{url}<通道>，只限本机，Ctrl-C 结束。",
        "Waiting at {url}<channel>, this computer only; Ctrl-C ends.",
    ),
    "ntc.taken": ("已记下：{channel}{kind}，单号 {number}", "Kept: {channel} {kind}, order {number}"),
    "ntc.other": (
        "验过了，和收款退款无关，没有记：{channel}",
        "Verified, about neither payment nor refund; not kept: {channel}",
    ),
    "ntc.not": ("不是{channel}的通知，没有记：{why}", "No notification of {channel}; not kept: {why}"),
    "ntc.disk": (
        "记不下来（{why}），已请通道稍后再送。",
        "It could not be kept ({why}); the channel will send it again.",
    ),
    "ntc.full": ("等收银程序办的通知太多，请打开收银窗口。", "Too many notifications wait; open the till."),
    "ntc.channel": ("没有开通{channel}，或它没有通知。", "{channel} is not set up, or has no notifications."),
    "ntc.file": ("读不了文件 {path}。", "The file {path} cannot be read."),
    "ntc.headers": ("{path} 里每行写成「名字: 值」。", "In {path} each line is written name: value."),
    "ntc.port": ("端口 {port} 用不了。", "Port {port} cannot be used."),
    "ntc.how": (
        "请给 --listen 端口，或 --file 文件和 --channel 通道。",
        "Give --listen PORT, or --file FILE with --channel.",
    ),
    "ntc.payment": ("付款", "payment"),
    "ntc.refund": ("退款", "refund"),
    "ntc.partial_refund": ("部分退款", "partial refund"),
    "ntc.close": ("关闭", "close"),
    "ntc.refund_failed": ("退款失败", "failed refund"),
}
