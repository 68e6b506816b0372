"""Translators: each decodes, calls one act and encodes; nothing is decided here."""
