import type {
  ApiAnswer,
  ApiField,
  ApiOperation,
  ApiShape,
} from "../../views/api/reference_text.ts";
import { type JsonObject, objectOf } from "./json_object.ts";
import { COMMON_PROBLEMS } from "./operations.ts";
import { openApiDocument } from "./openapi.ts";
import { fieldsOf, refName, typeWords } from "./schema_words.ts";

/** What the OpenAPI document says, in words. */
export interface ApiReference {
  readonly operations: readonly ApiOperation[];
  readonly shapes: readonly ApiShape[];
}

/** Reads the OpenAPI document for people, so that there is one truth. */
export function apiReference(): ApiReference {
  const { paths, components } = openApiDocument();
  const schemas = new Map(Object.entries(components.schemas));
  return {
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(objectOf(methods)).map(([method, operation]) =>
        operationText({ method, path, operation: objectOf(operation), components })
      )
    ),
    shapes: [...schemas].filter(([name]) => !name.endsWith("Body")).map(([name, schema]) => ({
      name,
      fields: fieldsOf(objectOf(schema)),
    })),
  };
}

/** Answers of every operation, which the page tells of in its beginning. */
const TOLD_ONCE = ["default", ...COMMON_PROBLEMS.map(String)];

interface Told {
  readonly method: string;
  readonly path: string;
  readonly operation: JsonObject;
  readonly components: { readonly schemas: JsonObject; readonly responses: JsonObject };
}

function operationText({ method, path, operation, components }: Told): ApiOperation {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const bodyName = refName(objectOf(contentSchema(objectOf(requestBody))));
  return {
    id: String(operationId),
    method: method.toUpperCase(),
    path: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    summary: String(summary),
    details: typeof description === "string" ? description : null,
    parameters: Array.isArray(parameters) ? parameters.map(parameterText) : [],
    body: bodyName === null ? [] : fieldsOf(objectOf(components.schemas[bodyName])),
    answers: Object.entries(objectOf(responses))
      .filter(([status]) => !TOLD_ONCE.includes(status))
      .map(([status, answer]) => answerText(status, objectOf(answer), components)),
  };
}

function parameterText(parameter: unknown): ApiField {
  const { name, schema, required, description } = objectOf(parameter);
  return {
    name: String(name),
    type: typeWords(objectOf(schema)),
    isRequired: required === true,
    description: typeof description === "string" ? description : null,
  };
}

function answerText(status: string, answer: JsonObject, components: Told["components"]): ApiAnswer {
  const shared = refName(answer);
  const { description, ...rest } = shared === null
    ? answer
    : objectOf(components.responses[shared]);
  return {
    status,
    description: String(description),
    shape: refName(objectOf(contentSchema(rest))),
  };
}

/** The schema of the first content of a body or an answer. */
function contentSchema({ content }: JsonObject): unknown {
  return objectOf(Object.values(objectOf(content))[0]).schema;
}
