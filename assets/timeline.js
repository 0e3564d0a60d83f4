// The timeline: training progress, the stored snapshots, and the snapshot on screen. The choice is sent on release.

// Make the parts. Later they are only moved, so that the focus and a drag survive every update. A snapshot is named by
// its epoch (null for the latest), because during a drag new snapshots appear and positions change.
function build(parent) {
  const root = element("div", "timeline");
  root.tabIndex = 0;
  root.setAttribute("role", "slider");
  const track = element("div", "track");
  track.append(element("i", ""));
  root.append(track, element("div", "further"), element("span", "beyond"), element("span", "told"));
  const now = element("button", "now");
  now.type = "button";
  parent.append(root, now);
  const it = { root, track, now, further: root.children[1], beyond: root.children[2], told: root.children[3] };
  const epochAt = (event) => it.data.stops[nearest(it, event.clientX)].at;
  it.slider = new Slider(root, {
    at: epochAt,
    step: (event) => stepTo(it, event),
    show: (at) => show(it, at, true),
    send: (at) => it.mail.tell("at", { at }),
  });
  root.addEventListener("pointermove", (event) => it.slider.chosen === null && hint(it, nearest(it, event.clientX)));
  root.addEventListener("pointerleave", () => it.slider.chosen === null && hint(it, null));
  now.onclick = () => it.mail.tell("at", { at: null });
  return it;
}

function nearest(it, x) {
  const far = (stop) => {
    const { left, width } = stop.getBoundingClientRect();
    return Math.abs(left + width / 2 - x);
  };
  return it.stops.reduce((best, stop, i) => (far(stop) < far(it.stops[best]) ? i : best), 0);
}

// The index of the stop at an epoch, or of the nearest stop if that stop no longer exists.
function indexOf({ data }, at) {
  const epochs = data.stops.map((stop) => stop.at ?? data.share * data.epochs);
  const exact = data.stops.findIndex((stop) => stop.at === at);
  if (exact >= 0) return exact;
  return epochs.reduce((best, epoch, i) => (Math.abs(epoch - at) < Math.abs(epochs[best] - at) ? i : best), 0);
}

function stepTo(it, event) {
  const last = it.data.stops.length - 1, at = it.shown;
  const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[event.key];
  return to === undefined ? undefined : it.data.stops[Math.max(0, Math.min(last, to))].at;
}

function hint(it, i) {
  it.told.textContent = i === null ? "" : it.data.stops[i].told;
  if (i === null) return;
  const box = it.root.getBoundingClientRect(), stop = it.stops[i].getBoundingClientRect();
  it.told.style.left = `${(100 * (stop.left + stop.width / 2 - box.left)) / box.width}%`;
  it.told.dataset.side = stop.left > box.left + box.width / 2 ? "left" : "right";
}

function show(it, at, told) {
  const i = (it.shown = indexOf(it, at));
  it.stops.forEach((stop, at) => stop.classList.toggle("here", at === i));
  hint(it, told ? i : null);
  it.root.setAttribute("aria-valuenow", i);
  it.root.setAttribute("aria-valuetext", it.data.stops[i].told);
}

// Place each stop on the track or, if the recording is longer than the run, beyond the end of the track.
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

export default function (component) {
  const { data, parentElement } = component, line = parentElement.querySelector(".line");
  const it = (line.rnnlmTimeline ??= build(line));
  it.data = data;
  it.mail = mailOf(component);
  it.track.firstElementChild.style.width = `${(100 * data.share).toFixed(2)}%`;
  it.root.setAttribute("aria-label", data.label);
  it.root.setAttribute("aria-valuemin", 0);
  it.root.setAttribute("aria-valuemax", data.stops.length - 1);
  it.now.textContent = data.now;
  it.now.style.visibility = data.is_now ? "hidden" : "";
  it.beyond.textContent = data.further;
  place(it);
  if (it.slider.follows(it.mail.waits("at"))) show(it, data.stops[data.here].at, false);
  else show(it, it.slider.chosen, it.slider.held);
}
