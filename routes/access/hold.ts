import type { Context } from "hono";
import type { Executor } from "../../executor/mod.ts";
import type { Hold } from "../streams/event_stream.ts";
import { identityOf } from "./identity.ts";

/** The right by which a sender reads a stream; undefined where nobody can take it away. */
export function holdOf(c: Context, { grants }: Pick<Executor, "grants">): Hold | undefined {
  const identity = identityOf(c);
  const all = "grants" in identity ? identity.grants ?? [] : [];
  if (all.length === 0) return undefined;
  return (onGone) => {
    const releases = all.map((grant) => grants.hold(grant, onGone));
    return () => releases.forEach((release) => release());
  };
}
