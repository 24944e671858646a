import { z } from "zod";

/** An OpenAPI document as whoever knows nothing but it reads it. */

const JsonSchema = z.record(z.string(), z.unknown());
const Content = z.record(z.string(), z.object({ schema: JsonSchema.optional() }));
const Headers = z.record(z.string(), z.unknown()).default({});
const Answer = z.union([
  z.object({ $ref: z.string() }),
  z.object({ description: z.string(), headers: Headers, content: Content.optional() }),
]);
const Parameter = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().optional(),
  schema: JsonSchema,
});
const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), Answer),
});
const Document = z.object({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), JsonSchema),
    responses: z.record(
      z.string(),
      z.object({ description: z.string(), headers: Headers, content: Content }),
    ),
  }),
});

export type ReadParameter = z.infer<typeof Parameter>;
export type ReadSchema = z.infer<typeof JsonSchema>;

/** An operation, with all it refers to at hand. */
export interface ReadOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ReadParameter[];
  /** The schema of a JSON body. */
  readonly body: ReadSchema | null;
  /** What is said of an answer; null where nothing is. */
  answer(status: number): ReadAnswer | null;
}

export interface ReadAnswer {
  readonly mediaTypes: readonly string[];
  /** Names of the headers that it may carry, besides those of any answer. */
  readonly headers: readonly string[];
  /** Throws where a JSON value does not fit what is said of it. */
  check(mediaType: string, value: unknown): void;
}

export function readOpenApi(json: unknown): readonly ReadOperation[] {
  const { paths, components } = Document.parse(json);

  function resolved(schema: ReadSchema): ReadSchema {
    const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) ?? "" : null;
    return name === null ? schema : components.schemas[name] ?? fail(`a schema "${name}"`);
  }

  function answerOf(answer: z.infer<typeof Answer>): ReadAnswer {
    const told = "$ref" in answer
      ? components.responses[answer.$ref.split("/").at(-1) ?? ""] ?? fail(answer.$ref)
      : answer;
    const content = told.content ?? {};
    return {
      mediaTypes: Object.keys(content),
      headers: Object.keys(told.headers),
      check(mediaType, value) {
        const schema = content[mediaType]?.schema;
        if (schema !== undefined) validatorOf(schema).parse(value);
      },
    };
  }

  const validators = new Map<string, z.ZodType>();
  function validatorOf(schema: ReadSchema): z.ZodType {
    const text = JSON.stringify({ ...schema, $defs: components.schemas })
      .replaceAll("#/components/schemas/", "#/$defs/");
    const validator = validators.get(text) ?? z.fromJSONSchema(JSON.parse(text));
    validators.set(text, validator);
    return validator;
  }

  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): ReadOperation => {
      const body = operation.requestBody?.content["application/json"]?.schema;
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters,
        body: body === undefined ? null : resolved(body),
        answer(status) {
          const answer = operation.responses[String(status)] ?? operation.responses.default;
          return answer === undefined ? null : answerOf(answer);
        },
      };
    })
  );
}

function fail(what: string): never {
  throw new Error(`Cannot read the document: it has not ${what}`);
}
