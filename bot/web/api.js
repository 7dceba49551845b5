/* The interface of the house, as the page speaks it. */
import { token } from "./store.js";

export class Refused extends Error {
  /* An answer with an error in it. `retryAfter` in seconds, or 0. */
  constructor(status, code, retryAfter) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /* Whether sending the same again could ever help. */
  get lasting() {
    return this.status >= 400 && this.status < 500 && this.status !== 429 && this.status !== 408;
  }
}

/* A fetch that gives up when no headers came after `patience` ms. */
async function ask(path, options, patience) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), patience);
  const headers = Object.assign({ Authorization: "Bearer " + token() }, options.headers);
  try {
    const response = await fetch(path, {
      method: options.method || "GET",
      headers,
      body: options.body,
      signal: control.signal,
      cache: "no-store",
      credentials: "omit",
    });
    if (response.ok) return response;
    let code = "http_" + response.status;
    try {
      code = (await response.json()).error.code;
    } catch (error) {
      // Something between us and the house answered.
    }
    throw new Refused(response.status, code, Number(response.headers.get("Retry-After")) || 0);
  } finally {
    clearTimeout(timer);
  }
}

/* Resolves as soon as the message is safe; its `.json()` has the answer. */
export function postMessage(body) {
  return ask("/api/chat/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }, 20000);
}

export function postPhoto(entry) {
  const form = new FormData();
  form.append("id", entry.id);
  form.append("language", entry.language);
  form.append("file", entry.blob, "photo.jpg");
  return ask("/api/chat/files", { method: "POST", body: form }, 90000);
}

/* A sign only: whether it arrives matters to nobody. */
export function tellTyping() {
  return ask("/api/chat/typing", { method: "POST" }, 5000).catch(() => {});
}

export async function history(query) {
  const response = await ask("/api/chat/history" + query, {}, 15000);
  return response.json();
}

/* What was said on another phone; refused unless it was proved here whose it is. */
export async function elsewhere(query) {
  const response = await ask("/api/chat/elsewhere" + query, {}, 15000);
  return response.json();
}

/* The rider's own data; refused unless it was proved here whose it is. */
export async function myData() {
  const response = await ask("/api/chat/my-data", {}, 60000);
  return response.blob();
}

export async function photoBlob(number) {
  const response = await ask("/api/chat/files/" + number, {}, 30000);
  return response.blob();
}

export function openEvents(after, signal) {
  return fetch("/api/chat/events", {
    headers: { Authorization: "Bearer " + token(), "Last-Event-ID": String(after) },
    signal,
    cache: "no-store",
    credentials: "omit",
  });
}
