/* Times as a person says them. */
import { currentLanguage, t } from "./texts.js";

const QUIET = 10 * 60 * 1000;

export function worthSaying(before, at) {
  return !before || at - before > QUIET;
}

export function moment(at) {
  const locale = { en: "en-GB", "zh-hant": "zh-HK" }[currentLanguage()] || "zh-CN";
  const clock = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((midnight(new Date()) - midnight(at)) / 86400000);
  if (days === 0) return t("today") + " " + clock;
  if (days === 1) return t("yesterday") + " " + clock;
  const date = at.toLocaleDateString(locale, { month: "long", day: "numeric", weekday: days < 7 ? "short" : undefined });
  return date + " " + clock;
}

function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
