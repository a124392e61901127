/* What else lies in the city: shops, facilities, sites, one spot, and segments coloured by squad. Each is fetched when it is first shown. */
import * as maplibre from "maplibre-gl";
import type { Ground } from "./map";
import { isDrawing } from "./map-area";
import { say } from "./words";

export interface Layer { words: string; names: string[]; on: boolean; open?: () => Promise<void> }

const SQUADS = ["#1d5bbf", "#b8520a", "#0c7d80", "#6d44c4", "#8a6100", "#a82a72", "#1f7a4d", "#4a5668", "#2f7fb0", "#7a4b2a", "#5b6d00", "#8b3f8f"];
const FACILITIES: Array<[string, string, string]> = [
  ["parking_bay", "位", "停车位"], ["parking_line", "线", "停车线"], ["notice_board", "栏", "张贴栏"], ["no_stall_sign", "禁", "警示牌"],
];

/** The further layers that a box asks for, each with how it is switched on. */
export function addPlaces(base: Ground, box: HTMLElement): Layer[] {
  const shown = (box.dataset.show ?? "").split(" ");
  const found: Layer[] = [];
  const add = (name: string, words: string, address: string | undefined, layer: (id: string) => maplibre.LayerSpecification): void => {
    if (!address) return;
    base.map.addSource(name, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    base.map.addLayer(layer(name), base.map.getLayer("clusters") ? "clusters" : undefined);
    tell(base.map, name);
    let asked = false;
    const open = async (): Promise<void> => {
      if (asked) return;
      asked = true;
      try {
        (base.map.getSource(name) as maplibre.GeoJSONSource).setData(await base.load(name, address));
        if (name === "facilities") explain(box, FACILITIES.map(([kind, mark, label]) => [mark, say(label), kind]));
      } catch { asked = false; }
    };
    found.push({ words, names: [name], on: shown.includes(name), open });
  };
  add("shops", say("商户"), box.dataset.shops, (id) => ({
    id, type: "circle", source: id,
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 2, 16, 5], "circle-color": "#5d6979", "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 },
  }));
  add("facilities", say("便民设施"), box.dataset.facilities, (id) => ({
    id, type: "symbol", source: id, layout: { "icon-allow-overlap": true, "icon-image": ["concat", "f|", ["get", "kind"]], "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 15, 1] },
  }));
  add("sites", say("重点点位"), box.dataset.sites, (id) => ({
    id, type: "symbol", source: id, layout: { "icon-allow-overlap": true, "icon-image": "s|site" },
  }));
  return found;
}

/** A click tells what a thing is, and leads to its list where there is one. */
function tell(map: maplibre.Map, name: string): void {
  map.on("click", name, ({ features, lngLat }) => {
    const about = features?.[0]?.properties;
    if (!about || isDrawing(map)) return;
    const words = document.createElement("div");
    words.className = "xh-map__told";
    const title = document.createElement(about.url ? "a" : "strong");
    title.textContent = String(about.name ?? "");
    if (about.url) (title as HTMLAnchorElement).href = String(about.url);
    words.append(title);
    if (about.told) {
      const more = document.createElement("span");
      more.textContent = String(about.told);
      words.append(document.createElement("br"), more);
    }
    new maplibre.Popup({ closeButton: true, maxWidth: "260px" }).setLngLat(lngLat).setDOMContent(words).addTo(map);
  });
  map.on("mouseenter", name, () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", name, () => { map.getCanvas().style.cursor = ""; });
}

/** Segments in the colour of the squad that answers for them, with the colours told in the legend. */
export async function colourSquads(base: Ground, box: HTMLElement): Promise<void> {
  if (box.dataset.squads !== "coloured" || !base.map.getLayer("squads")) return;
  const streets = await base.load("segments", box.dataset.segments);
  const told = (box.dataset.squadNames ?? "").split("|").filter(Boolean); // two maps beside each other share their colours
  const names = told.length ? told : Array.from(new Set(streets.features.map((one) => String(one.properties?.squad ?? "")))).filter(Boolean).sort();
  if (!names.length) return;
  const colours = names.flatMap((name, n) => [name, SQUADS[n % SQUADS.length]]);
  const painted = ["match", ["get", "squad"], ...colours, "#5b7db5"] as unknown as maplibre.ExpressionSpecification;
  base.map.setPaintProperty("squads", "line-color", painted);
  base.map.setPaintProperty("squads", "line-dasharray", undefined);
  base.map.setPaintProperty("squads", "line-width", ["interpolate", ["linear"], ["zoom"], 11, 1.5, 16, 5]);
  base.map.setPaintProperty("squads", "line-opacity", 0.75);
  const panel = legendOf(box);
  const list = document.createElement("p");
  list.className = "xh-map__squads";
  names.forEach((name, n) => {
    const one = document.createElement("span");
    const mark = document.createElement("i");
    mark.style.background = SQUADS[n % SQUADS.length];
    one.append(mark, name);
    list.append(one);
  });
  panel.append(list);
}

function legendOf(box: HTMLElement): HTMLElement {
  const known = box.querySelector<HTMLElement>("details.xh-map__legend");
  if (known) return known;
  const panel = document.createElement("details");
  panel.className = "xh-map__panel xh-map__legend";
  const summary = document.createElement("summary");
  summary.textContent = say("图例");
  panel.append(summary);
  box.append(panel);
  return panel;
}

function explain(box: HTMLElement, rows: string[][]): void {
  const panel = legendOf(box);
  if (panel.querySelector("[data-facilities]")) return;
  const list = document.createElement("ul");
  list.dataset.facilities = "";
  for (const [mark, words] of rows) {
    const row = document.createElement("li");
    const pin = document.createElement("span");
    pin.className = "xh-pin xh-pin--facility";
    pin.setAttribute("aria-hidden", "true");
    pin.textContent = mark;
    row.append(pin, words);
    list.append(row);
  }
  panel.append(list);
}

/** One place of a page about one thing. */
export function addSpot(map: maplibre.Map, box: HTMLElement): void {
  const at = (box.dataset.spot ?? "").split(",").map(Number);
  if (box.dataset.spot && at.length === 2 && at.every(Number.isFinite)) new maplibre.Marker({ color: "#1d5bbf" }).setLngLat(at as [number, number]).addTo(map);
}

/** Pointing at a row of the list shows its pin. */
export function followRows(): void {
  const show = (event: Event): void => {
    const row = (event.target as Element).closest?.<HTMLElement>("[data-pin-of]");
    if (row) document.dispatchEvent(new CustomEvent("xh:select", { detail: { id: row.dataset.pinOf, from: "map" } }));
  };
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
}
