/* The days of the map: the slider shows a day while it is moved, the list follows when it is let go; playing goes day by day. */
import { onPiece } from "./core";
import { say } from "./words";

onPiece((root) => {
  const form = root.querySelector<HTMLFormElement>("form[data-map-time]");
  const slider = form?.querySelector<HTMLInputElement>("[data-day]");
  const day = form?.querySelector<HTMLInputElement>("input[name='on']");
  const look = form?.querySelector<HTMLSelectElement>("select[name='look']");
  const play = form?.querySelector<HTMLButtonElement>("[data-play]");
  if (!form || !slider || !day || !look || !play || form.dataset.armed) return;
  form.dataset.armed = "yes";
  let waiting = 0, playing = 0;
  const tell = (): void => {
    const at = new Date(`${form.dataset.from}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() + Number(slider.value));
    day.value = at.toISOString().slice(0, 10);
    slider.setAttribute("aria-valuetext", day.value);
    const asked = new URLSearchParams(form.dataset.pins);
    asked.set("on", day.value);
    asked.set("look", look.value);
    clearTimeout(waiting);
    waiting = window.setTimeout(() => document.dispatchEvent(new CustomEvent("xh:day", { detail: { query: asked.toString() } })), 120);
  };
  const stop = (): void => {
    clearInterval(playing);
    playing = 0;
    play.lastChild!.textContent = say("逐日播放");
  };
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => { if (!playing) form.requestSubmit(); });
  play.hidden = false;
  play.addEventListener("click", () => {
    if (playing) { stop(); form.requestSubmit(); return; }
    if (slider.value === slider.max) slider.value = "0";
    play.lastChild!.textContent = say("停在这一天");
    tell();
    playing = window.setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      tell();
      if (slider.value === slider.max) stop();
    }, 900);
  });
});
