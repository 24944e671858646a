import assert from "node:assert/strict";
import { addedText, shownText, writtenTitle } from "../../../views/task/written_text.ts";

const whole = (text: string, attempt = 1) => ({ attempt, text, length: text.length });

/** The last part of a text, as long as a reader of the task keeps it. */
const tailOf = (text: string, kept: number) => ({
  attempt: 1,
  text: text.slice(-kept),
  length: text.length,
});

Deno.test("shownText shows all of a text that is not long", () => {
  assert.deepEqual(shownText(whole("abc")), { start: 0, text: "abc" });
});

Deno.test("shownText moves on in strides, so that a growing text is mostly added to", () => {
  const text = Array.from({ length: 300_000 }, (_, index) => String(index % 10)).join("");
  let additions = 0;
  let previous = tailOf(text.slice(0, 500), 200_000);
  for (let length = 1000; length <= text.length; length += 500) {
    const next = tailOf(text.slice(0, length), 200_000);
    const { start, text: shown } = shownText(next);
    assert.equal(shown, text.slice(start, length));
    assert.ok(shown.length <= 64 * 1024);
    const added = addedText(previous, next);
    if (added !== null) {
      additions++;
      assert.equal(added, text.slice(length - 500, length));
    }
    previous = next;
  }
  assert.ok(additions > 580, `${additions} of 599`);
});

Deno.test("shownText does not begin with half a character", () => {
  assert.deepEqual(shownText({ attempt: 1, text: "\uDE00ab", length: 10 }), {
    start: 8,
    text: "ab",
  });
});

Deno.test("addedText is what was added", () => {
  assert.equal(addedText(whole("ab"), whole("ab\n")), "\n");
  assert.equal(addedText(whole("ab"), whole("ab")), "");
});

Deno.test("addedText is null where adding would not give the text", () => {
  assert.equal(addedText(whole("ab"), whole("xbc")), null);
  assert.equal(addedText(whole("ab"), whole("a")), null);
  assert.equal(addedText(whole("ab"), whole("abc", 2)), null);
  assert.equal(addedText(whole("a\uD83D"), whole("a\uD83D\uDE00")), null);
});

Deno.test("writtenTitle counts words, or characters where only a part is shown", () => {
  assert.equal(writtenTitle(whole("one two"), "running"), "Written so far, 2 words");
  assert.equal(writtenTitle(whole("one"), "failed"), "Written before it ended, 1 word");
  assert.equal(
    writtenTitle({ attempt: 1, text: "abc", length: 5000 }, "running"),
    "Written so far, 5,000 characters; the last 3",
  );
});
