// A page is shown once its parts are complete, so that nothing jumps; the style sheet shows it after a while in any case.
const UNDRAWN = "[data-testid=stVegaLiteChart]:not(:has(svg, canvas)), [data-testid=stSkeleton]";

function showWhole() {
  if (document.querySelector(UNDRAWN)) requestAnimationFrame(showWhole);
  else document.documentElement.dataset.whole = "";
}

showWhole();
