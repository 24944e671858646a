import { z } from "zod";

/** What the browser that began a sign-in keeps until it comes back. */
export const OidcTransaction = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
export type OidcTransaction = z.infer<typeof OidcTransaction>;
