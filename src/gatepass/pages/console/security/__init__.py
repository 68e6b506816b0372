"""Develop, Customizations, Security settings: trusted keys, signing keys, and what browsers may."""

from collections.abc import Sequence

from gatepass.pages.console.handed import FromFile
from gatepass.pages.console.places import Place
from gatepass.pages.console.security import browsers, signing, trusted
from gatepass.pages.console.security.page import PATH, SecurityPage


def places(from_file: FromFile) -> Sequence[Place]:
    """Return the one place, which knows what the settings file says."""
    page = SecurityPage(from_file)
    return (
        Place(
            "security",
            PATH,
            page.show,
            {**trusted.acts(page), **signing.ACTS, **browsers.ACTS},
            {**trusted.SAID, **signing.SAID, **browsers.SAID},
        ),
    )
