/* How streets look, by class and zoom, and street names along whole streets. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";

type Line = Array<[number, number]>;
const FONT = ["HarmonyOS Sans SC,PingFang SC,MiSans,Microsoft YaHei,Noto Sans CJK SC,sans-serif"];

export function night(box: HTMLElement): boolean {
  const theme = document.documentElement.dataset.theme;
  if (!box.closest(".xh-phone") || theme === "light") return false;
  return theme === "dark" || window.matchMedia("(prefers-color-scheme: dark)").matches;
}

const WIDTH: Record<string, number> = { trunk: 13, primary: 12, secondary: 9, tertiary: 7, residential: 4.5 };

/** Width in pixels at zoom 16 by class, growing with zoom. */
function width(extra: number): ExpressionSpecification {
  const at = (scale: number): ExpressionSpecification => [
    "match", ["get", "cls"],
    ...Object.entries(WIDTH).flatMap(([name, pixels]) => [name, pixels * scale + extra]),
    3.5 * scale + extra,
  ] as unknown as ExpressionSpecification;
  return ["interpolate", ["exponential", 1.5], ["zoom"], 10, at(0.12), 13, at(0.34), 16, at(1), 19, at(3.2)];
}

export function layers(dark: boolean): LayerSpecification[] {
  const colours = dark
    ? { big: "#3d5680", small: "#22395c", bigEdge: "#101f38", edge: "#0a1629", text: "#bccbe0", halo: "#0b1a30", side: "#a9bfdb" }
    : { big: "#fce3ad", small: "#ffffff", bigEdge: "#e5c078", edge: "#d9d2c3", text: "#4f4a40", halo: "#ffffff", side: "#5b7db5" };
  const big: ExpressionSpecification = ["match", ["get", "cls"], ["trunk", "primary", "secondary"], true, false];
  const order: ExpressionSpecification = ["match", ["get", "cls"], "trunk", 5, "primary", 4, "secondary", 3, "tertiary", 2, 1];
  const round = { "line-cap": "round", "line-join": "round", "line-sort-key": order } as const;
  return [
    { id: "edge", type: "line", source: "streets", layout: round, paint: { "line-color": ["case", big, colours.bigEdge, colours.edge], "line-width": width(1.6) } },
    { id: "streets", type: "line", source: "streets", layout: round, paint: { "line-color": ["case", big, colours.big, colours.small], "line-width": width(0) } },
    { id: "boundary", type: "line", source: "boundary", paint: { "line-color": colours.side, "line-width": 1.6, "line-dasharray": [4, 3] } },
    {
      id: "squads", type: "line", source: "streets", filter: ["!=", ["coalesce", ["get", "squad"], ""], ""], layout: { "line-cap": "butt" },
      paint: { "line-color": colours.side, "line-width": 2, "line-dasharray": [3, 2] },
    },
    {
      id: "names", type: "symbol", source: "names", minzoom: 12.5,
      layout: {
        "symbol-placement": "line", "symbol-spacing": 320, "text-field": ["get", "name"], "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 16, 13], "text-letter-spacing": 0.06, "symbol-sort-key": ["-", 0, order],
        "text-padding": 6, "text-max-angle": 35,
      },
      paint: { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
    },
  ];
}

/** Segments end at every crossing; a name needs the whole street. Joins those that share a name and an end. */
export function joined(streets: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  const byName = new Map<string, { cls: string; lines: Line[] }>();
  for (const feature of streets.features) {
    const name = String(feature.properties?.name ?? "");
    const shape = feature.geometry as GeoJSON.LineString | GeoJSON.MultiLineString | null;
    if (!name || !shape) continue;
    const kept = byName.get(name) ?? { cls: String(feature.properties?.cls ?? ""), lines: [] };
    if (shape.type === "LineString") kept.lines.push(shape.coordinates.slice() as Line);
    else if (shape.type === "MultiLineString") shape.coordinates.forEach((part) => kept.lines.push(part.slice() as Line));
    byName.set(name, kept);
  }
  const features: GeoJSON.Feature[] = [];
  for (const [name, { cls, lines }] of byName) {
    for (const line of chains(lines)) features.push({ type: "Feature", properties: { name, cls }, geometry: { type: "LineString", coordinates: line } });
  }
  return { type: "FeatureCollection", features };
}

const end = ([lon, lat]: [number, number]): string => `${lon.toFixed(5)},${lat.toFixed(5)}`;

function chains(lines: Line[]): Line[] {
  const open = new Map<string, Set<Line>>();
  const note = (line: Line, add: boolean): void => {
    for (const key of [end(line[0]), end(line[line.length - 1])]) {
      const there = open.get(key) ?? new Set<Line>();
      if (add) there.add(line); else there.delete(line);
      open.set(key, there);
    }
  };
  const left = new Set(lines.filter((line) => line.length > 1));
  left.forEach((line) => note(line, true));
  const out: Line[] = [];
  for (const first of left) {
    left.delete(first);
    note(first, false);
    let chain = first;
    for (const turned of [false, true]) {
      if (turned) chain = chain.slice().reverse();
      for (let next = neighbour(); next; next = neighbour()) {
        left.delete(next);
        note(next, false);
        const key = end(chain[chain.length - 1]);
        chain = chain.concat((end(next[0]) === key ? next : next.slice().reverse()).slice(1));
      }
    }
    out.push(chain);
    function neighbour(): Line | undefined {
      const there = open.get(end(chain[chain.length - 1]));
      return there ? there.values().next().value : undefined;
    }
  }
  return out;
}
