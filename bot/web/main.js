/* Puts the page together. */
import { Refused, history, tellTyping } from "./api.js";
import { setUpElsewhere } from "./elsewhere.js";
import { Composer } from "./composer.js";
import { button, byId, el, unseen } from "./dom.js";
import { Events } from "./events.js";
import { LogView } from "./log.js";
import { setUpMyData } from "./my_data.js";
import { Outbox } from "./outbox.js";
import { whereAmI } from "./place.js";
import { shrink } from "./photo.js";
import { setUpSettings } from "./settings.js";
import { chance, forgetConversation } from "./store.js";
import { currentLanguage, t } from "./texts.js";
import { Waiting } from "./waiting.js";

const banner = byId("banner");
let offlineOutbox = false;
let offlineEvents = false;

const view = new LogView({ press, sendPlace, typePlace, typePhone, takePhoto });
const waiting = new Waiting(view);
const composer = new Composer((text) => send({ kind: "text", text }), () => {
  if (byId("presence").classList.contains("with-person")) tellTyping();
});
const outbox = new Outbox({
  state: (entry) => {
    view.mark(entry, () => outbox.now(), entry.kind === "text" ? () => edit(entry) : null, () => remove(entry));
    if (entry.state === "delivered") waiting.begin(entry.id);
  },
  answer: (entry, outcome) => {
    outcome.replies.forEach((reply) => reveal(reply));
    presence(outcome.state === "held");
    if (outcome.state === "pending") waiting.lasts(entry.id);
    else waiting.end(entry.id);
    events.start(0);
  },
  trouble: (on) => { offlineOutbox = on; showBanner(); },
});
const events = new Events({
  line: (line) => {
    const awaited = waiting.open.size > 0;
    if (reveal(line)) {
      waiting.answered();
      // What comes by itself may say that somebody has come or gone; an answer says so anyway.
      if (line.from === "bot" && !awaited) askWho(line.id);
    }
    if (line.client_id) outbox.arrived(line.client_id);
  },
  held: presence,
  typing: () => waiting.staffTypes(),
  trouble: (on) => { offlineEvents = on; showBanner(); },
});

setUpSettings(() => {
  examples();
  composer.words();
  presence(byId("presence").classList.contains("with-person"));
  showBanner();
  // Nothing said yet but the hello: say it again in the language just chosen.
  if (!view.lines.querySelector(".line.rider") && !view.empty) sayHello();
});
examples();
tools();
setUpElsewhere(view);
setUpMyData(view);
open(0);

async function open(tries) {
  const state = byId("state");
  byId("state-retry").hidden = true;
  try {
    const page = await history("");
    page.messages.forEach((line) => { view.take(line, true); if (line.client_id) outbox.arrived(line.client_id); });
    outbox.entries.forEach((entry) => { view.addOwn(entry); });
    state.hidden = true;
    presence(page.held);
    earlier(page);
    view.toEnd();
    // From here on a screen reader hears what comes, not what was.
    byId("log").setAttribute("aria-live", "polite");
    const lastId = page.messages.reduce((last, line) => Math.max(last, line.id), 0);
    if (page.messages.length) events.start(lastId);
    else if (!outbox.entries.length) sayHello();
    outbox.go();
  } catch (error) {
    if (error instanceof Refused && error.status === 401 && !tries) {
      // The kept key is none (somebody touched the storage): a new one is better than no chat.
      forgetConversation();
      open(tries + 1);
      return;
    }
    byId("state-text").textContent = t(error instanceof Refused && error.status === 429 ? "open_refused" : "open_failed");
    state.classList.add("failed");
    byId("state-retry").hidden = false;
    const again = setTimeout(() => open(tries + 1), Math.min(30000, 2000 * 2 ** tries));
    byId("state-retry").onclick = () => { clearTimeout(again); state.classList.remove("failed"); byId("state-text").textContent = t("opening"); open(0); };
  }
}

