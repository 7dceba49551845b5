/* The list's places on a map: a pin with the row's number for each row, a dot for each other one. */
import { ask, dot, drawCrowds, fit, makeMap, nameRegions, pin } from "./map.js";

function card(point) {
  const link = document.createElement("a");
  link.href = point.path;
  link.textContent = point.name;
  return link;
}

async function show(node) {
  const rows = new Map(
    Array.from(document.querySelectorAll("tr[data-code]"), (row) => [row.dataset.code, row.dataset.number]),
  );
  const map = makeMap(node);
  const found = await ask(node.dataset.points);
  const { points, regions } = found;
  drawCrowds(map, node, found);
  if (!node.dataset.tiles) nameRegions(map, regions);
  const listed = points.filter((point) => rows.has(point.code));
  points.filter((point) => !rows.has(point.code)).forEach((point) => dot(point.at).addTo(map));
  listed
    .sort((one, other) => rows.get(one.code) - rows.get(other.code))
    .forEach((point) => {
      const number = rows.get(point.code);
      pin(point.at, number, number + " " + point.name).bindPopup(card(point)).addTo(map);
    });
  map.on("popupopen", (event) => event.popup.getElement().querySelector("a[href^='/console']").focus());
  fit(map, (listed.length ? listed : regions).map((one) => one.at));
}

const node = document.getElementById("map");
if (node) show(node);
