/* What a person of the union has sent: a picture is shown, anything else can be saved. */
import { photoBlob } from "./api.js";
import { button, el, icon } from "./dom.js";
import { t } from "./texts.js";

export function attached(file) {
  return file.mime.indexOf("image/") === 0 ? picture(file) : document_(file);
}

function picture(file) {
  const frame = el("div", "shot", el("span", "shot-wait", t("photo_loading")));
  photoBlob(file.file_id).then((data) => {
    const image = el("img");
    image.alt = t("photo_from_staff");
    image.src = URL.createObjectURL(data);
    frame.textContent = "";
    frame.append(image);
  }).catch(() => {});
  return frame;
}

function document_(file) {
  const save = async () => {
    try {
      const link = el("a");
      link.href = URL.createObjectURL(await photoBlob(file.file_id));
      link.download = file.name;
      link.click();
    } catch (error) {
      node.append(" " + t("file_failed"));
    }
  };
  const node = button("pill", save, icon("down"), el("span", "", file.name));
  return node;
}
