// A browser that was never here, with an address that asks for nothing, is shown the opening scene. Where nothing can be
// kept it is not: it would come again each time.
try {
  if (!localStorage.getItem("rnnlm-visited") && !location.search && !location.hash && location.pathname.endsWith("/")) {
    history.replaceState(history.state, "", "?scene=first");
  }
  localStorage.setItem("rnnlm-visited", "yes");
} catch {}
if (/[?&]scene=first(&|$)/.test(location.search)) {
  document.documentElement.dataset.scene = "";
  setTimeout(() => delete document.documentElement.dataset.scene, 10_000); // without a scene the page is shown
}
