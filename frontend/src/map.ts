/* The map: streets from our own lines, cases as one-character pins, officers as round chips. No tile server. */
import * as maplibre from "maplibre-gl";
import { addArea, isDrawing } from "./map-area";
import { Cases } from "./map-cases";
import { drawn } from "./map-marks";
import { addPlaces, addSpot, colourSquads, followRows, type Layer } from "./map-places";
import { joined, layers, night } from "./map-style";
import { say } from "./words";

declare const MAP_WORKER: string;
declare const MAP_CSS: string;

type Features = GeoJSON.FeatureCollection;
const NOTHING: Features = { type: "FeatureCollection", features: [] };
const here = (name: string): string => new URL(name, import.meta.url).href;
let dressed: Promise<void> | null = null;

/** The map's style sheet, once. */
function dress(): Promise<void> {
  dressed ??= new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = here(MAP_CSS);
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
  return dressed;
}

export function canDraw(): boolean {
  try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch { return false; }
}

function sayNone(box: HTMLElement): void {
  const words = document.createElement("p");
  words.className = "xh-map__none";
  words.textContent = box.dataset.without ?? say("这台电脑的浏览器不能显示地图（缺少 WebGL2）。案件都在左边的列表里，可以照常办理。");
  box.append(words);
}

export interface Ground { map: maplibre.Map; load(name: string, address?: string): Promise<Features> }

/** An empty map with streets and boundary in a box. */
export async function ground(box: HTMLElement): Promise<Ground | null> {
  if (!canDraw()) { sayNone(box); return null; }
  await dress();
  maplibre.setWorkerUrl(here(MAP_WORKER));
  const canvas = document.createElement("div");
  canvas.className = "xh-map__canvas";
  box.prepend(canvas);
  const centre = (box.dataset.centre ?? "").split(",").map(Number);
  const map = new maplibre.Map({
    container: canvas, attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    center: centre.length === 2 && centre.every(Number.isFinite) ? (centre as [number, number]) : [118.47, 36.69],
    zoom: Number(box.dataset.zoom ?? 14), minZoom: 3, maxZoom: 19,
    localIdeographFontFamily: false,
    locale: { "NavigationControl.ZoomIn": say("放大"), "NavigationControl.ZoomOut": say("缩小"), "Map.Title": box.dataset.title ?? say("地图") },
    style: { version: 8, sources: {}, layers: [{ id: "land", type: "background", paint: { "background-color": night(box) ? "#0b1a30" : "#f4f0e8" } }] },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  credit(box);
  map.setMissingStyleImageResolver((id) => {
    const mark = drawn(id);
    if (mark && !map.hasImage(id)) map.addImage(id, mark.image, { pixelRatio: mark.ratio });
  });
  if (!map.isStyleLoaded()) await new Promise<void>((done) => { map.once("load", () => done()); });
  const load = async (name: string, address?: string): Promise<Features> => {
    if (!address) return NOTHING;
    const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.status === 204 ? NOTHING : answer.json();
  };
  new ResizeObserver(() => map.resize()).observe(box);
  return { map, load };
}

function credit(box: HTMLElement): void {
  if (!box.dataset.attribution) return;
  const words = document.createElement("div");
  words.className = "xh-map__credit";
  words.textContent = box.dataset.attribution;
  box.append(words);
}

/** Streets under everything else. */
export async function addStreets({ map, load }: Ground, box: HTMLElement): Promise<void> {
  const streets = await load("segments", box.dataset.segments);
  const edge = await load("boundary", box.dataset.boundary);
  map.addSource("streets", { type: "geojson", data: streets, tolerance: 0.2 });
  map.addSource("names", { type: "geojson", data: joined(streets) });
  map.addSource("boundary", { type: "geojson", data: edge });
  for (const layer of layers(night(box))) map.addLayer(layer);
  if (!box.dataset.centre) frame(map, edge.features.length ? edge : streets);
}

function frame(map: maplibre.Map, features: Features): void {
  const bounds = new maplibre.LngLatBounds();
  const eat = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") bounds.extend(part as [number, number]); else part.forEach(eat);
  };
  features.features.forEach((feature) => eat((feature.geometry as GeoJSON.LineString | null)?.coordinates));
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 30, animate: false });
}

