/* A map: the tiles of the house's own choice, or the points on empty ground; a scale on both. */
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const CHINA = [35, 105];
const NO_TILES_FARTHEST = 17;

/* Not Leaflet's own layer of tiles: that one puts a data: picture where it takes a tile away. */
function tiles(address) {
  const Tiles = window.L.GridLayer.extend({
    createTile(at, done) {
      const tile = document.createElement("img");
      tile.alt = "";
      tile.addEventListener("load", () => done(null, tile));
      tile.addEventListener("error", (error) => done(error, tile));
      tile.src = window.L.Util.template(address, at);
      return tile;
    },
  });
  return new Tiles({ maxZoom: 18 });
}

export function makeMap(node) {
  const L = window.L;
  node.hidden = false;
  const map = L.map(node, {
    attributionControl: false,
    zoomControl: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
    maxZoom: 18,
  });
  L.control.zoom({ zoomInTitle: node.dataset.zoomIn, zoomOutTitle: node.dataset.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (node.dataset.tiles) tiles(node.dataset.tiles).addTo(map);
  else node.classList.add("ground");
  map.setView(CHINA, 4);
  return map;
}

export async function ask(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

export function dot(at) {
  return window.L.circleMarker(at, { radius: 5, interactive: false, className: "dot" });
}

/* So many places that they are counted by squares of the map; said in words beside it. */
export function crowd(one) {
  const span = document.createElement("span");
  span.textContent = one.count;
  const size = 26 + 6 * Math.min(4, Math.floor(Math.log10(one.count)));
  const icon = window.L.divIcon({ className: "crowd", html: span, iconSize: [size, size] });
  return window.L.marker(one.at, { icon, interactive: false, keyboard: false });
}

export function drawCrowds(map, node, found) {
  found.crowds.forEach((one) => crowd(one).addTo(map));
  document.getElementById(node.id + "-told").textContent = found.told;
}

export function pin(at, text, label) {
  const span = document.createElement("span");
  span.textContent = text;
  const icon = window.L.divIcon({ className: "pin", html: span, iconSize: [30, 30] });
  const marker = window.L.marker(at, { icon, keyboard: true });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", label));
  return marker;
}

/* On empty ground the regions' names say where one is; tiles have names of their own. */
export function nameRegions(map, regions) {
  regions.forEach((region) => {
    const name = document.createElement("span");
    name.textContent = region.name;
    window.L.tooltip({ permanent: true, direction: "center", className: "region-name" })
      .setLatLng(region.at)
      .setContent(name)
      .addTo(map);
  });
}

export function fit(map, places) {
  if (places.length) map.fitBounds(window.L.latLngBounds(places).pad(0.1), { maxZoom: NO_TILES_FARTHEST, animate: false });
}
