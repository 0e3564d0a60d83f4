// A page that opens is shown when its parts have come, so that nothing jumps; the style sheet shows it after a while anyway.
const UNDRAWN = "[data-testid=stVegaLiteChart]:not(:has(svg, canvas)), [data-testid=stSkeleton]";

function showWhole() {
  if (document.querySelector(UNDRAWN)) requestAnimationFrame(showWhole);
  else document.documentElement.dataset.whole = "";
}

showWhole();
