/* Language, size, colours, and starting afresh. */
import { byId } from "./dom.js";
import { forgetConversation, keep, kept } from "./store.js";
import { TAGS, currentLanguage, t, useLanguage } from "./texts.js";

export function setUpSettings(onLanguage) {
  const root = document.documentElement;
  useLanguage(Object.keys(TAGS).find((name) => TAGS[name] === root.lang) || "zh");
  translate();

  const toggle = byId("settings-button");
  const panel = byId("settings");
  const show = (on) => {
    panel.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  };
  toggle.addEventListener("click", () => show(panel.hidden));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { show(false); toggle.focus(); }
  });

  choose("size", kept("size") || "normal", (value) => attribute(root, "data-size", value, "normal"));
  choose("theme", kept("theme") || "auto", (value) => attribute(root, "data-theme", value, "auto"));

  const speak = (next) => {
    useLanguage(next);
    root.lang = TAGS[next];
    translate();
    onLanguage();
  };
  choose("language", currentLanguage(), speak);
  byId("language").addEventListener("click", () => {
    const radio = document.querySelector('input[name="language"][value="' + other() + '"]');
    radio.checked = true;
    radio.dispatchEvent(new Event("change"));
  });
  byId("forget").addEventListener("click", () => {
    if (!window.confirm(t("forget_sure"))) return;
    forgetConversation();
    window.location.reload();
  });
}

function choose(name, value, apply) {
  document.querySelectorAll('input[name="' + name + '"]').forEach((input) => {
    input.checked = input.value === value;
    input.addEventListener("change", () => { keep(name, input.value); apply(input.value); });
  });
}

function attribute(root, name, value, usual) {
  if (value === usual) root.removeAttribute(name);
  else root.setAttribute(name, value);
}

function translate() {
  document.title = t("title");
  each("data-t", (node, key) => { node.textContent = t(key); });
  each("data-t-label", (node, key) => { node.setAttribute("aria-label", t(key)); });
  each("data-t-placeholder", (node, key) => { node.setAttribute("placeholder", t(key)); });
  const language = byId("language");
  language.textContent = other() === "en" ? "EN" : "中";
  language.lang = TAGS[other()];
  language.setAttribute("aria-label", t("switch_language"));
}

/* English for who reads Chinese, and the phone's Chinese for who reads English. */
function other() {
  if (currentLanguage() !== "en") return "en";
  return /^zh-(hant|tw|hk|mo)/i.test(navigator.language || "") ? "zh-hant" : "zh";
}

function each(attributeName, apply) {
  document.querySelectorAll("[" + attributeName + "]").forEach((node) => apply(node, node.getAttribute(attributeName)));
}
