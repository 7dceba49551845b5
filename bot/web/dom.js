/* Elements without markup in strings: nothing that was written can become markup. */
const STATIC = document.body.getAttribute("data-static");
const SVG = "http://www.w3.org/2000/svg";

export function byId(id) {
  return document.getElementById(id);
}

export function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  children.forEach((child) => {
    if (child !== null && child !== undefined) node.append(child);
  });
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", STATIC + "/icons/icons.svg#" + name);
  svg.append(use);
  return svg;
}

export function unseen(text) {
  return el("span", "unseen", text);
}

export function button(className, onPress, ...children) {
  const node = el("button", className, ...children);
  node.type = "button";
  node.addEventListener("click", onPress);
  return node;
}
