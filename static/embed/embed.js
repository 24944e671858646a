/*
 * <callboard-task token="…" base="…"> shows a task as it runs, <callboard-app token="…" base="…">
 * runs an app and shows its tasks. `base` is the Callboard they come from; without it, the one that
 * this file comes from. `query`, such as ?topic=Tides, fills in the app's inputs. What stands inside
 * them is shown until there is something to show.
 *
 * They tell of themselves: callboard:status {status}, callboard:done {status}, and
 * callboard:error {reason: "gone" | "unreachable" | "refused", message}.
 *
 * Iframes of Callboard on the page are as high as what they show.
 *
 * Pages get it as one script, with the modules it imports. Fields of a form are named by people and hide its
 * properties of that name, so that only such are read of a form which no small-letter name can hide.
 */
import { CallboardApp } from "./app_element.js";
import { fitFrames, tellHeight } from "./frames.js";
import { CallboardTask } from "./task_element.js";

customElements.define("callboard-task", CallboardTask);
customElements.define("callboard-app", CallboardApp);
fitFrames();
if (document.body) tellHeight();
