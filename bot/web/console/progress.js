/* Long work: asks how far it is and says so; when it is over, the page is loaded anew, or, where
   something may have been typed, only the word on it goes. */
const EVERY = 1500;

for (const box of document.querySelectorAll("[data-progress]")) {
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");

  const look = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { done, of, over, said: words } = await answer.json();
      if (over && "stay" in box.dataset) {
        box.remove();
        return;
      }
      if (over) {
        location.replace(location.pathname + location.search);
        return;
      }
      if (words && said.textContent !== words) said.textContent = words;
      if (of > 0) {
        bar.max = of;
        bar.value = done;
      } else {
        bar.removeAttribute("value");
      }
    } catch {
      // A moment without a network: the next look tells.
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
