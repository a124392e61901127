/* Where it is: `data-pin` fills the fields named in data-lon, data-lat, data-accuracy. Works without a map. */
import { find, onPiece } from "./core";
import { say } from "./words";

const GOOD = 50; // metres; beyond it the person is asked to point

function field(box: HTMLElement, name: string | undefined): HTMLInputElement | null {
  return name ? (box.closest("form") ?? document).querySelector<HTMLInputElement>(`[name="${name}"]`) : null;
}

function arm(box: HTMLElement): void {
  const [lon, lat, accuracy] = [field(box, box.dataset.lon ?? "lon"), field(box, box.dataset.lat ?? "lat"), field(box, box.dataset.accuracy ?? "accuracy")];
  const status = document.createElement("p");
  status.className = "xh-field__hint";
  status.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "xh-button xh-button--small";
  button.textContent = say("用我的位置");
  const bar = document.createElement("div");
  bar.className = "xh-row";
  bar.append(button, status);
  box.prepend(bar);
  let put: ((lon: number, lat: number) => void) | null = null;
  const fill = (x: number, y: number, metres?: number): void => {
    if (lon) lon.value = x.toFixed(6);
    if (lat) lat.value = y.toFixed(6);
    if (accuracy) accuracy.value = metres === undefined ? "" : String(Math.round(metres));
    box.dispatchEvent(new CustomEvent("xh:placed", { bubbles: true, detail: { lon: x, lat: y } }));
  };
  const locate = (): void => {
    if (!("geolocation" in navigator)) { status.textContent = say("没有拿到位置，请在地图上点选，或写明地点。"); return; }
    status.textContent = say("正在定位…");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const m = Math.round(coords.accuracy);
      fill(coords.longitude, coords.latitude, m);
      put?.(coords.longitude, coords.latitude);
      status.textContent = m <= GOOD ? say("定位精度 ±{m} 米", { m }) : say("定位精度只有 ±{m} 米，请在地图上点准位置。", { m });
    }, () => { status.textContent = say("没有拿到位置，请在地图上点选，或写明地点。"); }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 15000 });
  };
  button.addEventListener("click", locate);
  if (box.dataset.locate !== undefined && !lon?.value) locate();
  const place = document.createElement("div");
  place.className = "xh-map xh-map--pin";
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", say("在地图上点选"));
  for (const name of ["segments", "boundary", "centre", "zoom", "attribution"]) if (box.dataset[name]) place.dataset[name] = box.dataset[name];
  place.dataset.without = say("没有拿到位置，请在地图上点选，或写明地点。");
  if (lon?.value && lat?.value) place.dataset.centre = `${lon.value},${lat.value}`;
  const open = (): void => {
    box.append(place);
    void import("./map").then(async ({ openPin, canDraw }) => {
      if (!canDraw()) { place.remove(); return; }
      put = await openPin(place, (x, y) => { fill(x, y); status.textContent = say("已在地图上选定位置"); });
      if (put && lon?.value && lat?.value) put(Number(lon.value), Number(lat.value));
    });
  };
  if (box.dataset.pin === "later") {
    const more = document.createElement("button");
    more.type = "button";
    more.className = "xh-button xh-button--small";
    more.textContent = say("在地图上点选");
    more.addEventListener("click", () => { more.remove(); open(); });
    button.after(more);
  } else if (document.readyState === "complete") setTimeout(open); else window.addEventListener("load", () => setTimeout(open));
}

onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-pin]")) {
    if (box.dataset.armed) continue;
    box.dataset.armed = "1";
    arm(box);
  }
});
