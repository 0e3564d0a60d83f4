// What components are built of: elements, and shapes of a picture. What they show is data, set as text.
const SVG = "http://www.w3.org/2000/svg";

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Words of a text are nobody's to translate. Their direction is that of what holds them.
function asWords(node) {
  node.translate = false;
  return node;
}

// A sentence, in which words of a text stand between Unicode's marks for text of an unknown direction.
function setSentence(node, sentence) {
  const parts = sentence.split(/[\u2068\u2069]/);
  node.replaceChildren(...parts.map((part, i) => (i % 2 ? asWords(element("bdi", "", part)) : part)));
}

function shape(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

