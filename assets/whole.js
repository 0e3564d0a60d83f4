// A page is shown when its parts are complete, so that nothing jumps. After a while, the style sheet shows it in any
// case.
const UNDRAWN = "[data-testid=stVegaLiteChart]:not(:has(svg, canvas)), [data-testid=stSkeleton]";

function showWhole() {
  if (document.querySelector(UNDRAWN)) requestAnimationFrame(showWhole);
  else document.documentElement.dataset.whole = "";
}

showWhole();
