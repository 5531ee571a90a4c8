"""WeChat Pay V3 from the counterparty's side (wechat.md §3): codepay, query, reverse, refund, bill, certificates."""
