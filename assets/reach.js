// Whether the server can be reached. Streamlit's message about a lost connection is for operators. Visitors instead
// learn what happens to the page, and get one button.
const SLOW = 1200; // milliseconds without an answer before the server's health is checked

function tellCut(is) {
  const there = document.querySelector(".cut");
  if (!is || !it.cut) return there?.remove();
  if (there) return;
  const line = document.body.appendChild(document.createElement("p")), button = document.createElement("button");
  line.className = "cut";
  line.dataset.reactAriaTopLayer = "true"; // otherwise Streamlit's hidden dialog would disable the button
  button.type = "button";
  button.textContent = it.cut.button;
  button.onclick = async () => {
    button.disabled = true;
    if (!(await isReachable())) return void (button.disabled = false);
    keepPresses();
    location.reload(); // the tab finds its run again after the reload
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

// If a request has no answer yet, check whether the server is busy or unreachable.
function onState() {
  clearTimeout(it.asking);
  if (it.connection !== "CONNECTED") return; // already reported
  if (isAtRest()) return void (it.lost > LOST || tellCut(false));
  it.asking = setTimeout(async () => {
    if (isAtRest()) return;
    const isThere = await isReachable();
    if (isAtRest()) return;
    tellCut(!isThere);
    onState();
  }, SLOW);
}
