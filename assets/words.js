// A text whose words are tinted from -1 (grey) to 1 (red). Drawn words are buttons. Words are data and are set as text.

// Existing words are refilled, not replaced, so that the focus stays. A word's `about` is its tooltip.
function showWords(text, words, chosen, choose) {
  words.forEach(({ word, step, tint = 0, about = "", kind = "word" }, i) => {
    const tag = step === null ? "span" : "button";
    let part = text.children[i];
    if (part?.localName !== tag) {
      const made = asWords(element(tag, ""));
      part ? part.replaceWith(made) : text.append(made, " ");
      part = made;
    }
    part.className = `${kind}${tint < 0 ? " low" : ""}${step !== null && step === chosen ? " chosen" : ""}`;
    part.style.setProperty("--much", `${Math.round(62 * Math.min(1, Math.abs(tint)))}%`);
    if (part.textContent !== word) part.textContent = word;
    part.title = about;
    if (step === null) return;
    part.type = "button";
    part.setAttribute("aria-label", about ? `${word}: ${about}` : word);
    part.setAttribute("aria-pressed", step === chosen);
    part.onclick = () => choose(step);
  });
  while (text.childElementCount > words.length) text.lastElementChild.remove();
}
