/* A button that takes a while says so, and isn't pressed twice. With `data-busy-source` it is asked
   meanwhile how far that is. */
const EVERY = 800;

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || !button.dataset.busy) return;
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
  if (button.dataset.busySource) follow(button);
});

function follow(button) {
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("role", "status");
  button.parentElement.append(said);
  const look = async () => {
    try {
      const answer = await fetch(button.dataset.busySource, { credentials: "same-origin" });
      const { said: words } = await answer.json();
      if (words && said.textContent !== words) said.textContent = words;
    } catch {
      // The page is about to be left, or there is no network for a moment.
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
