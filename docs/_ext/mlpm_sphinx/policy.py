"""What a page may load and run: a Content-Security-Policy in every page, and as a file for hosts that send headers.

Nothing from another origin, no inline script but one that is named by its hash, no inline handler, no eval. One
exception: the search engine is WebAssembly, and compiling that needs 'wasm-unsafe-eval'.
"""

import base64
import hashlib
import os
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

# Runs before the page is painted, or a reader in the dark sees a flash of light. Its names are the theme's. Where
# storage is refused, the page follows the system.
FIRST = (
    'try{var kept=localStorage,root=document.documentElement.dataset;root.mode=kept.getItem("mode")||"auto";'
    'root.theme=kept.getItem("theme")||"auto"}catch(refused){}'
)


def source(script: str) -> str:
    """Return the source expression that allows one inline script: the hash of its text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


POLICY = {
    "default-src": "'none'",
    "script-src": f"'self' {source(FIRST)} 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # icons are masks, drawn in the style sheet
    "font-src": "'self'",
    "connect-src": "'self'",  # the search index
    "base-uri": "'none'",
    "form-action": "'self'",
}
# `make live` puts a script into every page that loads it again, and asks over a socket when.
LIVE = {"script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval'", "connect-src": "'self' ws:"}
# What a page cannot say of itself.
ONLY_AS_HEADER = {"frame-ancestors": "'none'"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def text(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def add(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Put the policy before everything it rules, and hand the one inline script to the template."""
    policy = POLICY | LIVE if os.environ.get("LIVE") else POLICY
    tag = f'<meta http-equiv="Content-Security-Policy" content="{escape(text(policy), quote=True)}" />\n'
    context["metatags"] = tag + context.get("metatags", "")
    context["first_script"] = FIRST


def headers() -> str:
    """Return the headers in the form that static hosts read (Netlify, Cloudflare Pages and others: a file _headers)."""
    lines = [f"Content-Security-Policy: {text(POLICY | ONLY_AS_HEADER)}"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    return "/*\n" + "".join(f"  {line}\n" for line in lines)


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        Path(app.outdir, "_headers").write_text(headers(), encoding="utf-8")


def setup(app: Sphinx) -> None:
    # After the description has been added: the policy stands first.
    app.connect("html-page-context", add, priority=950)
    app.connect("build-finished", write)
