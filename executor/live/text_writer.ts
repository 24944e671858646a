import type { Clock } from "../clock.ts";
import type { TextRef, TextStore } from "../store/texts.ts";
import { WholeCharacters } from "../whole_characters.ts";
import type { Hub } from "./hub.ts";

const FLUSH_CHARACTERS = 2_048;
const MAX_PIECE_CHARACTERS = 20_000;

/** Takes the text of one attempt as it is streamed: shown at once, stored in pieces. */
export interface TextWriter {
  /** Goes on where an earlier run of the same attempt stopped to wait. */
  resume(): Promise<void>;
  write(text: string): void;
  /** Stores what is left. Resolves when all of it is stored. */
  flush(): Promise<void>;
  /** Stores nothing more: the result says it all. Resolves when nothing is being stored. */
  close(): Promise<void>;
}

export function createTextWriter(
  { hub, clock, texts }: { readonly hub: Hub; readonly clock: Clock; readonly texts: TextStore },
  ref: TextRef,
): TextWriter {
  // What is shown has to be what is stored, and UTF-8 holds no half of a character.
  const characters = new WholeCharacters();
  let text = "";
  let stored = 0;
  let storing: Promise<void> = Promise.resolve();
  let isClosed = false;
  let cancelTimer: (() => void) | null = null;

  async function store(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    while (!isClosed) {
      const piece = text.slice(stored, pieceEnd(text, stored));
      if (piece === "") return;
      await texts.append(ref, stored, piece);
      stored += piece.length;
    }
  }

  function flush(): Promise<void> {
    storing = storing.catch(() => {}).then(store);
    return storing;
  }

  return {
    async resume() {
      text = await texts.read(ref);
      stored = text.length;
    },
    write(more) {
      const whole = characters.push(more);
      if (whole === "") return;
      text += whole;
      hub.textChanged(ref, text);
      if (text.length - stored >= FLUSH_CHARACTERS) flush().catch(() => {});
      else cancelTimer ??= clock.after(texts.flushMs, () => flush().catch(() => {}));
    },
    flush,
    async close() {
      isClosed = true;
      cancelTimer?.();
      await storing.catch(() => {});
    },
  };
}

/** Where a piece ends: never inside a surrogate pair, whose halves UTF-8 cannot hold. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + MAX_PIECE_CHARACTERS);
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
