// What components are built of: elements, shapes of a picture, and messages. What they show is data, set as text.
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

// The messages of one component to the server. Each has a number and is kept until the server has heard it: what a broken
// connection has lost is sent again once the page is connected, and the server handles each number once.
class Mail {
  pending = [];
  last = 0;

  tell(name, value) {
    this.last = Math.max(this.last + 1, Date.now());
    this.pending.push({ name, number: this.last, value });
    this.send(name);
  }

  // All that waits under a name travels together: a later message takes the place of one that was not read yet.
  send(name) {
    if (window.rnnlmClock?.leaving) return; // it is sent from the page that comes
    this.set(name, this.pending.filter((one) => one.name === name).map(({ number, value }) => ({ number, value })));
  }

  hear(heard) {
    this.pending = this.pending.filter(({ name, number }) => number > (heard[name] ?? 0));
  }

  sendAgain() {
    for (const name of new Set(this.pending.map((one) => one.name))) this.send(name);
  }

  // Another page is there: what its components are told is sent, what those of the old one were told is over.
  arrive() {
    if (this.node.isConnected) this.sendAgain();
    else this.pending = [];
  }

  waits(name) {
    return this.pending.some((one) => one.name === name);
  }
}

function mailOf({ data, setTriggerValue, parentElement }) {
  const all = (window.rnnlmMail ??= new Map());
  if (!all.has(data.mail.key)) all.set(data.mail.key, new Mail());
  const mail = all.get(data.mail.key);
  mail.set = setTriggerValue;
  mail.node = parentElement;
  mail.hear(data.mail.heard);
  return mail;
}
