/* Cases on the map: those of what is seen, as pins and groups that the server counts; their heat; the chosen one.

   With `data-by-view` the address is asked for the view alone, anew when the view leaves what was fetched or another zoom
   is reached. With `data-follow` the address is that of the list beside the map, so that its filters hold for both. */
import * as maplibre from "maplibre-gl";
import type { Ground } from "./map";
import { isDrawing } from "./map-area";

type Features = GeoJSON.FeatureCollection;
const NOTHING: Features = { type: "FeatureCollection", features: [] };
const calm = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160);

export class Cases {
  features: Features = NOTHING;
  private asked: { address: string; zoom: number; bounds: maplibre.LngLatBounds } | null = null;
  private round = 0;
  private chosen = "";
  private day = "";
  hot = false;

  constructor(private readonly base: Ground, private readonly box: HTMLElement) {
    this.draw();
    base.map.on("moveend", () => { if (this.left()) void this.refresh().catch(() => undefined); });
    if (box.dataset.follow !== undefined) document.addEventListener("htmx:after:swap", () => { if (this.asked && this.asked.address !== this.address()) void this.refresh().catch(() => undefined); });
    document.addEventListener("xh:day", (event) => { this.day = String((event as CustomEvent).detail.query); void this.refresh().catch(() => undefined); });
  }

  private draw(): void {
    const { map } = this.base;
    map.addSource("heat", { type: "geojson", data: NOTHING });
    map.addLayer({
      id: "heat", type: "heatmap", source: "heat", layout: { visibility: "none" },
      paint: {
        "heatmap-radius": 38, "heatmap-opacity": 0.8,
        "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(29,91,191,0)", 0.25, "#7fb0e8", 0.5, "#f2c14e", 0.75, "#e07a2f", 1, "#b42318"],
      },
    });
    map.addSource("cases", {
      type: "geojson", data: NOTHING, cluster: true, clusterRadius: 34, clusterMaxZoom: 15, promoteId: "id",
      clusterProperties: {
        n: ["+", ["coalesce", ["get", "n"], 1]],
        late: ["+", ["coalesce", ["get", "late"], ["case", ["==", ["get", "state"], "late"], 1, 0]]],
      },
    });
    map.addSource("chosen", { type: "geojson", data: NOTHING });
    const layout = { "icon-allow-overlap": true, "icon-ignore-placement": true } as const;
    const pin: maplibre.ExpressionSpecification = ["concat", "p|", ["get", "category"], "|", ["get", "state"]];
    map.addLayer({
      id: "clusters", type: "symbol", source: "cases", filter: ["has", "n"],
      layout: { ...layout, "icon-image": ["concat", "c|", ["get", "n"], "|", ["get", "late"]] },
    });
    map.addLayer({ id: "cases", type: "symbol", source: "cases", filter: ["!", ["has", "n"]], layout: { ...layout, "icon-image": pin } });
    map.addLayer({ id: "chosen", type: "symbol", source: "chosen", layout: { ...layout, "icon-image": ["concat", pin, "|chosen"] } });
    map.on("click", "clusters", ({ features }) => { if (features?.[0] && !isDrawing(map)) void this.open(features[0]); });
    map.on("click", "cases", ({ features }) => {
      const about = features?.[0]?.properties;
      if (!about || isDrawing(map)) return;
      document.dispatchEvent(new CustomEvent("xh:select", { detail: { id: String(about.id), from: "map" } }));
      if (!document.querySelector("[data-list]") && about.url) location.href = String(about.url);
    });
    for (const layer of ["cases", "clusters"]) {
      map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
      map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    }
  }

  source(name: string): maplibre.GeoJSONSource { return this.base.map.getSource(name) as maplibre.GeoJSONSource; }

  private address(): string {
    const list = this.box.dataset.follow === undefined ? undefined : document.querySelector<HTMLElement>("[data-map-cases]")?.dataset.mapCases;
    const address = list ?? this.box.dataset.cases ?? "";
    return this.day ? `${address.split("?")[0]}?${this.day}` : address;
  }

  /** Whether the view shows what was not fetched. */
  private left(): boolean {
    if (!this.asked || this.box.dataset.byView === undefined) return false;
    const seen = this.base.map.getBounds();
    return this.asked.zoom !== Math.floor(this.base.map.getZoom()) || !this.asked.bounds.contains(seen.getSouthWest()) || !this.asked.bounds.contains(seen.getNorthEast());
  }

  async refresh(): Promise<void> {
    const { map, load } = this.base;
    const address = this.address(), round = ++this.round;
    if (!address) return;
    const seen = map.getBounds(), zoom = Math.floor(map.getZoom());
    const wide = (seen.getEast() - seen.getWest()) * 0.3, high = (seen.getNorth() - seen.getSouth()) * 0.3;
    const bounds = new maplibre.LngLatBounds([seen.getWest() - wide, seen.getSouth() - high], [seen.getEast() + wide, seen.getNorth() + high]);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((part) => part.toFixed(6)).join();
    const whole = this.box.dataset.byView === undefined ? address : `${address}${address.includes("?") ? "&" : "?"}box=${box}&z=${zoom}`;
    const [found, heat] = await Promise.all([load("cases", whole), this.hot ? load("heat", `${whole}&fine=1`) : NOTHING]);
    if (round !== this.round) return; // a later answer is on its way
    this.asked = { address, zoom, bounds };
    this.features = found;
    this.source("cases").setData(found);
    this.source("heat").setData(heat);
    const most = heat.features.reduce((n, { properties }) => Math.max(n, Number(properties?.n)), 2);
    map.setPaintProperty("heat", "heatmap-weight", ["interpolate", ["linear"], ["get", "n"], 0, 0, most, 1]); // the fullest cell is the hottest
    if (this.chosen) void this.choose(this.chosen, false);
  }

  /** A group opens where its cases part; where they do not, their list opens. */
  private async open(group: maplibre.MapGeoJSONFeature): Promise<void> {
    const { map } = this.base;
    const center = (group.geometry as GeoJSON.Point).coordinates as [number, number];
    if (map.getZoom() >= 18 && this.box.dataset.areaPage) {
      const [x, y] = center, d = 0.0003;
      location.href = `${this.box.dataset.areaPage}&area=${[[x - d, y - d], [x + d, y - d], [x + d, y + d], [x - d, y + d]].map((at) => at.map((part) => part.toFixed(6)).join()).join(";")}`;
      return;
    }
    const own = group.properties?.cluster_id;
    const zoom = own === undefined ? map.getZoom() + 2 : await this.source("cases").getClusterExpansionZoom(Number(own));
    map.easeTo({ center, zoom: Math.min(Math.max(zoom, map.getZoom() + 1) + 0.1, 19), duration: calm() });
  }

  async choose(id: string, move: boolean): Promise<void> {
    this.chosen = id;
    let found = this.features.features.find((feature) => String(feature.properties?.id) === id);
    if (!found && id && this.box.dataset.casePin) {
      found = (await this.base.load("case", this.box.dataset.casePin.replace("NUMBER", encodeURIComponent(id))).catch(() => NOTHING)).features[0];
      if (this.chosen !== id) return;
    }
    this.source("chosen").setData({ type: "FeatureCollection", features: found ? [found] : [] });
    const point = found?.geometry as GeoJSON.Point | undefined;
    if (!move || !point) return;
    const { map } = this.base, at = point.coordinates as [number, number];
    if (!map.getBounds().contains(at) || map.getZoom() < 13.5) map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 14.3), duration: calm() });
  }
}
