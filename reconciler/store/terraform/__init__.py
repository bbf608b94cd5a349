"""Journals behind the HTTP protocol of Terraform's state."""
