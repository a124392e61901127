/* How far: `data-far="lon,lat"` says the distance from here; `data-fix` how exact the position is. */
import { find, onPiece } from "./core";
import { say } from "./words";

const EARTH_M = 6371008.8;

export function metres(from: [number, number], to: [number, number]): number {
  const rad = Math.PI / 180;
  const [dLat, dLon] = [(to[1] - from[1]) * rad / 2, (to[0] - from[0]) * rad / 2];
  const chord = Math.sin(dLat) ** 2 + Math.cos(from[1] * rad) * Math.cos(to[1] * rad) * Math.sin(dLon) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** 350 米, 1.2 公里: no more digits than a phone's position deserves. */
export function told(distance: number): string {
  return distance < 1000 ? say("距我 {m} 米", { m: Math.round(distance / 10) * 10 }) : say("距我 {km} 公里", { km: (distance / 1000).toFixed(1) });
}

function show({ coords }: GeolocationPosition): void {
  for (const place of find<HTMLElement>(document, "[data-far]")) {
    const [lon, lat] = (place.dataset.far ?? "").split(",").map(Number);
    place.textContent = told(metres([coords.longitude, coords.latitude], [lon, lat]));
    place.hidden = false;
  }
  for (const place of find<HTMLElement>(document, "[data-fix]")) place.textContent = say("定位 ±{m} 米", { m: Math.round(coords.accuracy) });
}

function ask(): void {
  if (document.hidden || !("geolocation" in navigator) || !document.querySelector("[data-far]")) return;
  navigator.geolocation.getCurrentPosition(show, () => undefined, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
}

onPiece((root) => { if (find(root, "[data-far]").length) ask(); });
document.addEventListener("visibilitychange", ask);
