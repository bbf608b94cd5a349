"""The HTTP edge towards Alibaba Cloud: signed, rate-limited, repeated only where that is safe. It never decides what
to call."""
