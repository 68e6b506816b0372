"""HTML from the templates of this package, and the policy that a page is shown under.

Jinja2 is imported with the first page, beside the event loop: most servers never show one.
"""

import asyncio
import base64
import hashlib
from collections.abc import Iterable
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

from gatepass.http.call import Reply

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = b"text/html; charset=utf-8"


class Pages:
    """The templates, and the one style sheet that stands inside of every page made from them.

    Nothing is loaded and nothing runs: the policy names the style sheet by its digest (CSP 3 §6).
    """

    def __init__(self) -> None:
        self._templates: Environment | None = None

    async def reply(
        self,
        status: int,
        name: str,
        *,
        frames: Iterable[str] = (),
        forms_lead_to: Iterable[str] = (),
        **values: object,
    ) -> Reply:
        """Return a page made from a template.

        ``frames``: origins that may show it in a frame. ``forms_lead_to``: origins that its forms
        may end at, beside this server; browsers hold the redirects behind a form to that, too.
        """
        if self._templates is None:
            self._templates = await asyncio.to_thread(self._load)
        body = self._templates.get_template(name).render(values).encode()
        ends = " ".join(["'self'", *forms_lead_to])
        around = " ".join(sorted(frames)) or "'none'"
        policy = (
            f"default-src 'none'; style-src 'sha256-{self._style_digest}'; img-src data:; "
            f"form-action {ends}; base-uri 'none'; frame-ancestors {around}"
        )
        return Reply(
            status, body, [(b"content-security-policy", policy.encode())], content_type=HTML
        )

    @cached_property
    def _style(self) -> str:
        return resources.files(__package__).joinpath("templates", "pages.css").read_text("utf-8")

    @cached_property
    def _style_digest(self) -> str:
        return base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()

    def _load(self) -> "Environment":
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - see above
        from markupsafe import Markup  # noqa: PLC0415

        made = Environment(
            loader=PackageLoader(str(__package__)),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals["style"] = Markup(self._style)  # noqa: S704 - a file of ours
        for name in made.list_templates(extensions=["html"]):
            made.get_template(name)
        return made
