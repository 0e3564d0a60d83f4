// Keeps the focus. A redrawn control gets the focus back. A removed control passes it to its replacement. A control is
// identified by its named containers and its position in them.
const CONTROLS = "button, input, textarea, a[href], [role=slider], [role=tab], [role=radio], [tabindex='0']";
const POPOVER = "[data-testid=stPopover] button[aria-expanded=true]"; // the button of the open panel
const BEGINS = /^st-key-(start_|offer$)/; // buttons that start a lesson; the lesson's bar replaces them
const LESSON = 4000; // milliseconds until the bar must appear
const PATIENCE = 400; // milliseconds until another control gets the focus of a missing control

// The names of a container: the full name, and the name without numbers, which stays the same after a redraw.
function namesOf(node) {
  const whole = [...node.classList].find((name) => name.startsWith("st-key-"));
  return { whole, lasting: whole.replace(/_\d+(?=_|$)/g, "").replace(/_open$/, "") };
}

function controlsIn(node) {
  const found = [];
  for (const part of node.querySelectorAll("*")) {
    const reached = part.tabIndex >= 0 || (part.dataset.tabindex ?? "-1") !== "-1"; // a popover without the focus keeps Tab out
    if (reached && part.matches(CONTROLS) && !part.matches(".term") && !part.disabled && part.checkVisibility()) found.push(part);
    if (part.shadowRoot) found.push(...controlsIn(part.shadowRoot));
  }
  return found;
}

function placeOf(node, target) {
  const steps = [];
  for (let at = target.closest("[class*='st-key-']"); at; at = at.parentElement.closest("[class*='st-key-']")) {
    steps.push({ ...namesOf(at), index: controlsIn(at).indexOf(node) });
  }
  return { node, tag: node.tagName, steps, opener: target.closest("[data-testid=stPopoverBody]") && document.querySelector(POPOVER) };
}

// The replacement of a control, from its innermost container that still exists.
function successor({ tag, steps, opener }, mayBeAnother) {
  const bar = BEGINS.test(steps[0]?.whole) && document.querySelector(".st-key-lesson_bar");
  const next = bar && controlsIn(bar).find((one) => one.matches(".next"));
  if (next) return next;
  const named = [...document.querySelectorAll("[class*='st-key-']")].map((node) => ({ node, ...namesOf(node) }));
  for (const { whole, lasting, index } of mayBeAnother ? steps : steps.slice(0, 1)) {
    const there = named.find((one) => one.whole === whole) ?? named.find((one) => one.lasting === lasting);
    const all = there ? controlsIn(there.node) : [];
    const same = all[index]?.tagName === tag ? all[index] : all.find((one) => one.tagName === tag);
    if (same ?? (mayBeAnother && all.length)) return same ?? all[Math.min(Math.max(index, 0), all.length - 1)];
  }
  if (!mayBeAnother) return null;
  return opener?.isConnected ? opener : document.querySelector("[class*='st-key-page_'][class*='_open'] a");
}

function giveBack(it, since) {
  clearTimeout(it.givingBack);
  if (!it.held || !isNowhere()) return;
  const atRest = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  const isGone = atRest && performance.now() - since > (BEGINS.test(it.held.steps[0]?.whole) ? LESSON : PATIENCE);
  // A control that is disabled for a short time cannot take the focus, so try again.
  if (isThere(it.held.node)) it.held.node.focus({ preventScroll: true });
  if (isNowhere() && (isGone || !isThere(it.held.node))) successor(it.held, isGone)?.focus({ preventScroll: true });
  if (isNowhere() && !isGone) it.givingBack = setTimeout(giveBack, 40, it, since);
}

function isNowhere() {
  return document.activeElement === document.body;
}

function isThere(node) {
  return node.isConnected && node.checkVisibility();
}

// If a control still exists shortly after it has lost the focus, the visitor has left it by a click beside it, by Tab,
// or by closing a phone's keyboard; or Streamlit has hidden it for a short time.
function afterLoss(it, held) {
  if (held !== it.held || !isThere(held.node) || !isNowhere()) return;
  if (performance.now() - it.left < 100 || held.node.matches("textarea, [type=text]")) it.held = null;
  else giveBack(it, performance.now());
}

function keepFocus(it) {
  const leave = (event) => (event.type !== "keydown" || event.key === "Tab") && (it.left = performance.now());
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, leave, true);
  document.addEventListener("focusin", (event) => {
    it.held = placeOf(event.composedPath()[0], event.target);
    it.left = -Infinity; // the press that set the focus here must not remove it
  });
  document.addEventListener("focusout", () => it.held && setTimeout(afterLoss, 0, it, it.held));
  new MutationObserver((changes) => {
    const node = it.held?.node; // a moved node loses the focus, too
    if (node && (!node.isConnected || changes.some(({ removedNodes }) => [...removedNodes].some((part) => part.contains(node))))) {
      giveBack(it, (it.held.lost ??= performance.now()));
    }
  }).observe(document.body, { childList: true, subtree: true });
}
