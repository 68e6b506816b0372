"""Plumbing that any dialect needs."""
