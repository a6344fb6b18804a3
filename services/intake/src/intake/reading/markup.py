"""HTML as a person sees it: hidden words dropped, tables kept cell by cell, everything else as lines."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString

from intake.reading.blocks import Block, Line, Table, squeeze, visible

warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|hr|html|legend|li"
    "|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
_APART = re.compile("p|h[1-6]|ul|ol|dl|table|hr|blockquote|fieldset|pre")
_SKIPPED = {
    "script",
    "style",
    "head",
    "title",
    "template",
    "meta",
    "link",
    "object",
    "svg",
    "map",
    "datalist",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"}
_WHITE = r"(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\b[^)]*\))"
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0"
    r"|color\s*:\s*transparent|line-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.I,
)
_WHITE_TEXT = re.compile(rf"(?<![-\w])color\s*:\s*{_WHITE}", re.I)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;]+)", re.I)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


@dataclass
class _Page:
    """Lines being gathered: `words` is the line now open."""

    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def end_line(self, *, heading: bool = False, depth: int = 0) -> None:
        text = squeeze("".join(self.words))
        self.words.clear()
        if text:
            self.blocks.append(Line(text, heading=heading, depth=depth))

    def leave_gap(self, depth: int) -> None:
        if self.blocks and self.blocks[-1] != Line("", depth=depth):
            self.blocks.append(Line("", depth=depth))


def read_html(markup: str) -> list[Block]:
    """Lines and tables of the visible text. Markup that no parser takes is read with its tags cut out."""
    try:
        soup = BeautifulSoup(markup, "lxml")
        page = _Page()
        _Reader(page, _style_rules(soup)).read(soup, depth=0)
        page.end_line()
        blocks = page.blocks
    except (RecursionError, ValueError, AssertionError, AttributeError, TypeError):
        blocks = []
    return blocks if any(_has_text(block) for block in blocks) else _without_tags(markup)


def _has_text(block: Block) -> bool:
    return bool(block.text) if isinstance(block, Line) else any(any(row) for row in block.rows)


def _without_tags(markup: str) -> list[Block]:
    bare = re.sub(r"<!--.*?-->|<(script|style|head)\b.*?</\1>", " ", markup, flags=re.S | re.I)
    if not re.sub(r"<[^>]*>", "", bare).strip() or _HIDDEN.search(bare):
        return []
    text = re.sub(r"<[^>]*>", "\n", bare)
    return [Line(squeeze(line)) for line in text.split("\n") if line.strip()]


def _style_rules(soup: BeautifulSoup) -> dict[str, str]:
    """Declarations by `.class`, `#id` or tag, for the plain selectors that hide preview text."""
    rules: dict[str, str] = {}
    for sheet in soup.find_all("style"):
        for selectors, body in _RULE.findall(_MEDIA.sub("", sheet.get_text())):
            for selector in selectors.split(","):
                name = re.sub(r"^[a-z0-9]+(?=[.#])", "", selector.strip().lower())
                if re.fullmatch(r"[.#][\w-]+", name):
                    rules[name] = rules.get(name, "") + ";" + body
    return rules


class _Reader:
    """Walks the tree once; every element is asked whether anybody would see it."""

    def __init__(self, page: _Page, rules: dict[str, str]) -> None:
        self.page, self.rules = page, rules

    def read(self, node: Tag, depth: int, on_dark: bool = False) -> None:
        for child in node.children:
            if isinstance(child, NavigableString):
                if type(child) is NavigableString:
                    self.page.words.append(visible(str(child)))
            elif isinstance(child, Tag):
                self._read_tag(child, depth, on_dark)

    def _read_tag(self, tag: Tag, depth: int, on_dark: bool) -> None:
        name, style = tag.name.lower(), self._style(tag)
        dark = _is_dark(tag, style, on_dark)
        if name in _SKIPPED or _is_hidden(tag, style, dark):
            return
        if name == "table" and not tag.find("table") and self._read_table(tag, depth, dark):
            return
        if name in {"input", "select", "textarea"}:
            self.page.words.append(_entered(tag))
            return
        if name == "br":
            self._break(depth)
            return
        inner = depth + 1 if name == "blockquote" and _is_quotation(tag) else depth
        if _BLOCKS.fullmatch(name):
            self.page.end_line(depth=depth)
        if name == "li":
            self.page.words.append("- ")
        self.read(tag, inner, dark)
        if _BLOCKS.fullmatch(name) or name in _HEADINGS:
            self.page.end_line(heading=name in _HEADINGS, depth=inner)
        if _APART.fullmatch(name):
            self.page.leave_gap(depth)

    def _break(self, depth: int) -> None:
        """One break ends a line; a second leaves a gap."""
        if "".join(self.page.words).strip():
            self.page.end_line(depth=depth)
        else:
            self.page.leave_gap(depth)

    def _read_table(self, table: Tag, depth: int, on_dark: bool) -> bool:
        """A table of data becomes a Table; one cell that only lays out the page is read as lines."""
        rows = [row for row in (self._cells(tag, on_dark) for tag in table.find_all("tr")) if any(row)]
        if not rows or max(len(row) for row in rows) < 2:
            return False
        self.page.end_line(depth=depth)
        self.page.blocks.append(Table(tuple(rows), depth=depth))
        return True

    def _cells(self, row: Tag, on_dark: bool) -> tuple[str, ...]:
        if _is_hidden(row, self._style(row), on_dark):
            return ()
        return tuple(self._cell(cell, on_dark) for cell in row.find_all(["td", "th"], recursive=False))

    def _cell(self, cell: Tag, on_dark: bool) -> str:
        style = self._style(cell)
        dark = _is_dark(cell, style, on_dark)
        if _is_hidden(cell, style, dark):
            return ""
        page = _Page()
        _Reader(page, self.rules).read(cell, 0, dark)
        page.end_line()
        return "\n".join(block.text for block in page.blocks if isinstance(block, Line) and block.text)

    def _style(self, tag: Tag) -> str:
        names = [f".{name}".lower() for name in tag.get_attribute_list("class") if name]
        names.append(f"#{tag.get('id', '')}".lower())
        ruled = ";".join(self.rules[name] for name in names if name in self.rules)
        return f"{ruled};{tag.get('style') or ''}"


def _is_hidden(tag: Tag, style: str, on_dark: bool) -> bool:
    if tag.has_attr("hidden") or (tag.name == "input" and tag.get("type") == "hidden"):
        return True
    if len(style) > 1 and _HIDDEN.search(style):
        return True
    white = _WHITE_TEXT.search(style) or re.fullmatch(_WHITE, str(tag.get("color") or ""), re.I)
    return bool(white) and not on_dark


def _is_dark(tag: Tag, style: str, inherited: bool) -> bool:
    """Whether white words would show here: some background other than white is set."""
    match = _BACKGROUND.search(style)
    shade = match.group(1).strip() if match else str(tag.get("bgcolor") or tag.get("background") or "")
    if not shade or shade.lower() in {"none", "transparent", "inherit"}:
        return inherited
    return not re.match(_WHITE, shade, re.I)


def _is_quotation(tag: Tag) -> bool:
    return tag.get("type") == "cite" or "gmail_quote" in (tag.get("class") or [])


def _entered(tag: Tag) -> str:
    """What was typed or ticked in a form that was saved as a page."""
    if tag.name == "select":
        chosen = tag.find("option", selected=True)
        return f" {chosen.get_text()} " if chosen else " "
    if tag.name == "textarea":
        return f" {tag.get_text()} "
    if tag.get("type") in {"checkbox", "radio"}:
        return " [x] " if tag.has_attr("checked") else " [ ] "
    return f" {tag.get('value') or ''} " if tag.get("type") not in {"button", "submit", "image"} else " "
