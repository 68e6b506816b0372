"""Every setting: name, default, one-line help; read once."""

from gatepass.settings.declared import Settings
from gatepass.settings.reading import FILE, PREFIX, BadSetting, Misconfigured, length, read
from gatepass.settings.showing import describe, show, without_secrets

__all__ = [
    "FILE",
    "PREFIX",
    "BadSetting",
    "Misconfigured",
    "Settings",
    "describe",
    "length",
    "read",
    "show",
    "without_secrets",
]
