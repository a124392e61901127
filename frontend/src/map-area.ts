/* An area drawn on the map: a click adds a corner; Enter, a double click or the first corner closes it; Backspace takes the last
   corner back, Escape leaves off. Without a mouse the whole view is the area. The list of what lies in it is another address. */
import * as maplibre from "maplibre-gl";
import type { Ground } from "./map";
import { say } from "./words";

type Spot = [number, number];

/** Whether corners of an area are being set: a click then opens nothing. */
export const isDrawing = (map: maplibre.Map): boolean => map.getContainer().closest(".xh-map--drawing") !== null;

export function addArea({ map }: Ground, box: HTMLElement): void {
  const page = box.dataset.areaPage;
  if (page === undefined) return;
  let corners: Spot[] = [];
  let drawing = false;
  const source = (): maplibre.GeoJSONSource => map.getSource("area") as maplibre.GeoJSONSource;
  map.addSource("area", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "area-fill", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#1d5bbf", "fill-opacity": 0.1 } });
  map.addLayer({ id: "area-line", type: "line", source: "area", paint: { "line-color": "#1d5bbf", "line-width": 2.5, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "area-corner", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": "#fff", "circle-stroke-color": "#1d5bbf", "circle-stroke-width": 2.5 } });
  const show = (closed = false): void => {
    const shape: GeoJSON.Geometry[] = closed ? [{ type: "Polygon", coordinates: [[...corners, corners[0]]] }] : [
      ...(corners.length > 1 ? [{ type: "LineString", coordinates: corners } as GeoJSON.LineString] : []),
      ...corners.map((at): GeoJSON.Point => ({ type: "Point", coordinates: at })),
    ];
    source().setData({ type: "FeatureCollection", features: shape.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
  };
  const drawn = (box.dataset.area ?? "").split(";").filter(Boolean).map((part) => part.split(",").map(Number) as Spot);
  if (drawn.length > 2) {
    corners = drawn;
    show(true);
    const bounds = new maplibre.LngLatBounds();
    drawn.forEach((at) => bounds.extend(at));
    map.fitBounds(bounds, { padding: 60, animate: false, maxZoom: 18 });
  }

  const bar = document.createElement("div");
  bar.className = "xh-map__panel xh-map__area";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  const button = (words: string, press: () => void): HTMLButtonElement => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "xh-button xh-button--small";
    made.textContent = words;
    made.addEventListener("click", press);
    bar.append(made);
    return made;
  };
  const go = (spots: Spot[]): void => { location.href = `${page.endsWith("?") ? page : `${page}&`}area=${spots.map((at) => at.map((part) => part.toFixed(6)).join()).join(";")}`; };
  const close = (): void => {
    if (corners.length < 3) { told.textContent = say("至少点三个角。"); return; }
    drawing = false;
    show(true);
    go(corners);
  };
  const stop = (): void => { drawing = false; corners = drawn.length > 2 ? drawn : []; if (corners.length) show(true); else show(); mode(); };
  const mode = (): void => {
    start.hidden = view.hidden = drawing;
    done.hidden = off.hidden = !drawing;
    told.textContent = drawing ? say("在地图上逐个点出边角，回到第一个角或按回车完成。") : "";
    box.classList.toggle("xh-map--drawing", drawing);
    if (drawing) map.doubleClickZoom.disable(); else setTimeout(() => map.doubleClickZoom.enable(), 300);
  };
  const start = button(say("圈选"), () => { drawing = true; corners = []; show(); mode(); map.getCanvas().focus(); });
  const view = button(say("只看画面内"), () => {
    const seen = map.getBounds();
    go([[seen.getWest(), seen.getSouth()], [seen.getEast(), seen.getSouth()], [seen.getEast(), seen.getNorth()], [seen.getWest(), seen.getNorth()]]);
  });
  const done = button(say("完成"), close);
  const off = button(say("不圈了"), stop);
  bar.append(told);
  box.append(bar);
  mode();

  map.on("click", ({ lngLat, point }) => {
    if (!drawing) return;
    if (corners.length > 2) {
      const first = map.project(corners[0]);
      if (Math.hypot(first.x - point.x, first.y - point.y) < 12) { close(); return; }
    }
    corners.push([lngLat.lng, lngLat.lat]);
    show();
  });
  map.on("dblclick", (event) => { if (drawing) { event.preventDefault(); corners.pop(); close(); } });
  document.addEventListener("keydown", (event) => {
    if (!drawing) return;
    if (event.key === "Enter") close();
    else if (event.key === "Escape") stop();
    else if (event.key === "Backspace") { corners.pop(); show(); } else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
