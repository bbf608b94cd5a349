"""The edge towards Alibaba Cloud: signed, paced, repeated only where that is safe. It never decides what to call."""
