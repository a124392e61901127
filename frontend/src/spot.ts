/* What the city says about a place: `data-spot` on a pin asks which street it is, whether inside, what is usual there.

   What the person chose stays. Near a corner nothing is guessed: the streets are offered as buttons. */
import { find, onPiece } from "./core";
import { metres } from "./far";
import { say } from "./words";
import { clearWrongs, showWrong } from "./wrong";

interface Spot { inside: boolean; segments: Array<{ code: string; name: string }>; category: string; here?: string; permitted?: Record<string, string> }

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (event.isTrusted && input.form && (input.name === "segment" || input.name === "category")) input.form.dataset[`chose${input.name}`] = "1";
});

function setSegment(select: HTMLSelectElement, code: string, name: string): void {
  if (!Array.from(select.options).some((one) => one.value === code)) select.prepend(new Option(name, code));
  select.value = code;
}

function offer(form: HTMLFormElement, select: HTMLSelectElement, spot: Spot): void {
  const box = form.querySelector<HTMLElement>("[data-corner]");
  if (!box) return;
  box.replaceChildren();
  box.hidden = spot.segments.length < 2;
  if (box.hidden) return;
  const words = document.createElement("p");
  words.className = "xh-field__hint";
  words.textContent = say("靠近路口，请选一条路段");
  const row = document.createElement("div");
  row.className = "xh-chips";
  for (const { code, name } of spot.segments) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "xh-chip";
    chip.textContent = name;
    chip.addEventListener("click", () => { setSegment(select, code, name); form.dataset.chosesegment = "1"; box.hidden = true; select.focus(); });
    row.append(chip);
  }
  box.append(words, row);
}

/** What is permitted here at this hour, for the kind of problem that is chosen: told before anybody reports it. */
function tellPermitted(form: HTMLFormElement, permitted: Record<string, string>): void {
  const box = form.querySelector<HTMLElement>("[data-permitted]");
  if (!box) return;
  const tell = (): void => {
    const chosen = form.querySelector<HTMLInputElement>("input[name='category']:checked");
    const words = chosen ? permitted[chosen.value] ?? "" : "";
    box.textContent = words;
    box.hidden = !words;
  };
  tell();
  if (!box.dataset.armed) form.addEventListener("change", () => (box as HTMLElement & { tell?: () => void }).tell?.());
  box.dataset.armed = "1";
  (box as HTMLElement & { tell?: () => void }).tell = tell;
}

function guess(form: HTMLFormElement, category: string): void {
  const input = form.querySelector<HTMLInputElement>(`input[name="category"][value="${category}"]`);
  if (!input || form.dataset.chosecategory) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const mark = form.querySelector<HTMLElement>("[data-usual]");
  if (mark) input.closest("label")?.append(mark);
}

const REACH_M = 300; // as the office looks
const TIE_M = 8;

/** How far a point is from a line of `lon,lat lon,lat …`, by the nearest place on it. */
function offLine(lon: number, lat: number, line: string): number {
  const points = line.split(" ").map((one) => one.split(",").map(Number) as [number, number]);
  const narrow = Math.cos(lat * Math.PI / 180);
  let best = Infinity;
  for (let n = 1; n < points.length; n += 1) {
    const [from, to] = [points[n - 1], points[n]];
    const [dx, dy] = [(to[0] - from[0]) * narrow, to[1] - from[1]];
    const along = ((lon - from[0]) * narrow * dx + (lat - from[1]) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    best = Math.min(best, metres([lon, lat], [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]));
  }
  return best;
}

/** Without a network the phone looks among the streets that it knows: those of its own unit. */
function known(form: HTMLFormElement, lon: number, lat: number): void {
  const select = form.querySelector<HTMLSelectElement>("select[name='segment']");
  if (!select || form.dataset.chosesegment) return;
  const near = Array.from(select.options).filter((one) => one.dataset.line)
    .map((one) => ({ code: one.value, name: one.text, off: offLine(lon, lat, one.dataset.line!) }))
    .sort((a, b) => a.off - b.off);
  const segments = near.length && near[0].off <= REACH_M ? near.filter((one) => one.off <= near[0].off + TIE_M) : [];
  if (segments.length === 1) setSegment(select, segments[0].code, segments[0].name);
  offer(form, select, { inside: true, segments, category: "" });
}

async function look(box: HTMLElement, lon: number, lat: number): Promise<void> {
  const form = box.closest("form");
  if (!form || !box.dataset.spot) return;
  const answer = await fetch(`${box.dataset.spot}?lon=${lon}&lat=${lat}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const spot = (await answer.json()) as Spot;
  clearWrongs(form);
  if (!spot.inside) showWrong(form, "lon", say("这个位置不在本市范围内，请在地图上点准，或清掉位置只写地点。"));
  const select = form.querySelector<HTMLSelectElement>("select[name='segment']");
  if (select && !form.dataset.chosesegment) {
    if (spot.segments.length === 1) setSegment(select, spot.segments[0].code, spot.segments[0].name);
    offer(form, select, spot);
  }
  guess(form, spot.category);
  tellPermitted(form, spot.permitted ?? {});
  here(form, spot.here ?? "");
}

/** The place in words: side of the street, grid, who answers there now. */
function here(form: HTMLFormElement, words: string): void {
  const line = form.querySelector<HTMLElement>("[data-here]");
  if (!line) return;
  line.textContent = words;
  line.hidden = !words;
}

document.addEventListener("xh:placed", (event) => {
  const { lon, lat } = (event as CustomEvent<{ lon: number; lat: number }>).detail;
  const box = event.target as HTMLElement;
  void look(box, lon, lat).catch(() => { const form = box.closest("form"); if (form && box.dataset.spot) known(form, lon, lat); });
});

/** A report must be somewhere: while the position is being found it waits, without one it asks. */
onPiece((root) => {
  for (const box of find<HTMLElement>(root, "[data-needs-place]")) {
    const form = box.closest("form");
    if (!form || box.dataset.guarded) continue;
    box.dataset.guarded = "1";
    const filled = (name: string): boolean => Boolean((form.elements.namedItem(name) as HTMLInputElement | null)?.value.trim());
    form.addEventListener("submit", (event) => {
      if (filled("lon") || filled("segment") || filled("place")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (box.dataset.locating) { showWrong(form, "place", say("正在定位，定好后自动提交。")); box.dataset.thenSend = "1"; return; }
      showWrong(form, "place", say("请写明地点，或者在地图上点一下位置。"));
    }, true);
    box.addEventListener("xh:placed", () => {
      if (!box.dataset.thenSend) return;
      delete box.dataset.thenSend;
      clearWrongs(form);
      form.requestSubmit?.();
    });
  }
});
