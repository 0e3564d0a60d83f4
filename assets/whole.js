// A page is shown when its parts are complete and its font is there, so that nothing jumps. After a while, the style
// sheet shows it in any case.
const UNDRAWN = "[data-testid=stVegaLiteChart]:not(:has(svg, canvas)), [data-testid=stSkeleton]";

// A component first gets its style sheet, inside a div. Its other elements follow when its script has run.
const isDrawn = ({ shadowRoot }) => shadowRoot && (!shadowRoot.querySelector("style") || shadowRoot.querySelector("div > :not(style), :not(div, style)"));

function showWhole() {
  const components = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")];
  if (document.querySelector(UNDRAWN) || !components.every(isDrawn) || document.fonts.status === "loading") requestAnimationFrame(showWhole);
  else document.documentElement.dataset.whole = "";
}

showWhole();
