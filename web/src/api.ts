// What the server can be asked: src/server/openapi.json describes it.

export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

export interface Column {
  name: string;
  type: string;
  kind: "number" | "text" | "boolean" | "other";
  list: boolean;
  source: string;
  description: string;
  computed: boolean;
}

export interface File {
  file: string;
  version: string;
  bytes: number;
  rows: number;
  columns: Column[];
  sources: string[];
  contigs: string[];
  metadata: { [key: string]: string };
}

export interface Condition {
  region?: string;
  column?: string;
  is?: string;
  value?: Value;
  values?: Value[];
  or_missing?: boolean;
}

export interface SortKey {
  column: string;
  descending?: boolean;
}

export interface Page {
  columns: string[];
  rows: Value[][];
  row_numbers: number[];
  milliseconds: number;
}

export interface Count {
  count: number;
  of: number;
  words: string[];
  milliseconds: number;
}

export interface Bar {
  label: string;
  rows: number;
  condition: Condition[] | null;
}

export interface Bars {
  column: string;
  description?: string;
  bars: Bar[];
  milliseconds: number;
}

export interface ValueOfColumn extends Column {
  value: Value;
}

export interface Row {
  row: number;
  groups: { source: string; hits: number | null; values: ValueOfColumn[] }[];
  genotype: string;
  neighbours: { columns: string[]; rows: { row: number; values: Value[] }[] };
}

/** An answer that is none: `message` is a sentence for the person. */
export class Refused extends Error {
  constructor(
    public status: number,
    message: string,
  ) {
    super(message);
  }
}

async function answerOf<T>(request: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw new Refused(0, "varjoin no longer answers. Start varjoin ui again and open the address that it prints.");
  }
  const body = await response.json();
  if (!response.ok) {
    throw new Refused(response.status, body.error ?? "The server could not answer.");
  }
  return body as T;
}

export function get<T>(path: string, parameters: Record<string, string> = {}, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams(parameters).toString();
  return answerOf<T>(fetch(query ? `${path}?${query}` : path, { signal }));
}

/** A question that is dropped, on both sides, when `signal` says so. */
export function ask<T>(path: string, question: object, signal?: AbortSignal): Promise<T> {
  const body = JSON.stringify(question);
  return answerOf<T>(fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal }));
}

export function isDropped(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Questions of which only the newest one's answer counts: those before it are dropped. */
export class Newest {
  private current: AbortController | null = null;

  ask<T>(question: (signal: AbortSignal) => Promise<T>, told: (answer: T) => void, failed: (sentence: string) => void): void {
    this.drop();
    const mine = (this.current = new AbortController());
    question(mine.signal)
      .then((answer) => this.current === mine && told(answer))
      .catch((error) => this.current === mine && failed(sentence(error)));
  }

  drop(): void {
    this.current?.abort();
    this.current = null;
  }
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
