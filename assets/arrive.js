// A page that opens is shown when its parts have come, so that nothing jumps; the style sheet shows it after a while anyway.
const UNDRAWN = "[data-testid=stVegaLiteChart]:not(:has(svg, canvas)), [data-testid=stSkeleton]";

function arrive() {
  if (document.querySelector(UNDRAWN)) requestAnimationFrame(arrive);
  else document.documentElement.dataset.whole = "";
}

arrive();
