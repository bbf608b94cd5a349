"""`reconciler check`: what is recorded as ready, compared with what the cloud reports now."""
