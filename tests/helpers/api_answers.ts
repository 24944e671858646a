import assert from "node:assert/strict";
import type { z } from "zod";
import { Problem } from "../../routes/api/schemas/answers.ts";

/** The body of an answer, which has to have this status and the shape that is told of it. */
export async function answerOf<Shape extends z.ZodType>(
  response: Response,
  status: number,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.match(response.headers.get("Content-Type") ?? "", /^application\/json\b/);
  return shape.parse(JSON.parse(text));
}

/** The problem that a request was answered with. */
export async function problemOf(response: Response, status: number): Promise<Problem> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const problem = Problem.parse(JSON.parse(text));
  assert.equal(problem.status, status);
  return problem;
}

type Problem = z.infer<typeof Problem>;
