/**
 * The whole app, on a database in `FOLDER`, with a task whose `STEPS` steps end when it is told so
 * and are given, and make, `TEXT`.
 */
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

const { FOLDER: folder = "", STEPS: steps, TEXT: text } = Deno.env.toObject();
const order = (request: Request) => answerOrder(broadcaster, request);
const app = await startSignalledApp({ folder, steps: Number(steps), text, order });
console.log(app.origin);
