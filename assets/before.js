// What must run before Streamlit's own scripts.

// Listeners on the window are called in the order in which they were added, so this one hears of Back and Forward before
// Streamlit does. The clock decides when the page may change.
addEventListener("popstate", (event) => window.rnnlmClock?.onHistory?.(event));

// Show the page, unless the opening scene covers it.
window.rnnlmShowPage = () => document.querySelector(".st-key-first_scene") || delete document.documentElement.dataset.scene;

// A new browser with an address without parameters gets the opening scene. If the browser stores nothing, it does not,
// because the scene would return on each visit.
try {
  if (!localStorage.getItem("rnnlm-visited") && !location.search && !location.hash && location.pathname.endsWith("/")) {
    history.replaceState(history.state, "", "?scene=first");
  }
  localStorage.setItem("rnnlm-visited", "yes");
} catch {}
if (/[?&]scene=first(&|$)/.test(location.search)) {
  document.documentElement.dataset.scene = "";
  setTimeout(() => window.rnnlmShowPage(), 10_000); // if no scene appears
}
