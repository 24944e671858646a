import { createRandom } from "../../helpers/random.ts";

/** Choices of a test that follow from one printed number; `CLUSTER_SEED` sets it. */
export interface Choices {
  /** A whole number from `min` to `max`. */
  number(min: number, max: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function createChoices(): Choices {
  const seed = Number(Deno.env.get("CLUSTER_SEED") || Math.floor(Math.random() * 1e9));
  console.log(`CLUSTER_SEED=${seed}`);
  const random = createRandom(seed);
  const number = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  return {
    number,
    pick(items) {
      const item = items[number(0, items.length - 1)];
      if (item === undefined) throw new RangeError("Cannot pick one of nothing");
      return item;
    },
  };
}
