/* The map where a browser has no WebGL2: one still picture of streets and cases, drawn once and again when cases change. */
import { drawn } from "./map-marks";
import { say } from "./words";

type Features = GeoJSON.FeatureCollection;

async function load(address: string | undefined): Promise<Features> {
  const answer = address ? await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" }) : null;
  return answer?.ok && answer.status !== 204 ? answer.json() : { type: "FeatureCollection", features: [] };
}

export async function still(box: HTMLElement): Promise<void> {
  const [streets, edge] = await Promise.all([load(box.dataset.segments), load(box.dataset.boundary)]);
  const lines = [...streets.features, ...edge.features].map(({ geometry }) => (geometry as GeoJSON.LineString).coordinates as Array<[number, number]>);
  const spots = lines.flat();
  if (!spots.length) return;
  const [west, east] = spots.reduce(([a, b], [x]) => [Math.min(a, x), Math.max(b, x)], [180, -180]);
  const [south, north] = spots.reduce(([a, b], [, y]) => [Math.min(a, y), Math.max(b, y)], [90, -90]);
  const squash = Math.cos(((south + north) / 2) * Math.PI / 180);
  const sheet = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1, width = box.clientWidth, height = box.clientHeight;
  const scale = Math.min((width - 40) / ((east - west) * squash), (height - 40) / (north - south));
  const at = (x: number, y: number): [number, number] => [width / 2 + (x - (west + east) / 2) * squash * scale, height / 2 - (y - (south + north) / 2) * scale];
  sheet.className = "xh-map__canvas";
  sheet.width = width * ratio;
  sheet.height = height * ratio;
  sheet.setAttribute("role", "img");
  const brush = sheet.getContext("2d");
  if (!brush) return;
  const stamp = (id: string, x: number, y: number): void => {
    const mark = drawn(id);
    if (!mark) return;
    const tile = document.createElement("canvas");
    tile.width = mark.image.width;
    tile.height = mark.image.height;
    tile.getContext("2d")!.putImageData(mark.image, 0, 0);
    const [wide, high] = [mark.image.width / mark.ratio, mark.image.height / mark.ratio];
    brush.drawImage(tile, x - wide / 2, y - high / 2, wide, high);
  };
  const draw = async (): Promise<void> => {
    const zoom = Math.max(Math.floor(Math.log2(scale * squash * 360 / 512)), 0);
    const address = box.dataset.cases ? `${box.dataset.cases}&box=${west},${south},${east},${north}&z=${zoom}` : undefined;
    const cases = await load(address);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, height);
    brush.strokeStyle = "#b9c2cf";
    for (const line of lines) {
      brush.beginPath();
      line.forEach(([x, y], n) => { const [left, top] = at(x, y); if (n) brush.lineTo(left, top); else brush.moveTo(left, top); });
      brush.stroke();
    }
    let n = 0;
    for (const { geometry, properties } of cases.features) {
      const [left, top] = at(...((geometry as GeoJSON.Point).coordinates as [number, number]));
      n += Number(properties?.n ?? 1);
      stamp(properties?.n ? `c|${properties.n}|${properties.late}` : `p|${properties?.category}|${properties?.state}`, left, top);
    }
    sheet.setAttribute("aria-label", say("{n} 件案件的分布", { n: String(n) }));
  };
  await draw();
  box.querySelector(".xh-map__none")?.classList.add("xh-map__none--below");
  box.prepend(sheet);
  document.body.addEventListener("xh:changed", () => { void draw().catch(() => undefined); });
  box.dataset.ready = "still";
}