function earlier(page) {
  const more = byId("earlier");
  more.hidden = !page.more;
  let first = page.messages.length ? page.messages[0].id : 0;
  more.onclick = async () => {
    const before = view.log.scrollHeight;
    try {
      const older = await history("?before=" + first);
      older.messages.forEach((line) => view.take(line, true));
      if (older.messages.length) first = older.messages[0].id;
      more.hidden = !older.more;
      view.log.scrollTop += view.log.scrollHeight - before;
    } catch (error) {
      offlineEvents = true;
      showBanner();
    }
  };
}

/* True if it was new to the eye. */
function reveal(line) {
  const fresh = view.take(line, false);
  if (fresh && line.from !== "rider") {
    if (line.ask === "contact") composer.expect("phone");
    else if (line.ask === "location") composer.expect("place");
    else composer.expect(null);
    if (line.from === "staff") {
      presence(true);
      waiting.staffStops();
    }
  }
  return fresh;
}

function send(entry) {
  entry.id = chance(128);
  entry.at = new Date().toISOString();
  entry.language = currentLanguage();
  view.addOwn(entry);
  outbox.add(entry);
}

function sayHello() {
  send({ kind: "button", button: "r:start", hidden: true });
}

function press(one, node) {
  if (!node.hasAttribute("data-chosen")) {
    node.setAttribute("data-chosen", "");
    node.append(unseen(" " + t("chosen")));
  }
  send({ kind: "button", button: one.id, label: one.label });
}

function edit(entry) {
  remove(entry);
  composer.put(entry.text);
}

function remove(entry) {
  outbox.remove(entry);
  view.removeOwn(entry);
}

async function sendPlace() {
  composer.say("locating");
  try {
    const { lat, lon } = await whereAmI();
    composer.say(null);
    send({ kind: "location", lat, lon });
  } catch (error) {
    composer.say(error.message === "denied" ? "place_denied" : "place_failed", true);
    typePlace();
  }
}

function typePlace() {
  composer.expect("place");
  composer.focus();
}

function typePhone() {
  composer.expect("phone");
  composer.focus();
}

function takePhoto() {
  byId("photo").click();
}

function tools() {
  byId("tool-menu").addEventListener("click", sayHello);
  byId("tool-place").addEventListener("click", sendPlace);
  byId("tool-photo").addEventListener("click", takePhoto);
  byId("tool-person").addEventListener("click", () => send({ kind: "button", button: "r:talk_to_human", label: t("ask_person") }));
  byId("photo").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    event.target.value = "";
    if (!file) return;
    composer.say("photo_working");
    try {
      const blob = await shrink(file);
      composer.say(null);
      send({ kind: "photo", blob });
    } catch (error) {
      composer.say("photo_unreadable", true);
    }
  });
}

function examples() {
  const list = byId("examples");
  list.textContent = "";
  t("examples").forEach((text) => list.append(el("li", "", button("", () => send({ kind: "text", text }), text))));
}

function askWho(after) {
  history("?after=" + after).then((page) => presence(page.held)).catch(() => {});
}

function presence(person) {
  const node = byId("presence");
  node.classList.toggle("with-person", person);
  node.setAttribute("data-t", person ? "presence_staff" : "presence_bot");
  node.textContent = t(person ? "presence_staff" : "presence_bot");
}

function showBanner() {
  const offline = navigator.onLine === false;
  banner.hidden = !(offline || offlineOutbox || offlineEvents) || !byId("state").hidden;
  if (!banner.hidden) banner.textContent = t(offline ? "offline" : "unreachable");
}

window.addEventListener("online", () => { outbox.now(); events.again(); showBanner(); });
window.addEventListener("offline", showBanner);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) { outbox.now(); events.again(); }
});

/* Under an open keyboard some browsers keep the old height; then we say the right one. */
if (window.visualViewport) {
  const fit = () => {
    const covered = window.innerHeight - window.visualViewport.height > 80;
    const root = document.documentElement;
    if (covered) root.style.setProperty("--height", window.visualViewport.height + "px");
    else root.style.removeProperty("--height");
    window.scrollTo(0, 0);
  };
  window.visualViewport.addEventListener("resize", fit);
}

if ("serviceWorker" in navigator && window.isSecureContext) {
  window.addEventListener("load", () => { navigator.serviceWorker.register("/sw.js").catch(() => {}); });
}
