/* Answers on their way, in order. Each has an id: sent twice over a bad network, it is said once. */
const PAUSES = [1000, 2000, 4000, 8000, 15000];

export class Answers {
  /* on = { state(id, "sending" | "late" | "sent" | "refused", why) } */
  constructor(action, on) {
    this.action = action;
    this.on = on;
    this.waiting = [];
    this.busy = false;
    this.failures = 0;
    window.addEventListener("online", () => this.go());
  }

  add(id, form) {
    form.set("once", id);
    form.set("live", "1");
    this.waiting.push({ id, form });
    this.on.state(id, "sending");
    this.go();
  }

  async go() {
    if (this.busy || !this.waiting.length) return;
    this.busy = true;
    const { id, form } = this.waiting[0];
    let again = false;
    try {
      const answer = await fetch(this.action, { method: "POST", body: form, credentials: "same-origin" });
      if (answer.status === 204) this.on.state(id, "sent");
      else if (answer.status === 422) this.on.state(id, "refused", (await answer.json()).why);
      else if (answer.status >= 500) again = true;
      else this.on.state(id, "refused", "");
    } catch (error) {
      again = true;
    }
    this.busy = false;
    if (again) {
      this.on.state(id, "late");
      setTimeout(() => this.go(), PAUSES[Math.min(this.failures++, PAUSES.length - 1)]);
      return;
    }
    this.failures = 0;
    this.waiting.shift();
    this.go();
  }
}
