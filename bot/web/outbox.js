/* What the rider sends, in order, until the house has it. The same id may be sent again without
   harm, so whatever is in doubt is sent again. */
import { Refused, postMessage, postPhoto } from "./api.js";
import { keepOutbox, keptOutbox } from "./store.js";

const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];

export class Outbox {
  /* on = { state(entry), answer(entry, outcome), trouble(bool) } */
  constructor(on) {
    this.on = on;
    this.entries = keptOutbox();
    this.failures = 0;
    this.busy = false;
    this.timer = null;
    this.stopped = false;
  }

  add(entry) {
    entry.state = "sending";
    this.entries.push(entry);
    keepOutbox(this.entries);
    this.go();
  }

  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    keepOutbox(this.entries);
  }

  /* The network is back, or the rider asks: don't wait for the pause to end. */
  now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.go();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /* In the history, so it has arrived, whatever became of the request. */
  arrived(id) {
    const entry = this.entries.find((other) => other.id === id);
    if (!entry) return;
    this.remove(entry);
    if (entry.state !== "delivered") this.change(entry, "delivered");
  }

  async go() {
    if (this.busy || this.timer || this.stopped) return;
    const entry = this.entries.find((other) => other.state !== "failed" && other.state !== "delivered");
    if (!entry) return;
    this.busy = true;
    this.change(entry, entry.state === "late" ? "late" : "sending");
    let response = null;
    try {
      response = await (entry.kind === "photo" ? postPhoto(entry) : postMessage(body(entry)));
    } catch (error) {
      this.busy = false;
      if (entry.state !== "delivered") this.failed(entry, error);
      else this.go();
      return;
    }
    this.busy = false;
    this.failures = 0;
    this.on.trouble(false);
    this.delivered(entry);
    this.go();
    let outcome = { state: "pending", replies: [] };
    try {
      outcome = await response.json();
    } catch (error) {
      // The answer was lost on its way; the events bring it.
    }
    if (outcome.state !== "pending") this.remove(entry);
    this.on.answer(entry, outcome);
  }

  failed(entry, error) {
    if (error instanceof Refused && error.lasting) {
      entry.reason = error.code;
      this.change(entry, "failed");
      this.go();
      return;
    }
    const pause = error instanceof Refused && error.retryAfter
      ? error.retryAfter * 1000
      : PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    entry.slow = error instanceof Refused && error.status === 429;
    // Those behind it wait as well, and say so.
    this.entries.forEach((other) => {
      if (other !== entry && other.state === "sending") this.change(other, "late");
    });
    this.change(entry, "late");
    this.on.trouble(!entry.slow);
    // A little chance, so that a tower full of phones doesn't come back in one instant.
    this.timer = setTimeout(() => { this.timer = null; this.go(); }, pause * (0.85 + Math.random() * 0.3));
  }

  /* Safe with the house. It stays in the drawer until the log shows it, so that a reload in
     between does not hide it. */
  delivered(entry) {
    this.change(entry, "delivered");
    keepOutbox(this.entries);
  }

  change(entry, state) {
    entry.state = state;
    this.on.state(entry);
  }
}

function body(entry) {
  const message = { id: entry.id, language: entry.language };
  if (entry.kind === "location") message.location = { lat: entry.lat, lon: entry.lon };
  else if (entry.kind === "button") {
    message.button = entry.button;
    if (entry.label) message.label = entry.label;
  } else message.text = entry.text;
  return message;
}