function addOfficers(map: maplibre.Map): void {
  map.addSource("officers", { type: "geojson", data: NOTHING });
  map.addLayer({
    id: "officers", type: "symbol", source: "officers",
    layout: {
      "icon-allow-overlap": true, "icon-anchor": "left", "icon-offset": [4, 24], // below the pin at which they were last seen
      "icon-image": ["concat", "o|", ["get", "state"], "|", ["get", "name"], "|", ["coalesce", ["get", "seen"], ""]],
    },
  });
}

/** Segments by who answers: solid green when somebody does, dashed when somebody is missing. A click opens the segment. */
async function addDuties({ map, load }: Ground, box: HTMLElement): Promise<void> {
  if (!box.dataset.duties) return;
  map.addSource("duties", { type: "geojson", data: await load("duties", box.dataset.duties), tolerance: 0.2 });
  const looks: Array<[string, string, number[] | undefined]> = [["ok", "#1f7a4d", undefined], ["officer", "#9a5b00", [3, 1.2]], ["squad", "#b42318", [1.2, 1]]];
  for (const [state, colour, dashes] of looks) {
    map.addLayer({
      id: `duties-${state}`, type: "line", source: "duties", filter: ["==", ["get", "state"], state], layout: { "line-cap": dashes ? "butt" : "round" },
      paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 11, 2, 16, 6], ...(dashes ? { "line-dasharray": dashes } : {}) },
    });
    map.on("click", `duties-${state}`, ({ features }) => { if (features?.[0]?.properties?.url && !isDrawing(map)) location.href = String(features[0].properties.url); });
    map.on("mousemove", `duties-${state}`, ({ features }) => { map.getCanvas().style.cursor = "pointer"; map.getCanvas().title = String(features?.[0]?.properties?.title ?? ""); });
    map.on("mouseleave", `duties-${state}`, () => { map.getCanvas().style.cursor = ""; map.getCanvas().title = ""; });
  }
}

/** The full map of a box with `data-map`. */
export async function openMap(box: HTMLElement): Promise<void> {
  const base = await ground(box);
  if (!base) { await import("./map-still").then(({ still }) => still(box)); return; }
  const { map, load } = base;
  await addStreets(base, box).catch(() => retry(box, () => addStreets(base, box)));
  await addDuties(base, box).catch(() => retry(box, () => addDuties(base, box)));
  keepPlace(map, box);
  const cases = new Cases(base, box);
  addOfficers(map);
  addArea(base, box);
  const refresh = async (): Promise<void> => {
    const [, officers] = await Promise.all([cases.refresh(), load("officers", box.dataset.officers)]);
    cases.source("officers").setData(officers);
    legend(box, new Set(cases.features.features.map((feature) => String(feature.properties?.category))));
  };
  await refresh().catch(() => retry(box, refresh));
  document.body.addEventListener("xh:changed", () => { void refresh().catch(() => undefined); });
  if (box.dataset.refresh) setInterval(() => { if (!document.hidden) void refresh().catch(() => undefined); }, Number(box.dataset.refresh) * 1000);
  document.addEventListener("xh:select", (event) => { const { id, from } = (event as CustomEvent).detail; void cases.choose(String(id), from !== "map"); });
  const places = addPlaces(base, box);
  await colourSquads(base, box).catch(() => undefined);
  addSpot(map, box);
  if (box.dataset.heat !== undefined) places.push({ words: say("热力"), names: ["heat"], on: false, open: async () => { cases.hot = true; await cases.refresh(); } });
  switches(box, map, places);
  if (places.length) followRows();
  if (box.dataset.chosen) void cases.choose(box.dataset.chosen, true);
  box.dataset.ready = "yes";
}

/** Where somebody looked last on this page, so that a filter or a day does not move the map under their eyes. */
function keepPlace(map: maplibre.Map, box: HTMLElement): void {
  if (!box.dataset.keep) return;
  const name = `xh-map-${box.dataset.keep}`;
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as [number, number, number] | null;
    if (kept) map.jumpTo({ center: [kept[0], kept[1]], zoom: kept[2] });
    map.on("moveend", () => { const { lng, lat } = map.getCenter(); sessionStorage.setItem(name, JSON.stringify([lng, lat, map.getZoom()])); });
  } catch { /* a browser that keeps nothing */ }
}

