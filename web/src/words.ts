import type { Value } from "./api";

export const number = new Intl.NumberFormat("en");

export function textOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(+value.toPrecision(12));
  if (Array.isArray(value)) return value.map((item) => (item === null ? "." : textOf(item))).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  for (; count >= 1000 && unit + 1 < units.length; ++unit) count /= 1000;
  return `${unit === 0 ? count : count.toFixed(1)} ${units[unit]}`;
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export const comparisons: { is: string; words: string; kinds: string[]; value: "one" | "many" | "none" }[] = [
  { is: "equal", words: "is", kinds: ["number", "text", "boolean"], value: "one" },
  { is: "unequal", words: "is not", kinds: ["number", "text", "boolean"], value: "one" },
  { is: "contains", words: "contains", kinds: ["text"], value: "one" },
  { is: "one_of", words: "is one of", kinds: ["text"], value: "many" },
  { is: "none_of", words: "is none of", kinds: ["text"], value: "many" },
  { is: "less", words: "is less than", kinds: ["number"], value: "one" },
  { is: "at_most", words: "is at most", kinds: ["number"], value: "one" },
  { is: "more", words: "is more than", kinds: ["number"], value: "one" },
  { is: "at_least", words: "is at least", kinds: ["number"], value: "one" },
  { is: "present", words: "is present", kinds: ["number", "text", "boolean", "other"], value: "none" },
  { is: "missing", words: "is missing", kinds: ["number", "text", "boolean", "other"], value: "none" },
];

/** What a text in the look-up box is: an rsID, a variant, a region, or nothing of these. */
export function recognise(text: string): { what: "id" | "variant" | "region" | "none"; text: string } {
  const word = text.trim();
  if (/^rs\d+$/i.test(word)) return { what: "id", text: word.toLowerCase() };
  if (/^.+[:-][\d,]+[:-][A-Za-z]+[:-][A-Za-z]+$/.test(word)) return { what: "variant", text: word };
  if (/^\S+:[\d,]+(-[\d,]+)?$/.test(word)) return { what: "region", text: word };
  return { what: "none", text: word };
}
