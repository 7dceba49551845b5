/* The typing sign: there while an answer is awaited, honest when it takes long. */
import { byId, el } from "./dom.js";
import { t } from "./texts.js";

const FLICKER = 350; // most answers are there before this
const LONG = 15000;
const SIGN_HOLDS = 5000;

export class Waiting {
  constructor(view) {
    this.view = view;
    this.open = new Map();
    this.timer = null;
  }

  begin(id) {
    this.open.set(id, null);
    if (!this.timer) this.timer = setTimeout(() => { this.timer = null; this.view.showTyping(this.open.size > 0); }, FLICKER);
  }

  /* The request came back without an answer: it will come by event. */
  lasts(id) {
    if (!this.open.has(id)) return;
    clearTimeout(this.open.get(id));
    this.open.set(id, setTimeout(() => { this.end(id); this.note(true); }, LONG));
  }

  end(id) {
    clearTimeout(this.open.get(id));
    this.open.delete(id);
    if (!this.open.size) this.view.showTyping(false);
    this.note(false);
  }

  /* A reply came by event: whatever was pending is answered. */
  answered() {
    this.open.forEach((timer, id) => { if (timer) this.end(id); });
    this.note(false);
  }

  /* A person of the union is writing: the sign holds a few seconds, the next one renews it. */
  staffTypes() {
    this.words("staff_typing");
    this.view.showTyping(true);
    clearTimeout(this.sign);
    this.sign = setTimeout(() => this.staffStops(), SIGN_HOLDS);
  }

  staffStops() {
    clearTimeout(this.sign);
    this.words("typing");
    this.view.showTyping(this.open.size > 0);
  }

  words(key) {
    const node = this.view.typing.querySelector("[data-t]");
    node.setAttribute("data-t", key);
    node.textContent = t(key);
  }

  note(on) {
    const old = byId("still-working");
    if (old) old.remove();
    if (!on) return;
    const node = el("p", "when", t("still_working"));
    node.id = "still-working";
    this.view.typing.insertAdjacentElement("afterend", node);
    if (this.view.atEnd()) this.view.toEnd();
  }
}