const calm = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160);

function retry(box: HTMLElement, again: () => Promise<void>): Promise<void> {
  const words = document.createElement("p");
  words.className = "xh-map__panel xh-map__legend";
  words.setAttribute("role", "status");
  words.textContent = say("地图数据没有取到，正在重试。列表可以照常使用。");
  box.append(words);
  setTimeout(() => { void again().then(() => words.remove()).catch(() => undefined); }, 5000);
  return Promise.resolve();
}

function switches(box: HTMLElement, map: maplibre.Map, more: Layer[]): void {
  const known: Layer[] = [];
  if (box.dataset.cases) known.push({ words: say("案件"), names: ["cases", "clusters", "chosen"], on: true });
  if (box.dataset.officers) known.push({ words: say("队员"), names: ["officers"], on: true });
  if (box.dataset.squads !== undefined) known.push({ words: say("责任路段"), names: ["squads"], on: ["on", "coloured"].includes(box.dataset.squads) });
  known.push(...more);
  if (known.length < 2) return;
  const panel = document.createElement("div");
  panel.className = "xh-map__panel xh-map__layers";
  for (const { words, names, on, open } of known) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = on;
    const show = (): void => {
      if (input.checked) void open?.();
      names.forEach((name) => { if (map.getLayer(name)) map.setLayoutProperty(name, "visibility", input.checked ? "visible" : "none"); });
    };
    input.addEventListener("change", show);
    show();
    label.append(input, words);
    panel.append(label);
  }
  box.append(panel);
}

const NAMES: Record<string, [string, string]> = {
  parking: ["车", "车辆乱停"], stall: ["摊", "占道经营"], shopfront: ["店", "店外经营"], sign: ["牌", "乱设广告"],
  posting: ["贴", "乱贴乱画"], building: ["建", "乱搭乱建"], other: ["他", "其他"],
};

function legend(box: HTMLElement, names: Set<string>): void {
  if (box.querySelector("details.xh-map__legend") || box.dataset.legend === "no" || !names.size) return;
  const panel = document.createElement("details");
  panel.className = "xh-map__panel xh-map__legend";
  panel.open = box.clientHeight > 420 && box.clientWidth > 560;
  const summary = document.createElement("summary");
  summary.textContent = say("图例");
  const list = document.createElement("ul");
  for (const [category, [mark, words]] of Object.entries(NAMES)) {
    if (!names.has(category)) continue;
    const row = document.createElement("li");
    const pin = document.createElement("span");
    pin.className = `xh-pin xh-pin--${category}`;
    pin.setAttribute("aria-hidden", "true");
    pin.textContent = mark;
    row.append(pin, say(words));
    list.append(row);
  }
  const states = document.createElement("p");
  states.textContent = say("空心待办 · 实心处置中 · 红框超时 · 灰色已结");
  panel.append(summary, list, states);
  box.append(panel);
}

/** A small map on which a person points at a place. */
export async function openPin(box: HTMLElement, tell: (lon: number, lat: number) => void): Promise<((lon: number, lat: number) => void) | null> {
  const base = await ground(box);
  if (!base) return null;
  await addStreets(base, box).catch(() => undefined);
  const marker = new maplibre.Marker({ color: "#b8322a", draggable: true });
  const put = (lon: number, lat: number, move = true): void => {
    marker.setLngLat([lon, lat]).addTo(base.map);
    if (move) base.map.easeTo({ center: [lon, lat], zoom: Math.max(base.map.getZoom(), 16), duration: calm() });
  };
  base.map.on("click", ({ lngLat }) => { put(lngLat.lng, lngLat.lat, false); tell(lngLat.lng, lngLat.lat); });
  marker.on("dragend", () => { const at = marker.getLngLat(); tell(at.lng, at.lat); });
  box.dataset.ready = "yes";
  return put;
}
