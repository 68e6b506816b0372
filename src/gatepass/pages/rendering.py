"""HTML from the templates of this package, and the policy that a page is shown under.

Jinja2 is imported with the first page, beside the event loop: most servers never show one.
"""

import asyncio
import base64
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gatepass.http.call import Reply

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = b"text/html; charset=utf-8"


class Templates:
    """The templates of one package, read when the first page is asked for.

    What a template does not know is an error, and every value is escaped.
    """

    def __init__(
        self,
        package: str,
        known: Callable[[], Mapping[str, object]] = dict,
        filters: Mapping[str, Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        self._package = package
        self._known = known
        self._filters = filters
        self._environment: Environment | None = None
        self._lock = threading.Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether a page can be made at once."""
        return self._environment is not None

    def load(self) -> "Environment":
        """Read all templates, once; takes a while, so not on the event loop."""
        with self._lock:
            if self._environment is None:
                self._environment = self._read()
            return self._environment

    async def render(self, name: str, values: Mapping[str, object], block: str = "") -> bytes:
        """Return a template's text, or that of one of its blocks if it has this one."""
        environment = self._environment
        if environment is None:
            environment = await asyncio.to_thread(self.load)
        template = environment.get_template(name)
        if block not in template.blocks:
            return template.render(values).encode()
        return "".join(template.blocks[block](template.new_context(dict(values)))).encode()

    def _read(self) -> "Environment":
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - see above

        made = Environment(
            loader=PackageLoader(self._package),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(self._filters)
        made.globals.update(self._known())
        for name in made.list_templates(extensions=["html"]):
            made.get_template(name)
        return made


class Pages:
    """The templates here, and the one style sheet that stands inside of every page made from them.

    Nothing is loaded and nothing runs: the policy names the style sheet by its digest (CSP 3 §6).
    """

    def __init__(self) -> None:
        self._templates = Templates(str(__package__), self._known)

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
        body = await self._templates.render(name, values)
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

    def _known(self) -> Mapping[str, object]:
        from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

        return {"style": Markup(self._style)}  # noqa: S704 - a file of ours
