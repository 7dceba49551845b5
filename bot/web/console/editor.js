/* The editor without a reload: saves while one writes, asks beside the fields, adds services. */
const WAIT = 1200;

const editor = document.getElementById("editor");
const ask = document.getElementById("ask");
let timer = 0;
let saving = Promise.resolve();
let written = false;
/* After somebody else has saved: the writer decides, with the button. */
let stopped = "asked" in editor.dataset;

editor.addEventListener("input", () => {
  written = true;
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
});
editor.addEventListener("submit", () => clearTimeout(timer));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});

ask.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = ask.querySelector("button");
  if (button.getAttribute("aria-disabled") === "true") return;
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
  await save();
  try {
    const answer = await fetch(`${ask.action}?${new URLSearchParams(new FormData(ask))}`);
    swap("answers", await answer.text());
  } catch {
    ask.submit();
  }
  button.removeAttribute("aria-disabled");
  button.textContent = label;
});

/* What was written is kept before the page is left with a picture. */
const picture = document.getElementById("picture");
picture.addEventListener("submit", async (event) => {
  if (!written || stopped) return;
  event.preventDefault();
  await save();
  if (!written) picture.requestSubmit(event.submitter);
});

const services = document.getElementById("services");
const buttons = document.getElementById("buttons");
for (const item of services.querySelectorAll("li")) {
  const add = document.createElement("button");
  add.type = "button";
  add.textContent = item.textContent;
  add.addEventListener("click", () => {
    const lines = buttons.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(add.textContent)) lines.push(add.textContent);
    buttons.value = lines.join("\n");
    buttons.dispatchEvent(new Event("input", { bubbles: true }));
  });
  item.textContent = "";
  item.className = "pressed";
  item.append(add);
}

/* One save after the other: each needs the revision that the one before has made. */
function save() {
  clearTimeout(timer);
  saving = saving.then(keep);
  return saving;
}

async function keep() {
  if (!written || stopped) return;
  written = false;
  tell(editor.dataset.saving);
  try {
    const answer = await fetch(editor.dataset.autosave, { method: "POST", body: new FormData(editor) });
    if (answer.redirected || ![200, 409, 422].includes(answer.status)) throw new Error(answer.status);
    const page = parsed(await answer.text());
    const beside = page.getElementById("beside");
    if (answer.ok) {
      document.getElementById("beside").replaceWith(beside);
      editor.elements.revision.value = beside.dataset.revision;
    } else {
      tell(page.getElementById("saved").textContent);
      stopped = answer.status === 409;
    }
  } catch {
    written = true;
    tell(editor.dataset.failed);
  }
}

function tell(text) {
  document.getElementById("saved").textContent = text;
}

function swap(id, text) {
  const found = parsed(text).getElementById(id);
  if (found) document.getElementById(id).replaceWith(found);
}

/* Scripts of a page that is parsed so don't run. */
function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}
