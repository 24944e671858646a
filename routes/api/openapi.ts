import { z } from "zod";
import { type AnswerHeader, answerHeaders } from "./answer_headers.ts";
import {
  BODIES,
  COMMON_PROBLEMS,
  type HeaderName,
  HEADERS,
  type Operation,
  OPERATIONS,
  PATH_PARAMETERS,
  PROBLEMS,
  type Success,
} from "./operations.ts";
import { KEY } from "../request/idempotency_key.ts";
import { type JsonObject, objectOf } from "./json_object.ts";
import * as answers from "./schemas/answers.ts";

const VERSION = "1.0.0";

/** The OpenAPI 3.1 document of the API, made of the schemas that requests are read with. */
export function openApiDocument() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Callboard",
      version: VERSION,
      description: "Runs AI apps, and shows every run live.",
    },
    servers: [{ url: "/" }],
    security: [{}, { key: [] }],
    paths: pathsOf(OPERATIONS),
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description: "An API key, where the server lets nobody in without one.",
        },
      },
      schemas: { ...schemasOf(BODIES, "input"), ...schemasOf(answers, "output") },
      responses: Object.fromEntries(
        [...Object.entries(PROBLEMS), ["default", "Anything else that went wrong."] as const]
          .map(([status, description]) => [
            `Problem_${status}`,
            problemAnswer(description, PROBLEM_HEADERS.get(status)),
          ]),
      ),
    },
  };
}

function pathsOf(operations: readonly Operation[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: tell(operation) };
  }
  return paths;
}

function tell(operation: Operation): JsonObject {
  const { id, summary, details, body, isBodyOptional, success, problems } = operation;
  const parameters = parametersOf(operation);
  const told = [...problems, ...COMMON_PROBLEMS, "default"].map((status) => [
    String(status),
    { $ref: `#/components/responses/Problem_${status}` },
  ]);
  return {
    operationId: id,
    summary,
    ...(details && { description: details }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !isBodyOptional,
        content: { "application/json": { schema: ref(body) } },
      },
    }),
    responses: { ...successOf(operation, success), ...Object.fromEntries(told) },
  };
}

function parametersOf({ path, query, canDownload, headers = [] }: Operation): JsonObject[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const described = new Map<string, string>(Object.entries(PATH_PARAMETERS));
  const text = { type: "string" };
  const download = {
    name: "download",
    in: "query",
    description: "Makes it a file.",
    schema: text,
    allowEmptyValue: true,
  };
  return [
    ...names.map((name) => ({
      name,
      in: "path",
      required: true,
      description: described.get(name),
      schema: text,
    })),
    ...query === undefined ? [] : queryParameters(query),
    ...canDownload ? [download] : [],
    ...headers.map((name) => ({
      name,
      in: "header",
      description: HEADERS[name],
      schema: name === "Idempotency-Key" ? { type: "string", pattern: KEY.source } : text,
    })),
  ];
}

function queryParameters(query: z.ZodObject): JsonObject[] {
  const { properties = {} } = jsonSchema(query, "output");
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = objectOf(schema);
    // A form sends empty fields, which count as absent.
    return { name, in: "query", description, schema: rest, allowEmptyValue: true };
  });
}

function successOf(operation: Operation, success: Success): JsonObject {
  switch (success.type) {
    case "events":
      return {
        200: {
          description: "The changes of the task, as they happen.",
          content: {
            "text/event-stream": {
              schema: { type: "string" },
              "x-events": { task: ref("TaskEvent"), change: ref("ChangeEvent"), done: {} },
            },
          },
        },
      };
    case "output":
      return {
        200: {
          description: "The output.",
          ...answerHeaders("Content-Disposition"),
          content: {
            "text/markdown": { schema: { type: "string" } },
            "text/plain": { schema: { type: "string" } },
            "application/json": { schema: {} },
          },
        },
      };
    case "nothing":
      return { 204: { description: success.what } };
    case "json": {
      const content = { "application/json": { schema: ref(success.shape) } };
      const description = success.status === 201 ? success.what : "What was asked for.";
      const headers = answerHeaders(...headersOf(operation, success));
      const unchanged = { description: "Nothing has changed since.", ...answerHeaders("ETag") };
      const unread = "unread" in success &&
        { description: `${success.unread} To a key without the scope read.` };
      return {
        [success.status]: { description, ...headers, content },
        ...(unread && { 204: unread }),
        ...(operation.headers?.includes("If-None-Match") && { 304: unchanged }),
      };
    }
  }
}

/** What an answer carries follows from what its request may, and from what was made. */
function headersOf({ headers = [] }: Operation, success: Success): AnswerHeader[] {
  return [
    ...("hasLocation" in success ? ["Location"] as const : []),
    ...headers.flatMap((name) => ANSWERED_BY[name] ?? []),
  ];
}

const ANSWERED_BY: Readonly<Partial<Record<HeaderName, AnswerHeader>>> = {
  "If-None-Match": "ETag",
  "Idempotency-Key": "Idempotent-Replayed",
  "Prefer": "Preference-Applied",
};

const PROBLEM_HEADERS: ReadonlyMap<string, AnswerHeader> = new Map([
  ["401", "WWW-Authenticate"],
  ["415", "Accept-Encoding"],
  ["429", "Retry-After"],
  ["503", "Retry-After"],
]);

function problemAnswer(description: string, header?: AnswerHeader): JsonObject {
  const content = { "application/problem+json": { schema: ref("Problem") } };
  return { description, ...(header && answerHeaders(header)), content };
}

function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

type Direction = "input" | "output";

/** Named schemas, which refer to one another by name. */
function schemasOf(named: Readonly<Record<string, z.ZodType>>, io: Direction): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    ...optionsOf(io),
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [id, withoutMarks(schema)]),
  );
}

function jsonSchema(schema: z.ZodType, io: Direction) {
  return z.toJSONSchema(schema, optionsOf(io));
}

/** Bodies hold nothing else; clients have to bear fields of answers that are added later. */
function optionsOf(io: Direction) {
  return {
    io,
    unrepresentable: "any",
    override({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) {
      if (io === "output" && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties;
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  } as const;
}

/** A component is named by its place: its own marks would name it once more. */
function withoutMarks({ $schema: _, $id: __, id: ___, ...schema }: JsonObject): JsonObject {
  return schema;
}
