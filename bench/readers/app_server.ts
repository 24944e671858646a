/** The whole app, on a database in `FOLDER`, with a task whose `STEPS` steps end when it is told so. */
import { paths } from "../../routes/paths.ts";
import { startSignalledApp } from "../signalled_app.ts";
import { answerOrder, type Broadcaster } from "./broadcaster.ts";

const EVENTS_URL = /hx-sse:connect="([^"]+)"/;

let taskId = "";
let number = 0;

const broadcaster: Broadcaster = {
  /** As a browser follows a task: from the state its page shows. */
  async open() {
    taskId ||= await app.start();
    const page = await (await app.fetch(new Request(app.origin + paths.task(taskId)))).text();
    const path = EVENTS_URL.exec(page)?.[1];
    if (path === undefined) throw new Error("Cannot measure: the task's page follows no stream");
    return { path: path.replaceAll("&amp;", "&") };
  },
  async change() {
    const { committedAt } = await app.signal(taskId, ++number);
    return { at: committedAt };
  },
};

const app = await startSignalledApp(
  Deno.env.get("FOLDER") ?? "",
  Number(Deno.env.get("STEPS")),
  (request) => answerOrder(broadcaster, request),
);
console.log(app.origin);
