/* What was said on another phone, once it was proved here whose it is: a link brings it. */
import { Refused, elsewhere } from "./api.js";
import { t } from "./texts.js";

export function setUpElsewhere(view) {
  let first = 0;
  let more = true;
  const look = async () => {
    if (location.hash !== "#elsewhere") return;
    // So that the same link can be followed again.
    window.history.replaceState(null, "", location.pathname + location.search);
    try {
      if (more) {
        const page = await elsewhere(first ? "?before=" + first : "");
        page.messages.forEach((line) => view.take(line, true));
        more = page.more;
        if (page.messages.length) first = page.messages[0].id;
      }
      const node = view.lines.querySelector('[data-id="' + first + '"]');
      if (node) node.scrollIntoView();
    } catch (error) {
      view.remark(t(error instanceof Refused && error.status === 403 ? "elsewhere_over" : "elsewhere_failed"));
    }
  };
  window.addEventListener("hashchange", look);
  look();
}
