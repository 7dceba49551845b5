/* What comes by itself: a stream of events, read by fetch because EventSource sends no header.
   Where something on the way holds the stream back, the history is asked instead. */
import { history, openEvents } from "./api.js";

const SILENCE = 40000; // the house says something every 15 s
const FIRST_WORD = 8000;
const POLL_SEEN = 4000;
const POLL_HIDDEN = 30000;

export class Events {
  /* on = { line(line), held(bool), typing(), trouble(bool) }; `cursor` is the last line that is surely here. */
  constructor(on) {
    this.on = on;
    this.cursor = 0;
    this.control = null;
    this.running = false;
    this.misses = 0;
    this.wake = null;
  }

  start(cursor) {
    this.cursor = Math.max(this.cursor, cursor);
    if (this.running) return;
    this.running = true;
    this.run();
  }

  stop() {
    this.running = false;
    if (this.control) this.control.abort();
    if (this.wake) this.wake();
  }

  /* Look again at once: the network is back or the page is seen again. */
  again() {
    if (!this.running) return;
    this.misses = 0;
    if (this.control) this.control.abort();
    if (this.wake) this.wake();
  }

  async run() {
    while (this.running) {
      // What was said while nobody listened, the rider's own lines from elsewhere included.
      const reached = await this.catchUp();
      if (!this.running) return;
      this.on.trouble(!reached);
      if (reached && this.misses < 3) {
        const worked = await this.listen();
        this.misses = worked ? 0 : this.misses + 1;
        if (this.running && !worked) await this.pause(1000 * (this.misses + Math.random()));
      } else {
        await this.pause(document.hidden ? POLL_HIDDEN : POLL_SEEN);
        // A proxy that holds back streams may be gone with the next network.
        if (this.misses >= 3 && Math.random() < 0.1) this.misses = 2;
      }
    }
  }

  async catchUp() {
    try {
      let page;
      do {
        page = await history("?after=" + this.cursor);
        page.messages.forEach((line) => this.take(line));
        this.on.held(page.held);
      } while (page.more && this.running);
      return true;
    } catch (error) {
      return false;
    }
  }

  /* Whether the stream said anything at all. */
  async listen() {
    this.control = new AbortController();
    const control = this.control;
    let heard = false;
    let timer = setTimeout(() => control.abort(), FIRST_WORD);
    try {
      const response = await openEvents(this.cursor, control.signal);
      if (!response.ok || !response.body || !response.body.getReader) return false;
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return heard;
        heard = true;
        clearTimeout(timer);
        timer = setTimeout(() => control.abort(), SILENCE);
        const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = blocks.pop();
        blocks.forEach((block) => this.block(block));
      }
    } catch (error) {
      return heard;
    } finally {
      clearTimeout(timer);
      control.abort();
      this.control = null;
    }
  }

  block(block) {
    if (/^event: *typing$/m.test(block)) {
      this.on.typing();
      return;
    }
    const data = block.split("\n")
      .filter((line) => line.indexOf("data:") === 0)
      .map((line) => line.slice(5).trim())
      .join("\n");
    if (data) this.take(JSON.parse(data));
  }

  take(line) {
    this.cursor = Math.max(this.cursor, line.id);
    this.on.line(line);
  }

  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
