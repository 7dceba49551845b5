/* The list, live: at each piece of news what changes of it is fetched anew. */
import { shortcuts } from "./shortcuts.js";

const BETWEEN = 200; // ms between two fetches
const CLOCKS = 60000; // ms after which clocks have moved on without any news

const list = document.getElementById("list");
const live = document.getElementById("live");
let busy = false;
let wanted = false;

async function refresh() {
  if (busy) {
    wanted = true;
    return;
  }
  busy = true;
  wanted = false;
  try {
    const answer = await fetch(list.dataset.rows, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) put(await answer.text());
  } catch (error) {
    wanted = true; // a moment without a network: once more
  }
  setTimeout(() => {
    busy = false;
    if (wanted) refresh();
  }, BETWEEN);
}

/* The fragment is the house's own page, made by its template. */
function put(html) {
  const focused = document.activeElement && list.contains(document.activeElement)
    ? document.activeElement.getAttribute("href") : null;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  list.textContent = "";
  list.append(...fresh.childNodes);
  if (focused) {
    const again = list.querySelector('a[href="' + focused + '"]');
    if (again) again.focus();
  }
}

const events = new EventSource(list.dataset.events);
events.addEventListener("open", () => { live.textContent = live.dataset.live; refresh(); });
events.addEventListener("error", () => { live.textContent = live.dataset.lost; });
events.addEventListener("changed", refresh);
setInterval(refresh, CLOCKS);

function move(by) {
  const links = [...list.querySelectorAll(".talk-row a, a[rel=next]")]; // behind the last: further ones
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))].focus();
}

shortcuts({ j: () => move(1), k: () => move(-1) });
