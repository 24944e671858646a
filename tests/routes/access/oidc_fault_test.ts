import assert from "node:assert/strict";
import * as openid from "openid-client";
import { faultOf } from "../../../routes/access/oidc_fault.ts";
import { startOidcProvider } from "../../helpers/oidc_provider.ts";

Deno.test("faultOf lets go of an answer that the library refuses and leaves unread", async () => {
  const provider = await startOidcProvider();
  provider.misbehave({ failing: ["discovery"] });
  const answers: Response[] = [];
  const options: openid.DiscoveryRequestOptions = {
    execute: [openid.allowInsecureRequests],
    async [openid.customFetch](url, { method, headers }) {
      const answer = await fetch(url, { method, headers });
      answers.push(answer);
      return answer;
    },
  };
  const error = await openid
    .discovery(new URL(provider.issuer), provider.clientId, undefined, undefined, options)
    .catch((error: unknown) => error);
  assert.deepEqual(answers.map(({ bodyUsed }) => bodyUsed), [false]);
  assert.equal(faultOf(error).type, "unreachable");
  assert.deepEqual(answers.map(({ bodyUsed }) => bodyUsed), [true]);
  await provider.close();
});
