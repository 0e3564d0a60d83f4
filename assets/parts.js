// Parts of components: elements, shapes of a picture, and messages. Contents are data and are set as text.
const SVG = "http://www.w3.org/2000/svg";

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(className, text, onclick) {
  const node = element("button", className, text);
  node.type = "button";
  node.onclick = onclick;
  return node;
}

// Mark an element with words of a text: a browser must not translate them. They have the direction of their container.
function asWords(node) {
  node.translate = false;
  return node;
}

// Set a sentence that has words of a text between Unicode's marks for text of unknown direction.
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

// The messages of one component to the server. Each has a number and is kept until the server confirms it. Messages
// lost by a broken connection are sent again, and the server handles each number once.
class Mail {
  pending = [];
  last = 0;

  tell(name, value) {
    this.last = Math.max(this.last + 1, Date.now());
    this.pending.push({ name, number: this.last, value });
    this.send(name);
  }

  // All waiting messages of a name travel together, because a message replaces an earlier one that is not read yet.
  send(name) {
    if (window.rnnlmClock?.leaving) return; // the new page will send it
    this.set(name, this.pending.filter((one) => one.name === name).map(({ number, value }) => ({ number, value })));
  }

  hear(heard) {
    this.pending = this.pending.filter(({ name, number }) => number > (heard[name] ?? 0));
  }

  sendAgain() {
    for (const name of new Set(this.pending.map((one) => one.name))) this.send(name);
  }

  // When a new page has opened, send the messages to its components again, and drop those to components of the old
  // page.
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
