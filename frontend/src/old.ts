/* What Chromium 87 and Safari 15 lack of what our libraries call. */
type Loose = Record<string, unknown>;

function add(to: object, name: string, what: (...given: never[]) => unknown): void {
  if (!(name in to)) Object.defineProperty(to, name, { value: what, writable: true, configurable: true });
}

function at(this: ArrayLike<unknown>, index: number): unknown {
  return this[index < 0 ? this.length + index : index];
}

add(Object, "hasOwn", (thing: object, name: PropertyKey) => Object.prototype.hasOwnProperty.call(thing, name));
add(Array.prototype, "at", at);
add(String.prototype, "at", at);
add(Array.prototype, "findLast", function (this: unknown[], test: (item: unknown) => boolean) {
  return this.slice().reverse().find(test);
} as (...given: never[]) => unknown);
for (const kind of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]) {
  add(kind.prototype as unknown as Loose, "at", at);
}

/** A random UUID; older browsers and plain http have no crypto.randomUUID. */
export function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
