// A handle on a line, moved by pointer, touch or keys. It shows its value while it moves, and sends it on release. It
// shows this value until the server has confirmed it, even if the component is redrawn in the meantime.
const AFTER_KEYS = 250; // milliseconds after the last key until the value is sent

class Slider {
  chosen = null; // the visitor's choice until the server has confirmed it
  held = false; // whether the visitor is moving the handle

  // `at` returns the value under a pointer, and `step` the value after a key, or undefined. `show` draws a value, and
  // `send` sends it.
  constructor(root, { at, step, show, send }) {
    Object.assign(this, { root, show, send, timer: 0 });
    root.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault(); // otherwise the pointer would select text or drag a selection
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

  // Whether to show the server's value, because the handle is at rest and no sent value waits for confirmation.
  follows(waits) {
    if (!this.held && !waits) this.chosen = null;
    return this.chosen === null;
  }
}
