"""Convert a subset of Markdown to HTML: paragraphs, *emphasis*, **strong** and `code`. Other text is literal."""

import html
import re

from rnnlm.formats import visible

SPAN = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*")


def as_html(text: str) -> str:
    """Convert a text to HTML paragraphs. The only tags are p, em, strong and code, without attributes.

    An empty line separates two paragraphs. All text is escaped for HTML, and control characters are written as escapes.
    """
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]
    return "".join(f"<p>{_spans(paragraph)}</p>" for paragraph in paragraphs if paragraph)


def _spans(text: str) -> str:
    pieces, end = [], 0
    for span in SPAN.finditer(text):
        tag = span.lastgroup
        pieces += [_literal(text[end : span.start()]), f"<{tag}>{_literal(span[tag])}</{tag}>"]
        end = span.end()
    return "".join([*pieces, _literal(text[end:])])


def _literal(text: str) -> str:
    return html.escape(visible(text))
