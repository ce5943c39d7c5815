// Where the person is on the page: kept in the address, so that it can be marked, shared and gone back to.
import { derived, readable } from "svelte/store";
import type { Condition, SortKey } from "./api";

export interface Place {
  view: string;
  file: string;
  filter: Condition[];
  sort: SortKey[];
  columns: string[];
  offset: number;
  row: number;
  text: string; // of the look-up, the run's id, …
}

const nowhere: Place = {
  view: "variants",
  file: "",
  filter: [],
  sort: [],
  columns: [],
  offset: 0,
  row: -1,
  text: "",
};

function listIn<T>(text: string | null): T[] {
  try {
    const list = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

export function read(hash: string): Place {
  const [view, query] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const parameters = new URLSearchParams(query ?? "");
  return {
    view: view || nowhere.view,
    file: parameters.get("file") ?? "",
    filter: listIn<Condition>(parameters.get("filter")),
    sort: listIn<SortKey>(parameters.get("sort")),
    columns: listIn<string>(parameters.get("columns")),
    offset: Math.max(0, Number(parameters.get("offset")) || 0),
    row: parameters.has("row") ? Number(parameters.get("row")) : -1,
    text: parameters.get("text") ?? "",
  };
}

export function write(place: Place): string {
  const parameters = new URLSearchParams();
  if (place.file) parameters.set("file", place.file);
  for (const name of ["filter", "sort", "columns"] as const) {
    if (place[name].length) parameters.set(name, JSON.stringify(place[name]));
  }
  if (place.offset) parameters.set("offset", String(place.offset));
  if (place.row >= 0) parameters.set("row", String(place.row));
  if (place.text) parameters.set("text", place.text);
  const query = parameters.toString();
  return `#/${place.view}${query ? `?${query}` : ""}`;
}

const hash = readable(location.hash, (set) => {
  const changed = () => set(location.hash);
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
});

export const place = derived(hash, read);

/** The address of another place: this one with changes. A row and a text belong to the view that they were for. */
export function linkTo(from: Place, changes: Partial<Place>): string {
  return write({ ...from, row: -1, text: "", ...changes });
}

export function go(from: Place, changes: Partial<Place>): void {
  location.hash = linkTo(from, changes);
}
