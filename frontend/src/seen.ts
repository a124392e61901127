/* A case that was sent to somebody is seen once its page has been open before them for a moment: not when it was
   fetched ahead, and not behind another page. */
import { csrf, find, onPiece } from "./core";

const MOMENT = 800;

function tell(form: HTMLFormElement): void {
  const body = new FormData(form);
  void fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": csrf() }, credentials: "same-origin" }).catch(() => undefined);
}

onPiece((root) => {
  for (const form of find<HTMLFormElement>(root, "form[data-seen]")) {
    const look = (): void => {
      if (document.hidden) document.addEventListener("visibilitychange", look, { once: true });
      else window.setTimeout(() => tell(form), MOMENT);
    };
    look();
  }
});
