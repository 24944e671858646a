import * as openid from "openid-client";

/** `reason` is for the log; it holds no token and no claim. */
export interface OidcFault {
  readonly type: "unreachable" | "refused";
  readonly reason: string;
}

/** Whether somebody has said no at the provider. */
export function isDeclined(error: unknown): boolean {
  return error instanceof openid.AuthorizationResponseError && error.error === "access_denied";
}

/** What a sign-in that has failed comes to. */
export function faultOf(error: unknown): OidcFault {
  dropAnswer(error);
  return { type: isOutage(error) ? "unreachable" : "refused", reason: reasonOf(error) };
}

const OUTAGES: ReadonlySet<string> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
]);

/** No connection, no answer in time, or none that an OpenID provider gives. */
function isOutage(error: unknown): boolean {
  return error instanceof openid.ClientError
    ? OUTAGES.has(error.code ?? "")
    : error instanceof TypeError;
}

/** The library leaves the body of an answer that it refuses unread, and with it a connection open. */
function dropAnswer(error: unknown): void {
  const answer = error instanceof Error ? error.cause : undefined;
  if (answer instanceof Response && !answer.bodyUsed) answer.body?.cancel().catch(() => {});
}

/** What the library says in its own words: what lies deeper holds what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof openid.ResponseBodyError) return `${error.message}: ${error.error}`;
  if (!(error instanceof Error)) return "Something was thrown that is no error";
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== message
    ? `${message}: ${cause.message}`
    : message;
}
