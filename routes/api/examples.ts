import type { App, InputDefinition } from "../../executor/mod.ts";
import type { ApiExample } from "../../views/api/reference_text.ts";
import { paths } from "../paths.ts";

type Value = string | number | boolean;
type Inputs = Readonly<Record<string, Value>>;

/** Where the programs go. */
export interface ApiServer {
  readonly origin: string;
  /** Whether it wants a key, which the programs take from their environment. */
  readonly needsKey: boolean;
}

/** Programs that run an app, each whole as it stands. */
export function examplesOf({ id, definition }: App, server: ApiServer): readonly ApiExample[] {
  const inputs = Object.fromEntries(
    definition.inputs.map((input) => [input.name, exampleValue(input)]),
  );
  const call = { appId: id, inputs, ...server };
  return [
    { name: "run.sh", label: "curl", text: curl(call) },
    { name: "run.ts", label: "TypeScript", text: typeScript(call) },
    { name: "run.py", label: "Python", text: python(call) },
  ];
}

interface Call extends ApiServer {
  readonly appId: string;
  readonly inputs: Inputs;
}

function curl({ appId, inputs, origin, needsKey }: Call): string {
  const key = needsKey ? ' \\\n  -H "Authorization: Bearer $CALLBOARD_KEY"' : "";
  return `curl ${shellText(origin + paths.api.appTasks(appId))}${key} \\
  -H 'Content-Type: application/json' \\
  -H 'Prefer: wait=60' \\
  -d ${shellText(JSON.stringify({ inputs }))}
`;
}

function typeScript({ appId, inputs, origin, needsKey }: Call): string {
  const options = needsKey ? ", { key: process.env.CALLBOARD_KEY }" : "";
  const environment = needsKey ? " --allow-env" : "";
  return `// deno run --allow-import --allow-net${environment} run.ts
import { Callboard } from ${JSON.stringify(origin + paths.client())};

const callboard = new Callboard(${JSON.stringify(origin)}${options});
const task = await callboard.start(${JSON.stringify(appId)}, ${pretty(inputs, typeScriptText)});
for await (const { task: now } of callboard.follow(task.id)) {
  console.log(now.status, \`step \${now.progress.step} of \${now.progress.total}\`);
}
const { status, outputs, error } = await callboard.task(task.id);
console.log(status, error?.message ?? outputs);
`;
}

function python({ appId, inputs, origin, needsKey }: Call): string {
  const key = needsKey
    ? `
        "Authorization": "Bearer " + os.environ["CALLBOARD_KEY"],`
    : "";
  return `import json
${needsKey ? "import os\n" : ""}import urllib.request

request = urllib.request.Request(
    ${JSON.stringify(origin + paths.api.appTasks(appId))},
    data=json.dumps({"inputs": ${pretty(inputs, pythonText, "    ")}}).encode(),
    headers={${key}
        "Content-Type": "application/json",
        "Prefer": "wait=60",
    },
)
with urllib.request.urlopen(request, timeout=70) as response:
    task = json.load(response)

print(task["status"])
for output in task["outputs"]:
    print(output["label"], output["value"], sep="\\n")
`;
}

function exampleValue(input: InputDefinition): Value {
  switch (input.type) {
    case "checkbox":
      return input.required || input.default;
    case "number":
      return input.default ?? input.min ?? input.max ?? 1;
    case "select":
      return input.default ?? input.options[0] ?? "";
    case "url":
      return input.default ?? "https://example.org/page";
    case "text":
    case "multiline":
    case "file":
      return input.default ?? "Some text".slice(0, input.maxLength);
  }
}

function pretty(inputs: Inputs, write: (value: Value) => string, indent = ""): string {
  const lines = Object.entries(inputs).map(([name, value]) =>
    `${indent}  ${JSON.stringify(name)}: ${write(value)},\n`
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

function typeScriptText(value: Value): string {
  return JSON.stringify(value);
}

/** A text is written the same in both languages. */
function pythonText(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

/** In single quotes, where a shell reads nothing into it. */
function shellText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
