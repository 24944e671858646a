import assert from "node:assert/strict";
import {
  createEventStreams,
  encodeMessage,
  GONE_MESSAGE,
  type StreamReader,
} from "../../../routes/streams/event_stream.ts";
import { SseReader } from "../../helpers/sse.ts";

function encoded(data: string): string {
  return new TextDecoder().decode(encodeMessage({ id: "1", data }));
}

/** What a stream told of its readers. */
function recorded() {
  const told: string[] = [];
  const readers: StreamReader[] = [];
  return {
    told,
    readers,
    events: {
      topic: "task" as const,
      onOpen(reader: StreamReader) {
        told.push("open");
        readers.push(reader);
      },
      onCaughtUp: () => void told.push("caught up"),
      onClose: () => void told.push("close"),
    },
  };
}

Deno.test("encodeMessage keeps every line of a text inside its message", () => {
  assert.equal(encoded("one"), "id: 1\ndata: one\n\n");
  assert.equal(encoded(""), "id: 1\ndata: \n\n");
  assert.equal(
    encoded("a\nb\r\nc\rd\n\nevent: done\n:x"),
    "id: 1\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: event: done\ndata: :x\n\n",
  );
  assert.equal(encoded("\uFEFFx"), "id: 1\ndata: \uFEFFx\n\n");
});

Deno.test("a message reaches its reader as it was, whatever it holds", async () => {
  const streams = createEventStreams();
  const { events, readers } = recorded();
  const sse = new SseReader(streams.open(events));
  const texts = ["a\nb", "\n\nevent: done\ndata: x", "data: id: 7", "ü🎈\u2028", " two  spaces"];
  for (const data of texts) readers[0]?.send(encodeMessage({ id: "i", data }));
  readers[0]?.close();
  const seen = await sse.rest();
  assert.deepEqual(seen, texts.map((data) => ({ id: "i", event: null, data })));
});

Deno.test("a stream tells of its reader leaving, once, whoever ends it", async () => {
  const streams = createEventStreams();
  const left = recorded();
  const reader = new SseReader(streams.open(left.events));
  assert.equal(streams.count, 1);
  await reader.leave();
  assert.deepEqual(left.told, ["open", "close"]);
  assert.equal(streams.count, 0);

  const closed = recorded();
  const other = new SseReader(streams.open(closed.events));
  closed.readers[0]?.close();
  assert.equal(await other.next(), null);
  assert.deepEqual(closed.told, ["open", "close"]);
  assert.equal(streams.count, 0);
});

Deno.test("a reader who does not read gets a bounded number of bytes, then hears that it caught up", async () => {
  const streams = createEventStreams();
  const { events, readers, told } = recorded();
  const sse = new SseReader(streams.open(events));
  const message = encodeMessage({ data: "x".repeat(10_000) });
  const sent = Array.from({ length: 100 }, () => readers[0]?.send(message));
  const passed = sent.filter(Boolean).length;
  assert.ok(passed >= 20 && passed < 30, `${passed} messages of ten thousand bytes`);
  assert.deepEqual(sent, sent.toSorted((a, b) => Number(b) - Number(a)), "none after a missed one");
  for (let i = 0; i < passed; i++) await sse.next();
  assert.deepEqual(told, ["open", "caught up"]);
  assert.ok(readers[0]?.send(message), "it gets what comes now");
  await sse.next();
  await sse.leave();
});

Deno.test("closeAll ends every stream and refuses new ones", async () => {
  const streams = createEventStreams();
  const { events, told } = recorded();
  const readers = [new SseReader(streams.open(events)), new SseReader(streams.open(events))];
  streams.closeAll();
  for (const reader of readers) assert.equal(await reader.next(), null);
  assert.deepEqual(told, ["open", "open", "close", "close"]);
  const refused = streams.open(events);
  assert.equal(refused.status, 503);
  assert.match(await refused.text(), /Callboard is stopping/);
  assert.equal(told.length, 4);
});

Deno.test("a stream whose right is taken away ends with its farewell, and gives the right back", async () => {
  const streams = createEventStreams();
  const held = new Set<() => void>();
  const hold = (onGone: () => void) => {
    held.add(onGone);
    return () => void held.delete(onGone);
  };
  const { events, told } = recorded();
  const sse = new SseReader(streams.open({ ...events, right: { hold, farewell: GONE_MESSAGE } }));
  const silent = new SseReader(streams.open({ ...events, right: { hold, farewell: null } }));
  const left = new SseReader(streams.open({ ...events, right: { hold, farewell: null } }));
  await left.leave();
  assert.equal(held.size, 2);
  for (const onGone of [...held]) onGone();
  assert.deepEqual((await sse.rest()).map(({ event }) => event), ["gone", "done"]);
  assert.deepEqual(await silent.rest(), []);
  assert.equal(held.size, 0);
  assert.equal(streams.count, 0);
  assert.equal(told.filter((each) => each === "close").length, 3);
});
