// Keys press the page's own buttons. A key goes to what has the focus: Space trains only where nothing, or Train, has
// it (a click beside all controls gives it to the page's main part); a letter does where it would do nothing by itself.
const TAKES_LETTERS = "input, textarea, select, [contenteditable], [role=slider], [role=option], [data-testid=stPopoverBody]";

function onKey(event) {
  const name = it.keys?.[event.code];
  if (!name || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = document.activeElement ?? document.body;
  if (event.code === "Space" ? !at.matches("body, [data-testid=stMain]") : at.closest(TAKES_LETTERS)) return; // Train presses itself
  const button = document.querySelector(`.st-key-${name} button:not(:disabled)`);
  if (!button?.checkVisibility()) return; // a link may hide it
  event.preventDefault();
  button.click();
}

// What is typed into a panel that Escape closes is handed over first.
function onEscape(event) {
  if (event.key === "Escape" && event.isTrusted && document.activeElement?.matches("[data-testid=stPopoverBody] [role=slider], [data-testid=stPopoverBody] [type=range]")) {
    event.stopImmediatePropagation(); // a slider tells of itself a moment after it was moved
    const again = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
    setTimeout(again, 300);
    return;
  }
  if (event.key === "Escape" && document.activeElement?.matches("[data-testid=stPopoverBody] :is(textarea, input)")) {
    document.activeElement.blur();
  }
}
