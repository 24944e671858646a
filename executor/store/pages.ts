import type { Kv } from "./kv.ts";

/** Which page of rows: a size, and at most one cursor (the id of a row). */
export interface PageQuery {
  readonly limit: number;
  /** Only rows older than this one. */
  readonly before?: string;
  /** Only rows newer than this one: those nearest to it. */
  readonly after?: string;
}

/** Rows, newest first, and the cursors of the pages beside them. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** `before` of the older page. */
  readonly older: string | null;
  /** `after` of the newer page. */
  readonly newer: string | null;
}

/** A row as it stands in an index; null where it makes no sense, which hides no other. */
export interface Entry<Row> {
  readonly id: string;
  readonly row: Row | null;
}

interface Range {
  readonly limit: number;
  readonly reverse?: boolean;
}

/** Reads pages of an index whose keys end with ids that sort by time: one range read a page. */
export class Pages<Row> {
  readonly #kv: Kv;
  readonly #parse: (value: unknown) => Row | null;

  constructor(kv: Kv, parse: (value: unknown) => Row | null) {
    this.#kv = kv;
    this.#parse = parse;
  }

  /** @param prefix Of the index. */
  read(prefix: Deno.KvKey, query: PageQuery): Promise<Page<Row>> {
    return query.after === undefined
      ? this.#before(prefix, query)
      : this.#after(prefix, query, query.after);
  }

  async entries(selector: Deno.KvListSelector, range: Range): Promise<Entry<Row>[]> {
    const found: Entry<Row>[] = [];
    for await (
      const { key, value } of this.#kv.list(selector, { ...range, batchSize: range.limit })
    ) {
      found.push({ id: String(key.at(-1)), row: this.#parse(value) });
    }
    return found;
  }

  /** The newest rows, or the newest that are older than `before`. */
  async #before(prefix: Deno.KvKey, { before, limit }: PageQuery): Promise<Page<Row>> {
    const selector = before === undefined ? { prefix } : { prefix, end: [...prefix, before] };
    const found = await this.entries(selector, { limit: limit + 1, reverse: true });
    const page = found.slice(0, limit);
    const isFirst = before === undefined || !await this.#hasRowFrom(prefix, before);
    return {
      rows: rowsOf(page),
      older: found.length > limit ? page.at(-1)?.id ?? null : null,
      newer: isFirst ? null : page[0]?.id ?? before,
    };
  }

  /** The rows just newer than `after`; where they reach the top, the first page, so that it is full. */
  async #after(prefix: Deno.KvKey, query: PageQuery, after: string): Promise<Page<Row>> {
    const start = [...prefix, `${after}\0`];
    const found = await this.entries({ prefix, start }, { limit: query.limit + 1 });
    if (found.length <= query.limit) {
      return await this.#before(prefix, { ...query, before: undefined });
    }
    const page = found.slice(0, query.limit).reverse();
    const [newest, oldest] = [page[0]?.id ?? null, page.at(-1)?.id ?? after];
    return {
      rows: rowsOf(page),
      older: await this.#hasRowBefore(prefix, oldest) ? oldest : null,
      newer: newest,
    };
  }

  async #hasRowFrom(prefix: Deno.KvKey, id: string): Promise<boolean> {
    return (await this.entries({ prefix, start: [...prefix, id] }, { limit: 1 })).length > 0;
  }

  async #hasRowBefore(prefix: Deno.KvKey, id: string): Promise<boolean> {
    return (await this.entries({ prefix, end: [...prefix, id] }, { limit: 1 })).length > 0;
  }
}

/** Without those that cannot be read. */
export function rowsOf<Row>(entries: readonly Entry<Row>[]): Row[] {
  return entries.flatMap(({ row }) => row ?? []);
}
