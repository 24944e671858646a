import assert from "node:assert/strict";
import { join } from "node:path";
import { openKv } from "../../../executor/store/open_kv.ts";

Deno.test("openKv makes the folders of its file, and opens it again with what it holds", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "some", "where", "callboard.db");
  try {
    const first = await openKv(path);
    const writes = first.kv.atomic();
    writes.set(["key"], "value");
    await writes.commit();
    first.close();
    const second = await openKv(path);
    assert.equal((await second.kv.get(["key"])).value, "value");
    second.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openKv with no folder in its name opens a file in the folder it runs in", async () => {
  const folder = await Deno.makeTempDir();
  const module = new URL("../../../executor/store/open_kv.ts", import.meta.url);
  const code = `import { openKv } from ${JSON.stringify(module.href)};
    (await openKv("callboard.db")).close();`;
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--unstable-kv", code],
      cwd: folder,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.ok((await Deno.stat(join(folder, "callboard.db"))).isFile);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
