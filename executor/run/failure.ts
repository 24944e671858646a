import { PermanentError } from "../steps/step_kind.ts";
import { TemplateError } from "../template/liquid.ts";

const MAX_MESSAGE_CHARACTERS = 1_000;

/**
 * What people are told of a failed attempt. Only errors made for people speak for themselves;
 * others may carry secrets or paths, so they are named by a reference under which they are logged.
 */
export function messageOf(error: unknown, reference: string): string {
  const isForPeople = error instanceof PermanentError || error instanceof TemplateError;
  if (isForPeople) return error.message.toWellFormed().slice(0, MAX_MESSAGE_CHARACTERS);
  return `The step stopped with an error nobody expected. It is in the log as ${reference}`;
}
