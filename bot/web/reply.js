/* One reply: its text, cards, buttons, and what it asks the phone for. */
import { attached } from "./attached.js";
import { button, el, icon, unseen } from "./dom.js";
import { t } from "./texts.js";

const SAFE = /^(https?:\/\/|tel:[0-9+*#,;-]+$|geo:|sms:[0-9+]+$|\/(?!\/))/i;
const URL_IN_TEXT = /https?:\/\/[^\s，。；！？、（）《》“”"<>]+/g;
/* What ends a sentence or closes a bracket around an address, and is no part of it. */
const AFTER_URL = /[.,;:!?'\])]+$/;
/* Where the log hides a code that is no longer shown. */
const VEIL = /•{6}/g;

/* Icons for what a button is about, by the route in its id. */
const ABOUT = [
  ["join", "badge"], ["member", "badge"], ["station", "pin"], ["childcare", "heart"], ["office", "pin"],
  ["claim", "claim"], ["course", "course"], ["activit", "calendar"], ["dispute", "scale"],
  ["human", "person"], ["counsel", "heart"], ["hardship", "heart"], ["screening", "claim"],
  ["job", "badge"], ["report", "camera"], ["status", "clock"], ["faq", "question"], ["article", "question"],
];

/* act = { press(button), sendPlace(), typePlace(), typePhone(), takePhoto() } */
export function renderReply(reply, act) {
  const parts = [];
  if (reply.picture && SAFE.test(reply.picture.address)) parts.push(picture(reply.picture));
  if (reply.file) parts.push(attached(reply.file));
  if (reply.text) parts.push(said(reply.text));
  if (reply.cards && reply.cards.length) parts.push(cards(reply.cards));
  const asked = askButtons(reply.ask, act);
  const offered = reply.buttons || [];
  if (isMenu(offered) && !asked.length) parts.push(tiles(offered, act));
  else if (offered.length || asked.length) {
    parts.push(el("div", "pills", ...asked, ...offered.map((one) => pill(one, act))));
  }
  return parts;
}

/* The menu of services is large; the many small answers under a reply are not. */
function isMenu(offered) {
  return offered.length >= 5 && offered.every((one) => !one.url && /^r:[a-z_]+$/.test(one.id));
}

function picture(one) {
  const image = el("img", "picture");
  image.src = one.address;
  image.alt = one.alt;
  image.loading = "lazy";
  return image;
}

export function said(text) {
  const node = el("div", "said");
  let from = 0;
  const marks = [];
  text.replace(URL_IN_TEXT, (match, at) => { marks.push([at, bare(match), link]); return match; });
  text.replace(VEIL, (match, ...rest) => { marks.push([rest[rest.length - 2], match, veil]); return match; });
  marks.sort((a, b) => a[0] - b[0]).forEach(([at, match, make]) => {
    if (at < from) return;
    node.append(text.slice(from, at), make(match));
    from = at + match.length;
  });
  node.append(text.slice(from));
  return node;
}

/* An address without what stands behind it; a bracket that it opens itself stays. */
function bare(url) {
  const end = url.match(AFTER_URL);
  if (!end) return url;
  const cut = url.slice(0, -end[0].length);
  return end[0][0] === ")" && cut.split("(").length > cut.split(")").length ? cut + ")" : cut;
}

function link(url) {
  const node = el("a", "", url);
  open(node, url);
  return node;
}

function veil() {
  return el("span", "veil", t("hidden_code"));
}

function open(node, url) {
  node.href = url;
  if (/^https?:/i.test(url)) {
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
}

function iconOfUrl(url) {
  if (/^tel:/i.test(url)) return "phone";
  if (/^geo:/i.test(url)) return "pin";
  if (/\.ics(\?|$)/i.test(url)) return "calendar";
  if (/amap\.com|map/i.test(url)) return "route";
  return "link";
}

function pill(one, act) {
  if (one.url && SAFE.test(one.url)) {
    const node = el("a", "pill", icon(iconOfUrl(one.url)), el("span", "", one.label));
    if (/^tel:1(10|20|19)$/.test(one.url)) node.classList.add("urgent");
    open(node, one.url);
    return node;
  }
  const node = button("pill", () => act.press(one, node), one.label);
  node.setAttribute("data-button", one.id);
  return node;
}

function tiles(offered, act) {
  return el("div", "tiles", ...offered.map((one) => {
    const about = ABOUT.find(([word]) => one.id.indexOf(word) >= 0);
    const node = button("tile", () => act.press(one, node), about ? icon(about[1]) : icon("question"), el("span", "", one.label));
    node.setAttribute("data-button", one.id);
    return node;
  }));
}

function askButtons(ask, act) {
  if (ask === "location") {
    return [
      button("pill strong ask", act.sendPlace, icon("pin"), el("span", "", t("send_place"))),
      button("pill ask", act.typePlace, t("type_place")),
    ];
  }
  if (ask === "contact") return [button("pill strong ask", act.typePhone, icon("phone"), el("span", "", t("send_phone")))];
  if (ask === "photo") return [button("pill strong ask", act.takePhoto, icon("camera"), el("span", "", t("send_photo")))];
  return [];
}

function cards(list) {
  return el("div", "cards", ...list.map((card, index) => {
    const number = list.length > 1 ? el("span", "card-number", String(index + 1)) : null;
    const head = el("div", "card-head", number, el("h2", "", card.title));
    const lines = (card.lines || []).filter(Boolean);
    const body = lines.length ? el("ul", "card-lines", ...lines.map((line) => el("li", "", line))) : null;
    const safe = (card.links || []).filter((one) => SAFE.test(one.url));
    const links = safe.length ? el("div", "card-links", ...safe.map((one) => {
      const node = el("a", "", icon(iconOfUrl(one.url)), el("span", "", one.label), unseen(" " + card.title));
      open(node, one.url);
      return node;
    })) : null;
    return el("div", "card", head, body, links);
  }));
}
