/* Marks drawn on demand: `p|category|state[|chosen]`, `c|count|late`, `o|state|name|seen`, `f|kind`, `s|site`. */
import { say } from "./words";

const COLOUR: Record<string, string> = {
  parking: "#1f66c7", stall: "#b8520a", shopfront: "#8a6100", sign: "#6d44c4", posting: "#0c7d80", building: "#a82a72", other: "#4a5668",
};
const CHARACTER: Record<string, string> = { parking: "车", stall: "摊", shopfront: "店", sign: "牌", posting: "贴", building: "建", other: "他" };
const CHIP: Record<string, string> = { free: "#1f7a4d", busy: "#9a5b00", away: "#5d6979" };
const FONTS = '"HarmonyOS Sans SC","PingFang SC","MiSans","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
const RED = "#b8322a";

type Brush = CanvasRenderingContext2D;
export interface Mark { image: ImageData; ratio: number }

function canvas(width: number, height: number, draw: (brush: Brush) => void): Mark {
  const ratio = Math.min(Math.max(Math.ceil(window.devicePixelRatio || 1), 1), 3);
  const sheet = document.createElement("canvas");
  sheet.width = Math.ceil(width * ratio);
  sheet.height = Math.ceil(height * ratio);
  const brush = sheet.getContext("2d")!;
  brush.scale(ratio, ratio);
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  draw(brush);
  return { image: brush.getImageData(0, 0, sheet.width, sheet.height), ratio };
}

function square(brush: Brush, x: number, y: number, size: number, radius: number): void {
  brush.beginPath();
  brush.moveTo(x + radius, y);
  brush.arcTo(x + size, y, x + size, y + size, radius);
  brush.arcTo(x + size, y + size, x, y + size, radius);
  brush.arcTo(x, y + size, x, y, radius);
  brush.arcTo(x, y, x + size, y, radius);
  brush.closePath();
}

function pin(category: string, state: string, chosen: boolean): Mark {
  const body = chosen ? 34 : 24;
  const size = body + 14;
  const closed = state === "closed";
  const colour = closed ? "#6b7686" : COLOUR[category] ?? COLOUR.other;
  return canvas(size, size, (brush) => {
    const edge = (size - body) / 2;
    brush.shadowColor = "rgba(18,32,56,.35)";
    brush.shadowBlur = 3;
    brush.shadowOffsetY = 1;
    square(brush, edge - 2, edge - 2, body + 4, 8);
    brush.fillStyle = "#fff";
    brush.fill();
    brush.shadowColor = "transparent";
    if (state === "late" || chosen) {
      square(brush, edge - 3.5, edge - 3.5, body + 7, 9);
      brush.lineWidth = 2.5;
      brush.strokeStyle = state === "late" ? RED : "#123f87";
      brush.stroke();
    }
    const hollow = state === "waiting";
    square(brush, edge + (hollow ? 1 : 0), edge + (hollow ? 1 : 0), body - (hollow ? 2 : 0), 6);
    brush.fillStyle = hollow ? "#fff" : colour;
    brush.fill();
    if (hollow) { brush.lineWidth = 2.5; brush.strokeStyle = colour; brush.stroke(); }
    brush.fillStyle = hollow ? colour : "#fff";
    brush.font = `600 ${Math.round(body * 0.6)}px ${FONTS}`;
    brush.fillText(closed ? "✓" : CHARACTER[category] ?? "他", size / 2, size / 2 + 0.5);
  });
}

