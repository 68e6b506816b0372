"""Adapters: the same statements on each engine, and what opens a store."""
