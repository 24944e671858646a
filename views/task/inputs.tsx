import type { InputDetail } from "../../executor/task.ts";
import { Icon } from "../icon.tsx";
import { countOf, cutNote } from "../text/counts.ts";
import { exact } from "../text/exact.ts";

/** Longer inputs are folded to their first lines. */
const MAX_UNFOLDED_LENGTH = 160;

/** What the task was run with. */
export function TaskInputs({ inputs }: { readonly inputs: readonly InputDetail[] }) {
  if (inputs.length === 0) return <p class="facts muted">This task has no inputs.</p>;
  return (
    <dl class="facts">
      {inputs.map((input) => isLong(input) ? <LongInput input={input} /> : <Input input={input} />)}
    </dl>
  );
}

function isLong({ value }: InputDetail): boolean {
  return value.length > MAX_UNFOLDED_LENGTH || value.text.split("\n", 5).length > 4;
}

function Input({ input }: { readonly input: InputDetail }) {
  return (
    <div>
      <dt>{input.label}</dt>
      <dd class="exact">
        <InputValue input={input} />
      </dd>
    </div>
  );
}

function InputValue({ input }: { readonly input: InputDetail }) {
  const { type, value } = input;
  if (value.length === 0) return <span class="muted">Empty</span>;
  if (type === "url" && /^https?:\/\//i.test(value.text)) {
    return <a href={value.text} rel="nofollow noopener ugc">{exact(value.text)}</a>;
  }
  return <>{exact(value.text)}</>;
}

/** The text stands before its fold in the page and below it in the source, where CSS can see it. */
function LongInput({ input }: { readonly input: InputDetail }) {
  const { label, value } = input;
  return (
    <div class="input-long">
      <dt>{label}</dt>
      <dd>
        <details class="fold">
          <summary>
            <Icon name="chevron" />
            {value.isCut ? cutNote(value) : `All ${countOf(value.length, "character")}`}
          </summary>
        </details>
        <p class="clamp exact">{exact(value.text)}</p>
      </dd>
    </div>
  );
}
