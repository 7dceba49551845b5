/* One place: its point follows what is typed and what is pressed on the map; hours come as a week. */
import { ask, dot, drawCrowds, fit, makeMap, nameRegions, pin } from "./map.js";

const byId = (id) => document.getElementById(id);
const PAUSE = 400;
const NEAR = 15;

function later(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, PAUSE);
  };
}

function pair(text) {
  return text ? text.split(",").map(Number) : null;
}

async function setUpMap(node) {
  const map = makeMap(node);
  const told = byId("point-told");
  let marker = null;
  const put = (at, follow) => {
    if (marker) marker.setLatLng(at);
    else marker = pin(at, "", node.getAttribute("aria-label")).addTo(map);
    if (follow) map.setView(at, Math.max(map.getZoom(), NEAR), { animate: false });
  };
  const at = pair(node.dataset.at);
  const around = pair(node.dataset.around);
  if (at) put(at, true);
  else if (around) map.setView(around, 12, { animate: false });
  if (node.dataset.points) {
    const found = await ask(node.dataset.points);
    const { points, regions } = found;
    drawCrowds(map, node, found);
    points.forEach((point) => dot(point.at).addTo(map));
    if (!node.dataset.tiles) nameRegions(map, regions);
    if (!at && points.length) fit(map, points.map((point) => point.at));
  }
  if (!node.dataset.write) return;
  const look = async (follow) => {
    const fields = ["lat", "lon", "coordinates"].map((name) => [name, byId(name).value.trim()]);
    if (!fields[0][1] || !fields[1][1]) return;
    const found = await ask(node.dataset.point + "?" + new URLSearchParams(fields));
    told.textContent = found.told || found.trouble;
    if (found.at) put(found.at, follow);
  };
  const choose = (place) => {
    byId("lat").value = place.lat.toFixed(6);
    byId("lon").value = place.lng.toFixed(6);
    byId("coordinates").value = node.dataset.system;
    look(false);
  };
  map.on("click", (event) => choose(event.latlng));
  const typed = later(() => look(true));
  ["lat", "lon", "coordinates"].forEach((name) => byId(name).addEventListener("input", typed));
  const here = byId("here");
  here.hidden = false;
  here.addEventListener("click", () => choose(map.getCenter()));
}

function setUpHours(input) {
  const told = byId("hours-told");
  const look = async () => {
    if (!input.value.trim()) return;
    const found = await ask(input.dataset.look + "?" + new URLSearchParams({ hours: input.value }));
    const list = document.createElement("ul");
    (found.week || [found.trouble]).forEach((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    });
    told.textContent = "";
    told.append(list);
  };
  input.addEventListener("input", later(look));
}

if (byId("map")) setUpMap(byId("map"));
if (byId("hours") && !byId("hours").readOnly) setUpHours(byId("hours"));
