/* Where it is: `data-pin` fills the fields named in data-lon, data-lat, data-accuracy. Works without a map.

   data-locate asks for the position at once; `data-pin="later"` keeps the map away until it is wanted, or until the
   position is too vague to be trusted; data-fold keeps the buttons folded while the position is good. At the desk
   data-quiet leaves out where the office is. */
import { find, onPiece } from "./core";
import { say } from "./words";

const GOOD = 50; // metres; beyond it the person is asked to point

function field(box: HTMLElement, name: string | undefined): HTMLInputElement | null {
  return name ? (box.closest("form") ?? document).querySelector<HTMLInputElement>(`[name="${name}"]`) : null;
}

function smallButton(words: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "xh-button xh-button--small";
  button.textContent = words;
  button.addEventListener("click", press);
  return button;
}

class Pin {
  private readonly lon = field(this.box, this.box.dataset.lon ?? "lon");
  private readonly lat = field(this.box, this.box.dataset.lat ?? "lat");
  private readonly accuracy = field(this.box, this.box.dataset.accuracy ?? "accuracy");
  private readonly status = document.createElement("p");
  private readonly here = smallButton(say("用我的位置"), () => this.locate());
  private readonly more = smallButton(say("在地图上点选"), () => this.open());
  private readonly clear = smallButton(say("清掉位置"), () => this.forget());
  private readonly place = document.createElement("div");
  private readonly fold = document.createElement("details");
  private put: ((lon: number, lat: number) => void) | null = null;

  constructor(private readonly box: HTMLElement) {
    this.status.setAttribute("role", "status");
    this.tell("");
    const bar = document.createElement("div");
    bar.className = "xh-row";
    if (box.dataset.quiet === undefined) bar.append(this.here);
    if (box.dataset.pin === "later") bar.append(this.more);
    bar.append(this.clear);
    if (box.dataset.fold === undefined) box.prepend(this.status, bar); else this.folded(bar);
    this.clear.hidden = !this.lon?.value;
    this.lay();
    if (box.dataset.pin !== "later") {
      if (document.readyState === "complete") setTimeout(() => this.open()); else window.addEventListener("load", () => setTimeout(() => this.open()));
    }
    if (box.dataset.locate !== undefined && !this.lon?.value) this.locate();
    box.addEventListener("xh:put", (event) => {
      const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
      this.moveTo(lon, lat);
    });
  }

  /** Something else on the page found out where it is. */
  private moveTo(lon: number, lat: number): void {
    this.box.dataset.put = "";
    this.fill(lon, lat);
    delete this.box.dataset.put;
    this.tell(say("已在地图上选定位置"));
    if (this.put) this.put(lon, lat); else this.open();
  }

  private folded(bar: HTMLElement): void {
    const change = document.createElement("summary");
    change.textContent = say("改位置");
    this.fold.className = "xh-fold";
    this.fold.append(change, bar);
    this.fold.addEventListener("toggle", () => this.widen());
    this.box.classList.add("xh-pinned");
    this.box.prepend(this.status, this.fold);
  }

  private widen(): void {
    this.box.classList.toggle("xh-pinned--open", this.fold.open || this.place.isConnected);
  }

  private tell(words: string, warn = false): void {
    if (warn) this.fold.open = true;
    this.status.className = warn ? "xh-note xh-note--warn" : "xh-field__hint";
    this.status.textContent = words;
  }

  private fill(lon: number, lat: number, metres?: number): void {
    if (this.lon) this.lon.value = lon.toFixed(6);
    if (this.lat) this.lat.value = lat.toFixed(6);
    if (this.accuracy) this.accuracy.value = metres === undefined ? "" : String(Math.round(metres));
    this.clear.hidden = false;
    this.box.dispatchEvent(new CustomEvent("xh:placed", { bubbles: true, detail: { lon, lat } }));
  }

  private forget(): void {
    for (const one of [this.lon, this.lat, this.accuracy]) if (one) one.value = "";
    this.tell("");
    this.clear.hidden = true;
    this.more.focus();
  }

  private locate(): void {
    const none = (): void => {
      delete this.box.dataset.locating;
      this.tell(say("没有拿到位置，请在地图上点选，或写明地点。"), true);
    };
    if (!("geolocation" in navigator)) { none(); return; }
    this.tell(say("正在定位…"));
    this.box.dataset.locating = "1";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const m = Math.round(coords.accuracy);
      delete this.box.dataset.locating;
      this.tell(m <= GOOD ? say("定位精度 ±{m} 米", { m }) : say("定位精度只有 ±{m} 米，请在地图上点准位置。", { m }), m > GOOD);
      this.fill(coords.longitude, coords.latitude, m);
      this.put?.(coords.longitude, coords.latitude);
      if (m > GOOD) this.open();
    }, none, { enableHighAccuracy: true, timeout: 10000, maximumAge: 15000 });
  }

  private lay(): void {
    this.place.className = "xh-map xh-map--pin";
    this.place.setAttribute("role", "application");
    this.place.setAttribute("aria-label", say("在地图上点选"));
    for (const name of ["segments", "boundary", "centre", "zoom", "attribution"]) if (this.box.dataset[name]) this.place.dataset[name] = this.box.dataset[name];
    this.place.dataset.without = say("没有拿到位置，请在地图上点选，或写明地点。");
  }

  private open(): void {
    this.more.hidden = true;
    if (this.place.isConnected) return;
    if (this.lon?.value && this.lat?.value) this.place.dataset.centre = `${this.lon.value},${this.lat.value}`;
    this.box.append(this.place);
    this.place.scrollIntoView?.({ block: "nearest" });
    this.widen();
    void this.draw().catch(() => { this.place.remove(); this.more.hidden = false; }); // without a network the map's files may not come
  }

  private async draw(): Promise<void> {
    const { openPin, canDraw } = await import("./map");
    if (!canDraw()) { this.place.remove(); return; }
    this.put = await openPin(this.place, (lon, lat) => { this.tell(say("已在地图上选定位置")); this.fill(lon, lat); });
    if (this.put && this.lon?.value && this.lat?.value) this.put(Number(this.lon.value), Number(this.lat.value));
  }
}

onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-pin]")) {
    if (box.dataset.armed) continue;
    box.dataset.armed = "1";
    new Pin(box);
  }
});
