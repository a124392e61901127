/* The service worker of the phone pages. Django puts `const SHELL = {version, scope, files, offline}` before it.

   Built files never change under their name: cache first. Pages: the network first, and what was seen last
   when there is none. Nothing but GET within the scope is touched; photos and records live in the outbox. */
interface Shell { version: string; scope: string; statics: string; files: string[]; offline: string }
declare const SHELL: Shell;
type Waiting = Event & { waitUntil(work: Promise<unknown>): void };
type Fetching = Waiting & { request: Request; respondWith(answer: Promise<Response>): void };
const worker = self as unknown as {
  addEventListener(name: string, listen: (event: never) => void): void;
  skipWaiting(): Promise<void>; clients: { claim(): Promise<void> };
};
const FILES = `xh-files-${SHELL.version}`;
const PAGES = "xh-pages-1";
const MOST = 80;

/** The page for when nothing else is there, as nobody's page: who uses the phone may change. */
async function plain(cache: Cache): Promise<void> {
  if (SHELL.offline) await cache.put(SHELL.offline, await fetch(SHELL.offline, { credentials: "omit" }));
}

worker.addEventListener("install", (event: Waiting) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL.files).then(() => plain(cache))).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event: Waiting) => {
  const old = caches.keys().then((names) => Promise.all(
    names.filter((name) => name.startsWith("xh-files-") && name !== FILES).map((name) => caches.delete(name))));
  event.waitUntil(old.then(anew).then(() => worker.clients.claim()));
});

/** Pages kept with the files of before would open without them: each is fetched again, or goes. */
async function anew(): Promise<void> {
  const cache = await caches.open(PAGES);
  for (const request of await cache.keys()) {
    const answer = await fetch(request.url, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(request, answer); else await cache.delete(request);
  }
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FILES)).put(request, answer.clone());
  return answer;
}

/** The pages seen last, and no more than a day's worth of them. */
async function keep(request: Request, answer: Response): Promise<void> {
  const cache = await caches.open(PAGES);
  await cache.put(request, answer);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await cache.delete(old);
}

async function page(request: Request): Promise<Response> {
  const slow = new Promise<never>((_, fail) => setTimeout(() => fail(new Error("slow")), 6000));
  const network = fetch(request);
  try {
    const answer = await Promise.race([network, slow]);
    if (answer.ok && !answer.redirected) await keep(request, answer.clone());
    return answer;
  } catch {
    const kept = await (await caches.open(PAGES)).match(request, { ignoreVary: true });
    return kept ?? (await caches.match(SHELL.offline, { ignoreVary: true })) ?? network;
  }
}

worker.addEventListener("fetch", (event: Fetching) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith(SHELL.statics)) event.respondWith(file(request));
  else if (request.mode === "navigate" && pathname.startsWith(SHELL.scope)) event.respondWith(page(request));
});
export {};
