import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";

export interface AppSearchProps {
  readonly search: string;
  readonly chosenId: string | null;
  /** What was found, in words. */
  readonly count: string;
}

/** The search box: it filters the cards as one types, and as a plain form without a script. */
export function AppSearch({ search, chosenId, count }: AppSearchProps) {
  return (
    <form
      class="search"
      role="search"
      method="get"
      action={paths.playground()}
      {...hx({
        get: paths.playground(),
        trigger: "input changed delay:200ms, search, submit",
        target: `#${domIds.appCards}`,
        select: `#${domIds.appCards}`,
        selectOob: `#${domIds.appCount}:innerHTML`,
        swap: "outerHTML",
        sync: "replace",
        replaceUrl: true,
        status: { "4xx": "swap:none", "5xx": "swap:none" },
      })}
    >
      <label class="sr" for={domIds.appSearch}>Search apps</label>
      <Icon name="search" />
      <input
        class="input"
        type="search"
        id={domIds.appSearch}
        name="q"
        value={search}
        placeholder="Search apps"
        autocomplete="off"
        maxlength={80}
      />
      {chosenId !== null && <input type="hidden" name="app" value={chosenId} />}
      <p class="sr" role="status" id={domIds.appCount}>{count}</p>
    </form>
  );
}
