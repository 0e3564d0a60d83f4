// The timeline: how far training is, the moments that are kept, and the one on screen. What is chosen is sent on release.

let set; // how the page is told, whatever became of the slider that was touched

// The parts are made once and then moved, so that the focus and a drag outlive every look.
function build(parent) {
  const root = element("div", "timeline");
  root.tabIndex = 0;
  root.setAttribute("role", "slider");
  const track = element("div", "track");
  track.append(element("i", ""));
  root.append(track, element("div", "further"), element("span", "told"));
  const now = element("button", "now");
  now.type = "button";
  parent.append(root, now);
  const it = { root, track, now, further: root.children[1], told: root.children[2], dragged: null, timer: 0 };
  root.onpointerdown = (event) => {
    root.setPointerCapture(event.pointerId);
    root.focus({ preventScroll: true });
    show(it, nearest(it, event.clientX), true);
  };
  root.onpointermove = (event) => {
    if (it.dragged !== null) show(it, nearest(it, event.clientX), true);
    else hint(it, nearest(it, event.clientX));
  };
  root.onpointerup = () => it.dragged !== null && send(it);
  root.onpointercancel = () => show(it, it.data.here, false);
  root.onpointerleave = () => it.dragged === null && hint(it, null);
  root.onkeydown = (event) => step(it, event);
  now.onclick = () => set("at", { at: null });
  return it;
}

function nearest(it, x) {
  const far = (stop) => {
    const { left, width } = stop.getBoundingClientRect();
    return Math.abs(left + width / 2 - x);
  };
  return it.stops.reduce((best, stop, i) => (far(stop) < far(it.stops[best]) ? i : best), 0);
}

function step(it, event) {
  const last = it.stops.length - 1, at = it.dragged ?? it.data.here;
  const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  show(it, Math.max(0, Math.min(last, to)), true);
  clearTimeout(it.timer);
  it.timer = setTimeout(() => send(it), 250);
}

function send(it) {
  const { at } = it.data.stops[it.dragged];
  it.dragged = null;
  set("at", { at });
}

function hint(it, i) {
  it.told.textContent = i === null ? "" : it.data.stops[i].told;
  if (i === null) return;
  const box = it.root.getBoundingClientRect(), stop = it.stops[i].getBoundingClientRect();
  it.told.style.left = `${(100 * (stop.left + stop.width / 2 - box.left)) / box.width}%`;
  it.told.dataset.side = stop.left > box.left + box.width / 2 ? "left" : "right";
}

function show(it, i, dragging) {
  it.dragged = dragging ? i : null;
  it.stops.forEach((stop, at) => stop.classList.toggle("here", at === i));
  hint(it, dragging ? i : null);
  const { root, data } = it;
  root.setAttribute("aria-valuenow", i);
  root.setAttribute("aria-valuetext", data.stops[i].told);
}

// A stop stands on the track, or beyond its end: what is recorded further.
function place(it) {
  const { data } = it, kept = it.stops ?? [];
  it.stops = data.stops.map(({ place }, i) => {
    const stop = kept[i] ?? element("b", "");
    stop.className = "stop";
    if (place === null) {
      if (stop.parentNode !== it.further) it.further.append(stop);
    } else {
      if (stop.parentNode !== it.track) it.track.append(stop);
      stop.style.left = `${100 * place}%`;
    }
    return stop;
  });
  kept.slice(data.stops.length).forEach((stop) => stop.remove());
  it.further.hidden = !it.further.childElementCount;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const line = parentElement.querySelector(".line");
  const it = (line.rnnlmTimeline ??= build(line));
  it.data = data;
  set = setTriggerValue;
  it.track.firstElementChild.style.width = `${(100 * data.share).toFixed(2)}%`;
  it.root.setAttribute("aria-label", data.label);
  it.root.setAttribute("aria-valuemin", 0);
  it.root.setAttribute("aria-valuemax", data.stops.length - 1);
  it.now.textContent = data.now;
  it.now.style.visibility = data.is_now ? "hidden" : "visible";
  place(it);
  if (it.dragged === null) show(it, data.here, false);
  else it.dragged = Math.min(it.dragged, data.stops.length - 1);
}
