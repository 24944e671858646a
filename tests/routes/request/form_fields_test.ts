import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";

function post(site: TestSite, appId: string, type: string, body: string): Promise<Response> {
  return site.request(paths.appTasks(appId), {
    method: "POST",
    headers: { "Content-Type": type },
    body,
  });
}

Deno.test("a form of a million fields is refused with a sentence", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
  const forms = [
    ["application/x-www-form-urlencoded", "a&".repeat(2_000_000)],
    ["multipart/form-data; boundary=x", `${part.repeat(70_000)}--x--\r\n`],
    ['multipart/form-data; charset=utf-8; boundary="x"', `${part.repeat(70_000)}--x--\r\n`],
  ] as const;
  for (const [type, body] of forms) {
    const response = await post(site, app.id, type, body);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /it has more than 500 fields/);
  }
});

Deno.test("a form of 500 fields is taken, one of 501 refused", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  for (const [count, status] of [[500, 303], [501, 400]] as const) {
    const names = Array.from({ length: count }, (_, i) => `field${i}`);
    const parts = names.map((name) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`
    );
    const forms = [
      ["application/x-www-form-urlencoded", names.map((name) => `${name}=1`).join("&")],
      ["multipart/form-data; boundary=x", `${parts.join("")}--x--\r\n`],
    ] as const;
    for (const [type, body] of forms) {
      assert.equal((await post(site, app.id, type, body)).status, status, `${count} of ${type}`);
    }
  }
});

Deno.test("a form that names two boundaries or types has its fields counted all the same", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
  const body = `${part.repeat(20_000)}--b--\r\n`;
  const types = [
    ['multipart/form-data; x="; boundary=zzz"; boundary=b', 400],
    ["multipart/form-data; boundary=zzz; boundary=b", 400],
    ["multipart/form-data; boundary=b; boundary=zzz", 400],
    ["application/x-www-form-urlencoded, multipart/form-data; boundary=b", 415],
    ["multipart/form-data; boundary=zzz, multipart/form-data; boundary=b", 415],
    ["application/x-www-form-urlencoded-not", 415],
  ] as const;
  for (const [type, status] of types) {
    const response = await post(site, app.id, type, body);
    assert.equal(response.status, status, type);
    // 20,000 fields were parsed where it is the repeated field that was refused.
    assert.doesNotMatch(await response.text(), /twice/, type);
  }
});

Deno.test("a form may hold as many separators in its texts as it likes", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [{ name: "text", label: "Text", type: "multiline" }] });
  const text = "a&b=c --x\n".repeat(5_000);
  assert.equal((await site.postForm(paths.appTasks(app.id), { text })).status, 303);
});

Deno.test("a body that is no form is 415, a damaged one 400", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const bodies: [type: string, body: string, status: number][] = [
    ["text/plain", "text=x", 415],
    ["", "text=x", 415],
    ["multipart/form-data", "text=x", 400],
  ];
  for (const [type, body, status] of bodies) {
    assert.equal((await post(site, app.id, type, body)).status, status, type);
  }
});

Deno.test("a form that was cut off is 400, wherever it ends: what is missing is not left out", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const whole = `${part("version", "same")}${part("from", "no-such-step")}--x--\r\n`;
  const fork = (body: string) =>
    site.request(paths.taskForks(taskId), {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      body,
    });
  assert.equal((await fork(whole)).status, 422);
  for (const length of [whole.length - 7, whole.indexOf("no-such"), whole.indexOf("from"), 10]) {
    const response = await fork(whole.slice(0, length));
    assert.equal(response.status, 400, String(length));
    assert.match(await response.text(), /it is damaged/);
  }
});

Deno.test("a form that is not in UTF-8 is 400, and a replacement character that was typed is taken", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [{ name: "text", label: "Text", type: "multiline" }] });
  const urlencoded = "application/x-www-form-urlencoded";
  const part = 'Content-Disposition: form-data; name="text"\r\n\r\n';
  const multipart = "multipart/form-data; boundary=x";
  const bodies: [type: string, body: string, status: number][] = [
    [urlencoded, "text=%ff", 400],
    [urlencoded, "text=100%&x%", 303],
    [urlencoded, "text=%EF%BF%BD%", 303],
    [urlencoded, "text=\uFFFD%c3", 400],
    [multipart, `--x\r\n${part}\uFFFD\r\n--x--\r\n`, 303],
  ];
  for (const [type, body, status] of bodies) {
    assert.equal((await post(site, app.id, type, body)).status, status, body);
  }
  const bytes = new TextEncoder().encode(`--x\r\n${part}?\r\n--x--\r\n`);
  bytes[bytes.indexOf(0x3f)] = 0xff;
  const headers = { "Content-Type": multipart };
  const init = { method: "POST", headers, body: bytes };
  assert.equal((await site.request(paths.appTasks(app.id), init)).status, 400);
});

Deno.test("a form that has a field twice is 400: it says two things", async () => {
  await using site = await startTestSite({ concurrency: 0 });
  const app = await site.add({ inputs: [{ name: "text", label: "Text", type: "multiline" }] });
  const response = await site.postForm(paths.appTasks(app.id), [["text", "a"], ["text", "b"]]);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /it has the field &quot;text&quot; twice/);
});
