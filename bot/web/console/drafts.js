/* A draft stays in this browser until it is sent: in plain text, which the page says. */
const KEPT = "gongyou-draft:";

export function keepDraft(number, field) {
  const key = KEPT + number;
  const kept = localStorage.getItem(key);
  if (kept && !field.value) field.value = kept;
  const keep = () => {
    if (field.value) localStorage.setItem(key, field.value);
    else localStorage.removeItem(key);
  };
  field.addEventListener("input", keep);
  return { keep, forget: () => localStorage.removeItem(key) };
}
