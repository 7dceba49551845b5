/* How far an import has come: the part of the page that says it is fetched anew until it is over. */
const EVERY = 1000;

async function look() {
  const shown = document.getElementById("progress");
  if (shown.dataset.running !== "1") return;
  try {
    const page = await (await fetch(location.pathname)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("progress");
    // Without one it is the login page: the session is over, and loading it anew says so.
    if (fresh) shown.replaceWith(document.adoptNode(fresh));
    else location.reload();
  } catch {
    // The network is away for a moment: the next look tells.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
