import type { ReadOperation, ReadParameter } from "./openapi_reader.ts";

/** A request as a fuzzer sends it. */
export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Things that are there, by the name of the path's parameter. */
export type Known = Readonly<Record<string, readonly string[]>>;

const TEXTS = [
  "",
  "0",
  "-1",
  "null",
  "a".repeat(300),
  "a".repeat(5_000),
  "é🎈",
  "\ud800",
  "\0",
  "../..",
  "%2e%2e",
  "__proto__",
  "constructor",
  "<script>",
  "{{ inputs }}",
  "tsk_00000000000000000000000000",
  "app_7zzzzzzzzzzzzzzzzzzzzzzzzz",
  "running",
  "latest",
];
const NUMBERS = [0, -1, 1, 3, 1e308, -0.5, 9007199254740993, 101];
const HEADER_TEXTS = [
  "",
  "x",
  "wait=0",
  "wait=00000000000",
  "wait=-1",
  'W/"x"',
  "*",
  "p.1.1",
  "a b",
];
const TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a", ""];
const BROKEN = [
  "",
  "{",
  "[]",
  "null",
  "1",
  '"x"',
  '{"inputs":',
  "[".repeat(2_000),
  '{"inputs":[]}',
];

/** Makes requests of what an OpenAPI document says, right ones and wrong ones, all from `random`. */
export function createFuzzer(random: () => number, known: Known) {
  function oneOf<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("Cannot choose one of nothing");
    return item;
  }
  const isChance = (share: number) => random() < share;

  function value(depth = 0): unknown {
    const kinds = depth < 3 ? 7 : 4;
    switch (Math.floor(random() * kinds)) {
      case 0:
        return oneOf(TEXTS);
      case 1:
        return oneOf(NUMBERS);
      case 2:
        return isChance(0.5);
      case 3:
        return null;
      case 4:
        return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
      default:
        return Object.fromEntries(
          Array.from({ length: Math.floor(random() * 4) }, () => [oneOf(TEXTS), value(depth + 1)]),
        );
    }
  }

  /** Of a field of an object; `inputs` are often those that the apps here have. */
  function fieldValue(name: string): unknown {
    if (name !== "inputs" || isChance(0.2)) return value();
    const names = known.input ?? [];
    return Object.fromEntries(
      names.filter(() => isChance(0.5)).map((input) => [input, isChance(0.6) ? "3" : value()]),
    );
  }

  function body({ body: schema }: ReadOperation): string {
    if (isChance(0.15)) return oneOf(BROKEN);
    const properties = schema?.properties;
    const names = typeof properties === "object" && properties !== null
      ? Object.keys(properties)
      : [];
    const fields = names.filter(() => isChance(0.7)).map((name) => [name, fieldValue(name)]);
    return JSON.stringify(Object.fromEntries(fields));
  }

  function pathText({ name }: ReadParameter): string {
    const text = isChance(0.75) ? oneOf(known[name] ?? TEXTS) : oneOf(TEXTS);
    return encodeURIComponent(text.toWellFormed()) || "-";
  }

  function queryText({ name, schema }: ReadParameter): string {
    const choices = Array.isArray(schema.enum) ? schema.enum.map(String) : [];
    if (isChance(0.5) && choices.length > 0) return oneOf(choices);
    if (isChance(0.5)) return String(oneOf(NUMBERS));
    return isChance(0.5) ? oneOf(known[name === "app" ? "appId" : "id"] ?? TEXTS) : oneOf(TEXTS);
  }

  return function request(operation: ReadOperation): FuzzedRequest {
    const { method, parameters } = operation;
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => {
      return pathText(parameters.find((each) => each.name === name) ?? never(name));
    });
    const chosen = parameters.filter(() => isChance(0.4));
    const query = new URLSearchParams(
      chosen.filter((each) => each.in === "query").map((each) => [
        each.name,
        queryText(each).toWellFormed(),
      ]),
    );
    const headers: Record<string, string> = Object.fromEntries(
      chosen.filter((each) => each.in === "header").map(({ name }) => [name, oneOf(HEADER_TEXTS)]),
    );
    if (isChance(0.2)) headers.Accept = oneOf(["text/html", "application/json", "*/*", "x"]);
    const url = query.size === 0 ? path : `${path}?${query}`;
    if (operation.body === null) return { method, path: url, headers };
    headers["Content-Type"] = isChance(0.9) ? "application/json" : oneOf(TYPES);
    return { method, path: url, headers, body: body(operation) };
  };
}

function never(name: string): never {
  throw new Error(`Cannot fill in the path: nothing is told of "${name}"`);
}
