"""Every text of the page can be read: a contrast of 4.5 to 1 or more, in light and dark."""

import re

import pytest
from playwright.sync_api import expect

from rnnlm.ui.style import ASSETS

LEAST = 4.5
# The contrast of each visible text with the nearest background below it, with all transparencies. Texts on pictures,
# texts of controls that are off and texts that fade away towards an edge do not count.
FAINT = """(least) => {
  const found = [], canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => part * a + below[i] * (1 - a));
  const up = (node) => node.parentElement ?? node.getRootNode().host;
  const ground = (node) => {
    if (!node) return rgba(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor).slice(0, 3);
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, ground(up(node)));
  };
  const opacity = (node) => (node ? parseFloat(getComputedStyle(node).opacity) * opacity(up(node)) : 1);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => (part /= 255) <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        walk(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
      const of = node.parentElement;
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || !of) continue;
      if (of.closest(".aloud, style, script, :disabled, svg text.on")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { width, height } = range.getBoundingClientRect(), style = getComputedStyle(of);
      // The figure of a slider is above its thumb, not on it.
      const below = ground(of.closest("[data-testid=stSliderThumbValue]") ? of.closest(".stSlider") : of);
      if (width < 3 || height < 3 || !of.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const [r, g, b, a] = rgba(of.ownerSVGElement ? style.fill : style.color);
      const colour = over([r, g, b, a * opacity(of)], below);
      const [x, y] = [light(colour), light(below)].sort((m, n) => n - m), ratio = (x + 0.05) / (y + 0.05);
      const name = of.className.baseVal ?? of.className;
      if (ratio < least) found.push([node.data.trim().slice(0, 40), name, Math.round(100 * ratio) / 100]);
    }
  };
  walk(document.body);
  return found;
}"""


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_of_every_page_has_enough_contrast(visit, scheme):
    screen = visit("?lesson=what&step=5&held_out=yes", scheme=scheme)
    found = {}
    for page in ("train", "ask", "inside", "compare", "lessons"):
        screen.page.locator(f".st-key-page_{page} a, .st-key-page_{page}_open a").first.click()
        expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
        screen.settle()
        screen.page.mouse.move(640, 790)
        screen.page.wait_for_function("() => !document.documentElement.classList.contains('leaving')")
        found[page] = screen.page.evaluate(FAINT, LEAST)
    assert {page: faint for page, faint in found.items() if faint} == {}


def test_no_style_sheet_writes_in_the_accent_s_own_colour():
    own = re.compile(r"(?<![-\w])color:\s*#d9481f|background(?:-color)?:\s*#d9481f[^}]*(?<![-\w])color:\s*#fff")
    sheets = {path.name: path.read_text(encoding="utf-8") for path in ASSETS.glob("*.css")}
    assert {name: found for name, text in sheets.items() if (found := own.findall(text))} == {}
    assert own.search("b { color: #d9481f; }")
    assert own.search("b { background: #d9481f; border: 0; color: #fff; }")
    assert not own.search("b { background-color: #d9481f; border-color: #d9481f; }")
