/* The conversation as it is seen: lines in the order of the house, the rider's own at once. */
import { photoBlob } from "./api.js";
import { button, byId, el, icon, unseen } from "./dom.js";
import { moment, worthSaying } from "./moments.js";
import { renderReply, said } from "./reply.js";
import { t } from "./texts.js";

export class LogView {
  constructor(act) {
    this.act = act;
    this.log = byId("log");
    this.lines = byId("lines");
    this.typing = byId("typing");
    this.newer = byId("newer");
    this.replies = new Set();
    this.own = new Map();
    this.newer.addEventListener("click", () => { this.toEnd(); this.log.focus({ preventScroll: true }); });
    // A keyboard, a banner or larger type changes the window, not what is being read.
    this.following = true;
    this.log.addEventListener("scroll", () => {
      this.following = this.atEnd();
      if (this.following) this.newer.hidden = true;
    });
    if (window.ResizeObserver) {
      const watch = new ResizeObserver(() => { if (this.following) this.toEnd(); });
      watch.observe(this.log);
    }
  }

  get empty() {
    return this.lines.childElementCount === 0;
  }

  /* A line of the house; true if it was not here yet. */
  take(line, quiet) {
    if (line.from === "rider") return this.takeOwn(line, quiet);
    if (this.replies.has(line.id)) return false;
    this.replies.add(line.id);
    const node = el("div", "line " + (line.from === "staff" ? "staff" : "bot"));
    if (line.from === "staff") node.append(el("p", "who", icon("person"), t("staff")));
    else node.append(unseen(t("bot")));
    node.append(...renderReply(line, this.act));
    this.place(node, line, quiet);
    return true;
  }

  takeOwn(line, quiet) {
    const known = this.own.get(line.client_id);
    if (known) {
      known.setAttribute("data-id", line.id);
      return false;
    }
    if (line.kind === "button" && !line.text) return false; // the first hello's own press
    const node = this.ownNode(line.kind, line.text, line.file_id, null);
    this.own.set(line.client_id, node);
    this.place(node, line, quiet);
    return true;
  }

  /* What the rider sends just now. */
  addOwn(entry) {
    if (entry.hidden || this.own.has(entry.id)) return;
    const node = this.ownNode(entry.kind, entry.kind === "button" ? entry.label : entry.text, null, entry.blob);
    this.own.set(entry.id, node);
    this.place(node, { at: entry.at }, false);
    this.toEnd();
  }

  ownNode(kind, text, fileId, blob) {
    const node = el("div", "line rider", unseen(t("you")));
    if (kind === "location") node.append(el("div", "said", icon("pin"), t("place_shared")));
    else if (kind === "photo" && (fileId || blob)) node.append(this.shot(fileId, blob), text ? said(text) : "");
    else node.append(said(text || "…"));
    return node;
  }

  shot(fileId, blob) {
    const frame = el("div", "shot", el("span", "shot-wait", t("photo_loading")));
    const show = (data) => {
      const image = el("img");
      image.alt = t("photo_shared");
      const stick = this.atEnd();
      image.onload = () => { if (stick) this.toEnd(); };
      image.src = URL.createObjectURL(data);
      frame.textContent = "";
      frame.append(image);
    };
    if (blob) show(blob);
    else photoBlob(fileId).then(show).catch(() => {});
    return frame;
  }

  /* Behind the last line that came before it; a line of now stands at the end. */
  place(node, line, quiet) {
    if (quiet) node.classList.add("still");
    const at = line.at ? new Date(line.at) : new Date();
    node.setAttribute("data-at", String(at.getTime()));
    if (line.id) node.setAttribute("data-id", line.id);
    let next = null;
    if (line.id) {
      for (let other = this.lines.lastElementChild; other; other = other.previousElementSibling) {
        const id = Number(other.getAttribute("data-id"));
        if (id && id < line.id) break;
        if (id > line.id) next = other;
      }
    }
    const stick = this.atEnd();
    this.lines.insertBefore(node, next);
    const before = previousLine(node);
    const beforeAt = before ? Number(before.getAttribute("data-at")) : 0;
    if (worthSaying(beforeAt, at.getTime())) {
      this.lines.insertBefore(el("p", "when", moment(at)), node);
    } else if (before && before.className.split(" ")[1] === node.className.split(" ")[1]) {
      node.classList.add("follows");
    }
    this.dim();
    if (quiet) return;
    if (stick) this.show(node);
    else if (!node.classList.contains("rider")) this.newer.hidden = false;
  }

  /* Only the newest reply's buttons stand out; the older ones still work. */
  dim() {
    const replies = this.lines.querySelectorAll(".line.bot, .line.staff");
    const own = this.lines.querySelectorAll(".line.rider");
    const lastOwn = own.length ? own[own.length - 1] : null;
    replies.forEach((node, index) => {
      const answered = lastOwn && node.compareDocumentPosition(lastOwn) & Node.DOCUMENT_POSITION_FOLLOWING;
      const fresh = replies.length - index <= 3;
      node.classList.toggle("past", Boolean(answered) || !fresh);
    });
  }

  /* The mark under the rider's own line: on its way, late, failed. */
  mark(entry, retry, edit, remove) {
    const node = this.own.get(entry.id);
    if (!node) return;
    const old = node.querySelector(".mark");
    if (old) old.remove();
    if (entry.state === "delivered") return;
    const mark = el("div", "mark " + entry.state);
    if (entry.state === "late") {
      mark.append(icon("clock"), t(entry.slow ? "slow" : "late"), button("", retry, t("resend")));
    } else if (entry.state === "failed") {
      const why = entry.reason === "text_too_long" || entry.reason === "too_large" ? "failed_long" : entry.kind === "photo" ? "failed_photo" : "failed";
      mark.append(icon("alert"), t(why), button("", edit ? edit : remove, t(edit ? "edit" : "remove")));
    } else {
      mark.append(icon("clock"), t("sending"));
      mark.hidden = true; // shown only if it takes a while
      setTimeout(() => { mark.hidden = false; }, 1200);
    }
    node.append(mark);
    if (this.atEnd()) this.toEnd();
  }

  /* A word of the page's own at the end. */
  remark(text) {
    this.lines.append(el("p", "when", text));
    this.toEnd();
  }

  removeOwn(entry) {
    const node = this.own.get(entry.id);
    if (node) node.remove();
    this.own.delete(entry.id);
  }

  showTyping(on) {
    if (this.typing.hidden !== on) return;
    const stick = this.atEnd();
    this.typing.hidden = !on;
    if (on && stick) this.toEnd();
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
    this.following = true;
  }

  /* A reply longer than the window is shown from its start. */
  show(node) {
    if (node.offsetHeight > this.log.clientHeight * 0.9) {
      this.log.scrollTop = node.offsetTop - this.lines.offsetTop - 8;
    } else this.toEnd();
  }

  clear() {
    this.lines.textContent = "";
    this.replies.clear();
    this.own.clear();
  }
}

function previousLine(node) {
  let before = node.previousElementSibling;
  while (before && !before.classList.contains("line")) before = before.previousElementSibling;
  return before;
}
