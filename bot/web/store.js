/* What this phone remembers: the key to the conversation, choices, and what is not delivered yet.
   Where the browser keeps nothing (private windows), it lives as long as the page. */
const PREFIX = "gongyou.";
const memory = new Map();

export function keep(name, value) {
  memory.set(name, value);
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch (error) {
    // Full or forbidden: the memory has it.
  }
}

export function kept(name) {
  try {
    const value = window.localStorage.getItem(PREFIX + name);
    if (value !== null) return value;
  } catch (error) {
    // As above.
  }
  return memory.has(name) ? memory.get(name) : null;
}

export function drop(name) {
  memory.delete(name);
  try {
    window.localStorage.removeItem(PREFIX + name);
  } catch (error) {
    // As above.
  }
}

/* `bits` of chance as base64url. The browser's own UUIDs are missing in older browsers and over http. */
export function chance(bits) {
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  window.crypto.getRandomValues(bytes);
  let text = "";
  bytes.forEach((byte) => { text += String.fromCharCode(byte); });
  return window.btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/* The bearer token, made here before the first message: 192 bits. */
export function token() {
  let value = kept("token");
  if (!value) {
    value = chance(192);
    keep("token", value);
  }
  return value;
}

export function forgetConversation() {
  drop("token");
  drop("outbox");
}

export function keptOutbox() {
  try {
    const entries = JSON.parse(kept("outbox") || "[]");
    return Array.isArray(entries) ? entries.filter((entry) => entry && entry.id) : [];
  } catch (error) {
    return [];
  }
}

export function keepOutbox(entries) {
  // A photo is too big for this drawer; it waits only as long as the page is open.
  const small = entries.filter((entry) => entry.kind !== "photo");
  if (small.length) keep("outbox", JSON.stringify(small));
  else drop("outbox");
}
