/* Drawing one place on the map: `data-draw` is point, line, area or any; the shape stands as GeoJSON in the field beside it.

   A click adds a corner, dragging moves one, Delete takes one away; ends of streets within ten pixels catch. Every step
   can be taken back, and everything is done by keyboard as well: Tab to the map, arrows move the chosen corner. */
import { find, onPiece } from "./core";
import { say } from "./words";
import type { Map as Chart, GeoJSONSource, MapMouseEvent } from "maplibre-gl";

type Spot = [number, number];
type Kind = "point" | "line" | "area";
const CATCH = 10; // pixels
const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

class Drawing {
  private kind: Kind;
  private spots: Spot[] = [];
  private rest: GeoJSON.Geometry | null = null; // what this editor does not take apart: several pieces, holes
  private chosen = -1;
  private before: Spot[][] = [];
  private ends: Spot[] = [];
  private chart: Chart | null = null;
  private readonly field: HTMLTextAreaElement;
  private readonly status = document.createElement("p");
  private readonly bar = document.createElement("div");
  private readonly back: HTMLButtonElement;
  private readonly map = document.createElement("div");
  private splitting: ((at: Spot) => void) | null = null;

  constructor(box: HTMLElement) {
    this.field = document.querySelector<HTMLTextAreaElement>(`[name="${box.dataset.field ?? "geometry"}"]`)!;
    const wanted = box.dataset.draw ?? "any";
    this.kind = wanted === "any" ? "area" : wanted as Kind;
    this.read();
    this.status.className = "xh-field__hint";
    this.status.setAttribute("role", "status");
    this.bar.className = "xh-row";
    this.back = this.button(say("退回一步"), () => this.undo());
    if (wanted === "any") for (const [kind, words] of [["area", say("画面")], ["line", say("画线")], ["point", say("点一个点")]] as Array<[Kind, string]>) this.button(words, () => this.start(kind));
    this.button(say("清掉重画"), () => this.start(this.kind));
    this.map.className = "xh-map xh-map--draw";
    for (const name of ["segments", "boundary", "attribution", "centre", "zoom"]) if (box.dataset[name]) this.map.dataset[name] = box.dataset[name];
    this.map.dataset.without = say("这台电脑的浏览器不能显示地图，可以在下面填坐标。");
    box.append(this.status, this.bar, this.map);
    this.field.addEventListener("change", () => { this.read(); this.show(); this.look(); });
    this.arm();
    void this.open();
  }

  private button(words: string, press: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "xh-button xh-button--small";
    made.textContent = words;
    made.addEventListener("click", press);
    this.bar.append(made);
    return made;
  }

  private read(): void {
    this.spots = []; this.rest = null; this.chosen = -1;
    let told: GeoJSON.Geometry | null = null;
    try { told = this.field.value.trim() ? JSON.parse(this.field.value) : null; } catch { return; }
    if (!told) return;
    if (told.type === "Point") { this.kind = "point"; this.spots = [told.coordinates as Spot]; }
    else if (told.type === "LineString") { this.kind = "line"; this.spots = told.coordinates as Spot[]; }
    else if (told.type === "Polygon" && told.coordinates.length === 1) { this.kind = "area"; this.spots = told.coordinates[0].slice(0, -1) as Spot[]; }
    else this.rest = told;
  }

  private write(): void {
    const at = this.spots.map(([lon, lat]) => [Number(lon.toFixed(7)), Number(lat.toFixed(7))]);
    const told = this.shape(at as Spot[]);
    this.field.value = told ? JSON.stringify(told) : "";
    this.show();
  }

  private shape(at: Spot[]): GeoJSON.Geometry | null {
    if (this.kind === "point") return at.length ? { type: "Point", coordinates: at[0] } : null;
    if (this.kind === "line") return at.length > 1 ? { type: "LineString", coordinates: at } : null;
    return at.length > 2 ? { type: "Polygon", coordinates: [[...at, at[0]]] } : null;
  }

  private start(kind: Kind): void {
    this.keep();
    this.kind = kind; this.spots = []; this.rest = null; this.chosen = -1;
    this.write();
  }

  private keep(): void { this.before.push(this.spots.map((one) => [...one] as Spot)); if (this.before.length > 100) this.before.shift(); }

  private undo(): void {
    const last = this.before.pop();
    if (!last) return;
    this.spots = last; this.chosen = -1;
    this.write();
  }

