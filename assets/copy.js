// A text with a copy button. Over plain http, browsers offer no clipboard, so the text is selected and then copied.
export default function (component) {
  const { data, parentElement } = component, root = parentElement.querySelector(".copied");
  if (!root.firstChild) {
    root.append(element("span", "address"), element("button", ""));
    root.firstChild.translate = false;
    root.lastChild.addEventListener("click", () => copy(root));
  }
  root.data = data;
  root.firstChild.textContent = data.text;
  root.lastChild.textContent = data.copy;
}

async function copy(root) {
  const { text, copied } = root.data;
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else {
    getSelection().selectAllChildren(root.firstChild);
    document.execCommand("copy");
  }
  root.lastChild.textContent = copied;
}
