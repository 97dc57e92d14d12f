"""Markdown as a report may show it: without what only the site understands, and nothing of a reader's file but text."""

import re

from markdown_it import MarkdownIt

# The authors' Markdown may link; what comes out of a cell holds the reader's labels, which are text and nothing else.
AUTHORS = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
OUTPUTS = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink", "reference"])
)
# Letters that are not drawn but act: terminals obey the first kind, and XML, so SVG, has no word for it; the second
# turns the direction of whatever follows, which is not the reader's label any more.
_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"]
_TURNS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_VISIBLE = {code: f"⟨U+{code:04X}⟩" for code in (*_CONTROLS, *_TURNS)}


def visible(part):
    """Text, or data made of text, with every letter that acts replaced by its number: `⟨U+001B⟩[31m`."""
    if isinstance(part, str):
        return part.translate(_VISIBLE)
    if isinstance(part, list):
        return [visible(item) for item in part]
    if isinstance(part, dict):
        return {visible(key): visible(item) for key, item in part.items()}
    return part


def plain(text: str) -> str:
    """Take out what only the site understands: labels, roles, directives, links to other pages."""

    def role(match: re.Match) -> str:
        name, content = match[1], match[2]
        if titled := re.fullmatch(r"(.+?)\s*<[^<>]+>", content, re.DOTALL):
            return titled[1]
        if name.startswith("cite"):
            return ", ".join(re.sub(r"^([a-z]+?)(\d{4})\w*$", _author, key.strip()) for key in content.split(","))
        return content.strip("/").split("/")[-1].replace("-", " ") if name in ("ref", "doc") else content

    text = re.sub(r"^\([\w-]+\)=\s*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(`{3,}|:{3,})\{[\w:-]+\}.*\n((?::[\w-]+:.*\n)*)((?:.*\n)*?)\1 *$", r"\3", text, flags=re.MULTILINE)
    text = re.sub(r"\{([a-z][\w:-]*)\}`([^`]+)`", role, text)
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://)[^)]*\)", r"\1", text)


def _author(match: re.Match) -> str:
    return f"{match[1].capitalize()} {match[2]}"
