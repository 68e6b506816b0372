"""Gatepass: a self-hosted session and token server that speaks ThoughtSpot's APIs."""

__version__ = "0.1.0"
