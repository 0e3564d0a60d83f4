// The written text. Each word before the chosen word is shaded by how much it mattered to the chosen word.

export default function (component) {
  const { data, parentElement } = component;
  const mail = mailOf(component);
  let root = parentElement.querySelector(".matter");
  if (!root) {
    root = element("div", "matter");
    root.append(element("div", "text"), element("p", "told"));
    parentElement.append(root);
    root.firstElementChild.dir = "auto";
  }
  showWords(root.firstElementChild, data.words, data.chosen, (step) => mail.tell("word", step));
  setSentence(root.lastElementChild, data.note);
  const text = root.firstElementChild, chosen = text.querySelector(".chosen");
  if (chosen) text.scrollTop = Math.max(0, chosen.offsetTop - text.offsetTop - text.clientHeight + 60);
}
