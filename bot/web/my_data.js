/* A rider's own data as a file: a link brings it, the page's token fetches it. */
import { Refused, myData } from "./api.js";
import { t } from "./texts.js";

export function setUpMyData(view) {
  const save = async () => {
    if (location.hash !== "#my-data") return;
    // So that the same link can be followed again.
    window.history.replaceState(null, "", location.pathname + location.search);
    try {
      const url = URL.createObjectURL(await myData());
      const link = document.createElement("a");
      link.href = url;
      link.download = "gongyou-my-data.json";
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(url), 60000);
      view.remark(t("my_data_saved"));
    } catch (error) {
      view.remark(t(error instanceof Refused && error.status === 403 ? "my_data_over" : "my_data_failed"));
    }
  };
  window.addEventListener("hashchange", save);
  save();
}
