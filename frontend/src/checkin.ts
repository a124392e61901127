/* Checking in: the position is asked for when the page opens, and how far the post is stands above the button. */
import { find, onPiece } from "./core";

async function tell(form: HTMLFormElement, { coords }: GeolocationPosition): Promise<void> {
  const put = (name: string, value: number, digits: number) => {
    const field = form.elements.namedItem(name) as HTMLInputElement | null;
    if (field) field.value = value.toFixed(digits);
  };
  put("lon", coords.longitude, 7);
  put("lat", coords.latitude, 7);
  put("accuracy", coords.accuracy, 0);
  const place = form.querySelector<HTMLElement>("[data-checkin-words]");
  try {
    const answer = await fetch(`${form.dataset.checkin}?lon=${coords.longitude.toFixed(7)}&lat=${coords.latitude.toFixed(7)}`);
    const { words } = await answer.json() as { words: string };
    if (place && words) { place.textContent = words; place.hidden = false; }
  } catch { /* without a network the office says the distance later */ }
}

function ask(form: HTMLFormElement): void {
  if (!("geolocation" in navigator)) return;
  navigator.geolocation.getCurrentPosition((position) => void tell(form, position), () => undefined, { enableHighAccuracy: true, timeout: 15000, maximumAge: 15000 });
}

onPiece((root) => find<HTMLFormElement>(root, "form[data-checkin]").forEach(ask));
