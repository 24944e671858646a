import { ApiClient } from "../../helpers/api_client.ts";
import { type CallboardProcess, startCallboard } from "../../helpers/callboard_process.ts";
import type { DenokvServer } from "./denokv_server.ts";

/** One process of several on a database. Its name is the name of the model it asks. */
export interface Member {
  readonly name: string;
  readonly process: CallboardProcess;
  readonly api: ApiClient;
}

/** Callboard processes on one database. */
export interface Cluster extends AsyncDisposable {
  /** Those that have not been told to stop. */
  readonly members: readonly Member[];
  /** Starts another one. */
  add(settings?: Readonly<Record<string, string>>): Promise<Member>;
  /** Ends one with a signal and says how it ended. */
  end(member: Member, signal: Deno.Signal): ReturnType<typeof endOf>;
}

export async function startCluster(
  { denokv, modelUrl, size }: {
    readonly denokv: DenokvServer;
    readonly modelUrl: string;
    readonly size: number;
  },
  settings: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  const members: Member[] = [];
  let count = 0;

  async function add(more: Readonly<Record<string, string>> = {}): Promise<Member> {
    const name = `process-${++count}`;
    const process = startCallboard({
      ...denokv.settings,
      MODEL_BASE_URL: modelUrl,
      MODEL: name,
      ...settings,
      ...more,
    });
    if (Deno.env.get("CLUSTER_LOG")) {
      process.ended.then(({ errors }) => console.error(errors.replaceAll(/^/gm, `${name}: `)));
    }
    const member = { name, process, api: new ApiClient(await process.origin) };
    members.push(member);
    return member;
  }

  await Promise.all(Array.from({ length: size }, () => add()));
  return {
    members,
    add,
    end(member, signal) {
      members.splice(members.indexOf(member), 1);
      return endOf(member, signal);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map(({ process }) => process[Symbol.asyncDispose]()));
    },
  };
}

function endOf({ process }: Member, signal: Deno.Signal) {
  process.kill(signal);
  return process.ended;
}
