// The link for a class, shown in the whole window and readable from the last row of a hall. Escape or any click closes
// it.

function build(parent) {
  const fill = element("button", "fill"), dialog = element("dialog", "");
  fill.type = "button";
  const picture = element("img", ""), link = element("p", "link"), close = element("button", "close");
  close.type = "button";
  dialog.append(picture, asWords(link), close);
  fill.onclick = () => dialog.showModal();
  dialog.onclick = () => dialog.close();
  parent.append(fill, dialog);
  return { fill, dialog, picture, link, close };
}

export default function ({ data, parentElement }) {
  const it = (parentElement.rnnlmLink ??= build(parentElement));
  it.picture.src = data.picture;
  it.picture.alt = data.told;
  it.link.textContent = data.link;
  it.fill.textContent = data.fill;
  it.close.textContent = data.close;
}
