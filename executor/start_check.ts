import type { App } from "./app.ts";
import { parseInputs, type RawInputs } from "./definition/inputs.ts";
import type { InputValues } from "./definition/schema.ts";
import type { Store } from "./store/mod.ts";

/** An app as it is now, and inputs that fit it. */
export interface Startable {
  readonly type: "startable";
  readonly app: App;
  /** Of the app's record: somebody may save or delete it before the task is accepted. */
  readonly appVersionstamp: string;
  readonly inputs: InputValues;
}

/** Why an app is not started with these inputs. `errors` are sentences by input name. */
export type Unstartable =
  | { readonly type: "unknown-app" }
  | {
    readonly type: "invalid";
    readonly app: App;
    readonly errors: Readonly<Record<string, string>>;
  }
  | {
    readonly type: "too-large";
    readonly app: App;
    readonly bytes: number;
    readonly limit: number;
  };

/** Null where somebody saved the app at the same time. */
export async function checkStart(
  { apps }: Store,
  appId: string,
  raw: RawInputs,
): Promise<Startable | Unstartable | null> {
  const current = await apps.assumeCurrent(appId);
  if (current === null) return { type: "unknown-app" };
  const { app, versionstamp: appVersionstamp } = current;
  const parsed = parseInputs(app.definition.inputs, raw);
  if (parsed.ok) return { type: "startable", app, appVersionstamp, inputs: parsed.values };
  apps.forget(appId);
  const now = await apps.assumeCurrent(appId);
  if (now?.versionstamp !== appVersionstamp) return null;
  return parsed.reason === "invalid"
    ? { type: "invalid", app, errors: parsed.errors }
    : { type: "too-large", app, bytes: parsed.bytes, limit: parsed.limit };
}
