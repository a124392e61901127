/* A photo small enough to send from the street: long side 1600 px, about 350 kB, EXIF kept. */
const LONG_SIDE = 1600;
const ENOUGH = 350 * 1024;

async function pictured(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
}

function jpeg(sheet: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((done, fail) => sheet.toBlob((blob) => (blob ? done(blob) : fail(new Error("no jpeg"))), "image/jpeg", quality));
}

/** Where and when a photo was taken is evidence: the EXIF block moves into the smaller photo, set upright. */
export function exifOf(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const length = 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
    if (bytes[at + 1] === 0xe1 && String.fromCharCode(...bytes.slice(at + 4, at + 8)) === "Exif") return upright(bytes.slice(at, at + length));
    at += length;
  }
  return null;
}

function upright(block: Uint8Array): Uint8Array {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const tiff = 10;
  try {
    const little = view.getUint16(tiff) === 0x4949;
    const first = tiff + view.getUint32(tiff + 4, little);
    for (let entry = 0; entry < view.getUint16(first, little); entry += 1) {
      const at = first + 2 + entry * 12;
      if (view.getUint16(at, little) === 0x0112) view.setUint16(at + 8, 1, little);
    }
  } catch { /* a short block keeps what it says */ }
  return block;
}

export async function shrink(file: File): Promise<File> {
  const image = await pictured(file);
  const scale = Math.min(1, LONG_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  if (scale === 1 && file.size <= ENOUGH && file.type === "image/jpeg") return file;
  const sheet = document.createElement("canvas");
  sheet.width = Math.round(image.naturalWidth * scale);
  sheet.height = Math.round(image.naturalHeight * scale);
  sheet.getContext("2d")!.drawImage(image, 0, 0, sheet.width, sheet.height);
  let blob = await jpeg(sheet, 0.86);
  for (const quality of [0.76, 0.66, 0.56]) if (blob.size > ENOUGH) blob = await jpeg(sheet, quality);
  const exif = exifOf(new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer()));
  const parts: BlobPart[] = exif ? [blob.slice(0, 2), exif as BlobPart, blob.slice(2)] : [blob];
  const name = file.name.replace(/\.\w+$/, "") || "photo";
  return new File(parts, `${name}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
}
