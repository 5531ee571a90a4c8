"""WeChat Pay, API V3: JSON signed with RSA both ways, no client certificate (``wechat.md`` §3)."""
