/* A conversation, live: lines as they come, answers without a reload, drafts that stay. */
import { Answers } from "./answers.js";
import { keepDraft } from "./drafts.js";
import { shortcuts } from "./shortcuts.js";

const SIGN_EVERY = 3000;
const SIGN_HOLDS = 5000;

const talk = document.getElementById("talk");
const lines = document.getElementById("lines");
const typing = document.getElementById("typing");
const form = document.getElementById("say");

/* The fragment is the house's own page, made by its template. */
function node(html) {
  return new DOMParser().parseFromString(html, "text/html").body.querySelector("li");
}

function take({ id, once, html }) {
  if (lines.querySelector('[data-line="' + id + '"]')) return;
  const pending = once ? lines.querySelector('.pending[data-once="' + once + '"]') : null;
  if (pending) pending.remove();
  const fresh = node(html);
  lines.append(fresh);
  if (fresh.classList.contains("rider")) typing.textContent = "";
  toEnd();
}

function toEnd() {
  const box = document.getElementById("said");
  box.scrollTop = box.scrollHeight;
}

function listen() {
  const events = new EventSource(talk.dataset.events);
  events.addEventListener("line", (event) => {
    const told = JSON.parse(event.data);
    take(told);
    talk.dataset.last = told.id;
  });
  events.addEventListener("delivery", (event) => {
    for (const [id, [state, words]] of Object.entries(JSON.parse(event.data))) {
      const mark = lines.querySelector('[data-line="' + id + '"] [data-delivery]');
      if (!mark) continue;
      mark.className = "delivery " + state;
      mark.textContent = words;
    }
  });
  // What is being typed or was found there stays; the next look at the page has the rest.
  events.addEventListener("links", (event) => {
    const panel = document.getElementById("same");
    if (panel.contains(document.activeElement)) return;
    const fresh = new DOMParser().parseFromString(JSON.parse(event.data).html, "text/html");
    panel.replaceWith(fresh.getElementById("same"));
  });
  let stops;
  events.addEventListener("typing", () => {
    typing.textContent = typing.dataset.words;
    clearTimeout(stops);
    stops = setTimeout(() => { typing.textContent = ""; }, SIGN_HOLDS);
  });
  // Somebody else has it now, or it is over: what can be done is another page. The draft stays.
  // Who is just taking or leaving it gets the house's own answer.
  let leaving = false;
  document.addEventListener("submit", (event) => { leaving = leaving || !event.defaultPrevented; });
  events.addEventListener("state", () => { if (!leaving) location.assign(talk.dataset.at); });
}

/* What is on its way stands in the conversation until the house says it. */
function pending(id, text, file) {
  const item = document.createElement("li");
  item.className = "speech staff pending";
  item.dataset.once = id;
  const state = document.createElement("p");
  state.className = "hint";
  state.dataset.state = "";
  const words = document.createElement("p");
  words.className = "bubble";
  words.textContent = [text, file].filter(Boolean).join("\n") || "…";
  item.append(state, words);
  lines.append(item);
  toEnd();
}

function answering() {
  const field = document.getElementById("text");
  const said = document.getElementById("say-state");
  const draft = keepDraft(talk.dataset.number, field);
  let signed = 0;
  const answers = new Answers(form.action, {
    state(id, state, why) {
      const item = lines.querySelector('.pending[data-once="' + id + '"]');
      if (state === "refused") {
        said.textContent = form.dataset.refused + (why ? ": " + why : "");
        if (item && !field.value) {
          field.value = item.dataset.text;
          draft.keep();
        }
        if (item) item.remove();
      } else if (item && state === "sent" && "form" in item.dataset) {
        item.remove(); // the bot speaks, not staff: its question comes as a line of its own
      } else if (item && state !== "sent") {
        item.querySelector("[data-state]").textContent = state === "late" ? form.dataset.late : form.dataset.sending;
      }
    },
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    const file = form.elements.file.files[0];
    if (!field.value.trim() && !file && !form.elements.wish.value) {
      field.focus();
      return;
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const id = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    pending(id, field.value.trim() || form.elements.wish.selectedOptions[0].textContent, file ? file.name : "");
    lines.lastElementChild.dataset.text = field.value;
    if (!field.value.trim() && !file && form.elements.wish.value.startsWith("form:")) lines.lastElementChild.dataset.form = "";
    said.textContent = "";
    answers.add(id, sent);
    field.value = "";
    form.elements.file.value = "";
    form.elements.wish.value = "";
    draft.forget();
    signed = 0; // the next word is a new sign
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", () => {
    if (!field.value.trim() || Date.now() - signed < SIGN_EVERY) return;
    signed = Date.now();
    const sign = new URLSearchParams({ _token: form.elements._token.value });
    fetch(form.dataset.typing, { method: "POST", body: sign, credentials: "same-origin" }).catch(() => {});
  });
  document.addEventListener("submit", (event) => {
    const chosen = event.target;
    if (!("insert" in chosen.dataset)) return;
    event.preventDefault();
    const select = chosen.querySelector("select");
    const text = select ? select.selectedOptions[0].dataset.text : chosen.dataset.text;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    draft.keep();
    field.focus();
  });
}

if (form) answering();
if (!("past" in talk.dataset)) {
  listen();
  toEnd();
}
shortcuts({
  a: () => {
    const field = document.getElementById("text");
    if (field) field.focus();
  },
});
