/* The phone's service worker: pages that were open once open again without a network. */
import { find } from "./core";

const { worker, scope } = document.body.dataset;
if (worker && "serviceWorker" in navigator) {
  window.addEventListener("load", () => { void navigator.serviceWorker.register(worker, { scope }).catch(() => undefined); });
}

/** The pages that work begins with are kept before they are needed: `data-ahead` on their links. */
window.addEventListener("load", () => {
  if (!("caches" in window) || !navigator.onLine || !document.body.dataset.owner) return;
  setTimeout(() => void ahead().catch(() => undefined), 1500);
});
async function ahead(): Promise<void> {
  const cache = await caches.open("xh-pages-1");
  for (const link of find<HTMLAnchorElement>(document, "a[data-ahead]")) {
    if (await cache.match(link.href, { ignoreVary: true })) continue;
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await cache.put(link.href, answer);
  }
}

/** What is kept of a person's pages goes when the person signs out. */
document.addEventListener("submit", (event) => {
  if (!(event.target as Element).matches("[data-sign-out]") || !("caches" in window)) return;
  void caches.keys().then((names) => names.filter((name) => name.startsWith("xh-pages")).forEach((name) => void caches.delete(name)));
});

function showNetwork(): void {
  for (const strip of find<HTMLElement>(document, "[data-offline]")) strip.hidden = navigator.onLine;
  for (const state of find<HTMLElement>(document, "[data-network]")) state.dataset.state = navigator.onLine ? "on" : "off";
}
window.addEventListener("online", showNetwork);
window.addEventListener("offline", showNetwork);
showNetwork();
