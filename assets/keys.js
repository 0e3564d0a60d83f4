// Keys that press the page's buttons. The focused control gets a key first, except Space on a selected radio button.
// Space presses Train if the focus is on Train, on nothing, on the main part (after a click beside all controls) or on a
// selected radio button. A letter works if the focused control does not use it.
const CHOSEN = "[role=radio][aria-checked=true]";
const TAKES_LETTERS = "input, textarea, select, [contenteditable], [role=slider], [role=option], [data-testid=stPopoverBody]";

function onKey(event) {
  const name = it.keys?.[event.code];
  if (!name || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = document.activeElement ?? document.body;
  if (event.code === "Space" ? !at.matches(`body, [data-testid=stMain], ${CHOSEN}`) : at.closest(TAKES_LETTERS)) return; // Space already presses a focused Train
  const button = document.querySelector(`.st-key-${name} button:not(:disabled)`);
  if (!button?.checkVisibility()) return; // a link may hide the button
  event.preventDefault();
  button.click();
}

// A selected radio button would keep Space from Train, although Space does nothing there.
function onChosen(event) {
  if (event.code !== "Space" || !document.activeElement?.matches(CHOSEN)) return;
  onKey(event);
  event.stopImmediatePropagation();
}

// Send what was typed into a panel before Escape closes it.
function onEscape(event) {
  if (event.key === "Escape" && event.isTrusted && document.activeElement?.matches("[data-testid=stPopoverBody] [role=slider], [data-testid=stPopoverBody] [type=range]")) {
    event.stopImmediatePropagation(); // a slider sends its value with a delay
    const again = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
    setTimeout(again, 300);
    return;
  }
  if (event.key === "Escape" && document.activeElement?.matches("[data-testid=stPopoverBody] :is(textarea, input)")) {
    document.activeElement.blur();
  }
}
