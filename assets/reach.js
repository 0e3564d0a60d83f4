// Whether the server can be reached. What Streamlit says of a lost connection is for whoever runs the server; a visitor
// learns what becomes of the page, and has one button.
const SLOW = 1200; // milliseconds without an answer after which the server's health is asked for

function tellCut(is) {
  const there = document.querySelector(".cut");
  if (!is || !it.cut) return there?.remove();
  if (there) return;
  const line = document.body.appendChild(document.createElement("p")), button = document.createElement("button");
  line.className = "cut";
  line.dataset.reactAriaTopLayer = "true"; // or Streamlit's own dialog, which the page hides, would make the button inert
  button.type = "button";
  button.textContent = it.cut.button;
  button.onclick = async () => {
    button.disabled = true;
    if (!(await isReachable())) return void (button.disabled = false);
    keepPresses();
    location.reload(); // the tab finds its run again
  };
  line.append(it.cut.text + " ", button);
}

async function isReachable() {
  try {
    return (await fetch(it.cut.health, { cache: "no-store", signal: AbortSignal.timeout(1500 + 2 * it.trip) })).ok;
  } catch {
    return false;
  }
}

// A request that is not answered: the server may be busy, or out of reach.
function onState() {
  clearTimeout(it.asking);
  if (it.connection !== "CONNECTED") return; // that is told already
  if (isAtRest()) return void (it.lost > LOST || tellCut(false));
  it.asking = setTimeout(async () => {
    if (isAtRest()) return;
    const isThere = await isReachable();
    if (isAtRest()) return;
    tellCut(!isThere);
    onState();
  }, SLOW);
}