  private async open(): Promise<void> {
    const { ground, addStreets } = await import("./map");
    const base = await ground(this.map);
    if (!base) return;
    this.chart = base.map;
    await addStreets(base, this.map).catch(() => undefined);
    void base.load("segments", this.map.dataset.segments).then((streets) => {
      for (const { geometry } of streets.features) if (geometry?.type === "LineString") this.ends.push(geometry.coordinates[0] as Spot, geometry.coordinates[geometry.coordinates.length - 1] as Spot);
    }).catch(() => undefined);
    const chart = this.chart;
    chart.addSource("drawn", { type: "geojson", data: NOTHING });
    chart.addLayer({ id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#1d5bbf", "fill-opacity": 0.18 } });
    chart.addLayer({ id: "drawn-line", type: "line", source: "drawn", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": "#123f87", "line-width": 3 } });
    chart.addLayer({ id: "drawn-spot", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": ["case", ["get", "chosen"], 8, 6], "circle-color": ["case", ["get", "chosen"], "#b8322a", "#fff"], "circle-stroke-color": "#123f87", "circle-stroke-width": 2 } });
    chart.getCanvas().setAttribute("aria-label", say("在地图上画。方向键移动选中的点，删除键删掉它"));
    chart.on("click", (event) => this.click(event));
    chart.on("mousedown", "drawn-spot", (event) => this.drag(event));
    chart.getCanvas().addEventListener("keydown", (event) => this.key(event), true);
    this.show();
    this.look();
  }

  /** Bring what is drawn into view. */
  private look(): void {
    const told = this.rest ?? this.shape(this.spots);
    if (!this.chart || !told) return;
    const every: Spot[] = [];
    const eat = (part: unknown): void => { if (Array.isArray(part)) { if (typeof part[0] === "number") every.push(part as Spot); else part.forEach(eat); } };
    eat((told as GeoJSON.Polygon).coordinates);
    const lons = every.map((one) => one[0]), lats = every.map((one) => one[1]);
    this.chart.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 60, maxZoom: 17, animate: false });
  }

  private show(): void {
    this.back.disabled = !this.before.length;
    const n = this.spots.length;
    if (this.rest) this.status.textContent = say("有几块或带洞的图形在这里只看不改；要改请清掉重画，或在下面填坐标。");
    else if (this.kind === "point") this.status.textContent = n ? say("拖动或再点一下可以移动位置。") : say("在地图上点一下位置。");
    else this.status.textContent = say("已画 {n} 个点。点地图加点，拖动移动，选中后按删除键删掉；靠近路段端点会自动吸附。", { n });
    const source = this.chart?.getSource("drawn") as GeoJSONSource | undefined;
    if (!source) return;
    const told = this.rest ?? (this.kind === "point" ? null : n === 2 && this.kind === "area" ? { type: "LineString" as const, coordinates: this.spots } : this.shape(this.spots));
    const features: GeoJSON.Feature[] = told ? [{ type: "Feature", properties: {}, geometry: told }] : [];
    this.spots.forEach((spot, index) => features.push({ type: "Feature", properties: { index, chosen: index === this.chosen }, geometry: { type: "Point", coordinates: spot } }));
    source.setData({ type: "FeatureCollection", features });
  }

  private caught(at: Spot): Spot {
    const chart = this.chart!;
    const here = chart.project(at);
    let best = CATCH, found = at;
    for (const end of this.ends) {
      const there = chart.project(end);
      const far = Math.hypot(there.x - here.x, there.y - here.y);
      if (far < best) { best = far; found = end; }
    }
    return [...found] as Spot;
  }

  private click(event: MapMouseEvent): void {
    const at: Spot = [event.lngLat.lng, event.lngLat.lat];
    if (this.splitting) { this.splitting(at); return; }
    if (this.rest) return;
    const hit = this.chart!.queryRenderedFeatures(event.point, { layers: ["drawn-spot"] })[0];
    if (hit) { this.chosen = Number(hit.properties.index); this.show(); return; }
    this.keep();
    if (this.kind === "point") this.spots = [at];
    else this.spots.splice(this.chosen >= 0 ? this.chosen + 1 : this.spots.length, 0, this.caught(at));
    this.chosen = this.chosen >= 0 ? this.chosen + 1 : -1;
    this.write();
  }

  private drag(event: MapMouseEvent & { features?: GeoJSON.Feature[] }): void {
    if (this.splitting || this.rest) return;
    event.preventDefault();
    const chart = this.chart!;
    const index = Number(event.features?.[0]?.properties?.index);
    this.keep();
    this.chosen = index;
    const move = ({ lngLat }: MapMouseEvent): void => { this.spots[index] = this.caught([lngLat.lng, lngLat.lat]); this.show(); };
    chart.on("mousemove", move);
    window.addEventListener("mouseup", () => { chart.off("mousemove", move); this.write(); }, { once: true });
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, Spot> = { ArrowUp: [0, -2], ArrowDown: [0, 2], ArrowLeft: [-2, 0], ArrowRight: [2, 0] };
    const spot = this.spots[this.chosen];
    if ((event.key === "Delete" || event.key === "Backspace") && spot) { this.keep(); this.spots.splice(this.chosen, 1); this.chosen = -1; this.write(); }
    else if (event.key in steps && spot) {
      const here = this.chart!.project(spot);
      const there = this.chart!.unproject([here.x + steps[event.key][0], here.y + steps[event.key][1]]);
      this.keep(); this.spots[this.chosen] = [there.lng, there.lat]; this.write();
    }
    else if (event.key === "n" && this.spots.length) { this.chosen = (this.chosen + 1) % this.spots.length; this.show(); }
    else if (event.key === "Enter" && !this.rest) { const middle = this.chart!.getCenter(); this.keep(); const at: Spot = [middle.lng, middle.lat]; if (this.kind === "point") this.spots = [at]; else this.spots.push(this.caught(at)); this.write(); }
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The button of the form that divides a segment: the next click on the map says where. */
  private arm(): void {
    const form = document.querySelector<HTMLFormElement>("form[data-split]");
    const words = form?.querySelector<HTMLElement>("[data-split-where]");
    if (!form || !words) return;
    const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
    const press = document.createElement("button");
    press.type = "button";
    press.className = "xh-button xh-button--small";
    press.textContent = say("在地图上点拆分的位置");
    press.addEventListener("click", () => {
      words.textContent = say("请点一下要拆开的位置。");
      this.map.scrollIntoView({ block: "center" });
      this.splitting = ([lon, lat]) => {
        field("lon").value = lon.toFixed(7); field("lat").value = lat.toFixed(7);
        words.textContent = say("拆分位置：{at}", { at: `${lon.toFixed(5)}, ${lat.toFixed(5)}` });
        this.splitting = null;
      };
    });
    words.before(press);
  }
}

onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-draw]")) {
    if (box.dataset.armed) continue;
    box.dataset.armed = "1";
    const start = (): void => { setTimeout(() => new Drawing(box)); };
    if (document.readyState === "complete") start(); else window.addEventListener("load", start);
  }
});
