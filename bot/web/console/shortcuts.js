/* Single keys: shown in a list, and off where they are in the way (WCAG 2.1.4). */
const KEPT = "gongyou-shortcuts-off";

function on() {
  return localStorage.getItem(KEPT) === null;
}

function writes(node) {
  return node.closest("input, textarea, select, [contenteditable]") !== null;
}

/* keys = { letter: function } beside the buttons and links that have a data-key of their own. */
export function shortcuts(keys) {
  const box = document.querySelector("[data-shortcuts]");
  if (box) {
    box.hidden = false;
    const tick = box.querySelector("[data-shortcuts-on]");
    tick.checked = on();
    tick.addEventListener("change", () => {
      if (tick.checked) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, "1");
    });
  }
  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writes(event.target)) return;
    const act = keys[event.key];
    const node = /^[a-z]$/.test(event.key) ? document.querySelector('[data-key="' + event.key + '"]') : null;
    if (!act && !node) return;
    event.preventDefault();
    if (act) act();
    else node.click();
  });
}
