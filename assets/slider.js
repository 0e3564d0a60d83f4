// What is dragged along a line: by pointer, by touch, by keys. It shows what is chosen while it moves, sends that when it is
// let go, and goes on showing it until the server has heard it, whatever is drawn meanwhile.
const AFTER_KEYS = 250; // milliseconds after the last key until what it chose is sent

class Slider {
  chosen = null; // what the visitor chose and the server has not heard yet
  held = false; // whether it is in the visitor's hand

  // at: the value under a pointer; step: the value a key leads to, or undefined; show: draws a value; send: tells it.
  constructor(root, { at, step, show, send }) {
    Object.assign(this, { root, show, send, timer: 0 });
    root.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault(); // no text is selected, and no selection is dragged in its place
      root.setPointerCapture(event.pointerId);
      root.focus({ preventScroll: true });
      this.move(at(event));
    });
    root.addEventListener("pointermove", (event) => root.hasPointerCapture(event.pointerId) && this.move(at(event)));
    root.addEventListener("pointerup", (event) => root.hasPointerCapture(event.pointerId) && this.letGo());
    root.addEventListener("pointercancel", () => this.letGo());
    root.addEventListener("keydown", (event) => {
      const to = step(event);
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(to);
      this.timer = setTimeout(() => this.letGo(), AFTER_KEYS);
    });
  }

  move(value) {
    clearTimeout(this.timer);
    this.held = true;
    this.chosen = value;
    this.show(value);
  }

  letGo() {
    clearTimeout(this.timer);
    if (!this.held) return;
    this.held = false;
    this.send(this.chosen);
  }

  // Whether the server's own value is to be shown: nothing is in hand, and all that was sent is heard.
  follows(waits) {
    if (!this.held && !waits) this.chosen = null;
    return this.chosen === null;
  }
}
