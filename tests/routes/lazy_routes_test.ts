import assert from "node:assert/strict";
import { Hono } from "hono";
import { lazyRoutes } from "../../routes/lazy_routes.ts";

Deno.test("lazyRoutes answers a route by what its longest path names, and loads that alone, once", async () => {
  const loaded: string[] = [];
  const naming = (name: string) => () => {
    loaded.push(name);
    return Promise.resolve(
      new Hono().on(["GET", "POST"], ["/tasks", "/tasks/:id", "/tasks/:id/shares"], (c) => {
        return c.text(`${name} of ${c.req.param("id")}`);
      }),
    );
  };
  const app = lazyRoutes({
    "/tasks/:id": naming("task"),
    "/tasks": naming("list"),
    "/tasks/:id/shares": naming("shares"),
  });
  assert.deepEqual(loaded, []);
  const texts = ["/tasks/tsk_1", "/tasks/tsk_2/shares", "/tasks", "/tasks/tsk_3"].map(
    async (path) => await (await app.request(path)).text(),
  );
  assert.deepEqual(await Promise.all(texts), [
    "task of tsk_1",
    "shares of tsk_2",
    "list of undefined",
    "task of tsk_3",
  ]);
  assert.deepEqual(loaded.toSorted(), ["list", "shares", "task"]);
});

Deno.test("lazyRoutes knows the routes of the table alone, and none outside its paths", async () => {
  const load = () => Promise.resolve(new Hono().get("/tasks/:id/secrets", (c) => c.text("here")));
  const app = lazyRoutes({ "/tasks/:id": load });
  assert.equal((await app.request("/tasks/tsk_1/secrets")).status, 404, "not in the table");
  assert.equal((await app.request("/tasks")).status, 404, "above its path");
  assert.equal((await app.request("/tasks.atom")).status, 404, "beside its path");
});

Deno.test("lazyRoutes goes through what stands before a route's handler, there and back", async () => {
  const load = () =>
    Promise.resolve(
      new Hono().get(
        "/tasks",
        async (c, next) => {
          if (c.req.query("stop") !== undefined) return c.text("stopped", 409);
          await next();
          c.header("X-Seen", String(c.res.status));
        },
        (c) => c.text("list", 201),
      ),
    );
  const app = lazyRoutes({ "/tasks": load });
  const passed = await app.request("/tasks");
  assert.equal(passed.status, 201);
  assert.equal(passed.headers.get("X-Seen"), "201");
  assert.equal(await passed.text(), "list");
  assert.equal((await app.request("/tasks?stop")).status, 409);
});

Deno.test("lazyRoutes tells the app's error handler what failed to load, and tries again", async () => {
  let tries = 0;
  const load = () => {
    tries += 1;
    return tries === 1
      ? Promise.reject(new TypeError("no such file"))
      : Promise.resolve(new Hono().get("/tasks", (c) => c.text("list")));
  };
  const app = new Hono().route("/", lazyRoutes({ "/tasks": load }));
  app.onError((error, c) => c.text(error.message, 500));
  const failed = await app.request("/tasks");
  assert.equal(failed.status, 500);
  assert.equal(await failed.text(), "no such file");
  assert.equal(await (await app.request("/tasks")).text(), "list");
});