function cluster(count: number, late: number): Mark {
  const radius = count < 10 ? 16 : count < 100 ? 19 : 23;
  const size = radius * 2 + 8;
  return canvas(size, size, (brush) => {
    const middle = size / 2;
    const ring = (from: number, to: number, colour: string): void => {
      brush.beginPath();
      brush.arc(middle, middle, radius - 2, from, to);
      brush.lineWidth = 5;
      brush.strokeStyle = colour;
      brush.stroke();
    };
    brush.shadowColor = "rgba(18,32,56,.35)";
    brush.shadowBlur = 4;
    brush.beginPath();
    brush.arc(middle, middle, radius + 0.5, 0, Math.PI * 2);
    brush.fillStyle = "#fff";
    brush.fill();
    brush.shadowColor = "transparent";
    ring(0, Math.PI * 2, "#5b8ad6");
    if (late) ring(-Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.max(late / count, 0.08), RED);
    brush.fillStyle = "#123f87";
    brush.font = `600 ${count > 999 ? 12 : 14}px ${FONTS}`;
    brush.fillText(count > 9999 ? `${Math.round(count / 1000)}k` : String(count), middle, middle + 0.5);
  });
}

function officer(state: string, name: string, seen: string): Mark {
  const font = `13px ${FONTS}`;
  const words = state === "free" ? say("{name} 空闲", { name }) : state === "busy" ? say("{name} 忙", { name }) : `${name} ${seen}`.trim();
  const ruler = document.createElement("canvas").getContext("2d")!;
  ruler.font = font;
  const width = 26 + 6 + ruler.measureText(words).width + 10;
  return canvas(width + 6, 32, (brush) => {
    brush.shadowColor = "rgba(18,32,56,.3)";
    brush.shadowBlur = 3;
    brush.shadowOffsetY = 1;
    brush.beginPath();
    brush.arc(16, 16, 13, Math.PI / 2, -Math.PI / 2);
    brush.arc(width - 10, 16, 13, -Math.PI / 2, Math.PI / 2);
    brush.closePath();
    brush.fillStyle = "#fff";
    brush.fill();
    brush.shadowColor = "transparent";
    brush.beginPath();
    brush.arc(16, 16, 10, 0, Math.PI * 2);
    brush.fillStyle = CHIP[state] ?? CHIP.away;
    brush.fill();
    brush.fillStyle = "#fff";
    brush.font = `600 12px ${FONTS}`;
    brush.fillText(Array.from(name)[0] ?? "", 16, 16.5);
    brush.textAlign = "left";
    brush.font = font;
    brush.fillStyle = CHIP[state] ?? CHIP.away;
    brush.fillText(words, 32, 16.5);
  });
}

const FACILITY: Record<string, string> = { parking_bay: "位", parking_line: "线", notice_board: "栏", no_stall_sign: "禁" };

/** A small white plate with a character: a facility is square, a site is a diamond. */
function plate(character: string, diamond: boolean): Mark {
  return canvas(26, 26, (brush) => {
    brush.shadowColor = "rgba(18,32,56,.35)";
    brush.shadowBlur = 2;
    if (diamond) { brush.translate(13, 13); brush.rotate(Math.PI / 4); square(brush, -8, -8, 16, 3); } else square(brush, 3, 3, 20, 5);
    brush.fillStyle = "#fff";
    brush.fill();
    brush.shadowColor = "transparent";
    brush.lineWidth = 2;
    brush.strokeStyle = "#2b5f49";
    brush.stroke();
    if (diamond) { brush.rotate(-Math.PI / 4); brush.translate(-13, -13); }
    brush.fillStyle = "#2b5f49";
    brush.font = `600 ${diamond ? 11 : 13}px ${FONTS}`;
    brush.fillText(character, 13, 13.5);
  });
}

export function drawn(id: string): Mark | null {
  const [sort, ...rest] = id.split("|");
  if (sort === "p") return pin(rest[0], rest[1], rest[2] === "chosen");
  if (sort === "c") return cluster(Number(rest[0]), Number(rest[1]));
  if (sort === "o") return officer(rest[0], rest[1] ?? "", rest[2] ?? "");
  if (sort === "f") return plate(FACILITY[rest[0]] ?? "设", false);
  if (sort === "s") return plate("点", true);
  return null;
}
