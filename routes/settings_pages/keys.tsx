import { type Context, Hono } from "hono";
import { type ApiKey, SCOPES } from "../../executor/mod.ts";
import type { Reader } from "../../views/page_context.ts";
import { KEY_DAYS, type KeyForm, NEW_KEY } from "../../views/settings/key_form.ts";
import type { Snippet } from "../../views/snippet_list.tsx";
import { personIdOf, senderOf } from "../access/actor.ts";
import { identityOf, may } from "../access/identity.ts";
import { tell } from "../access/tell.ts";
import { limitBody } from "../request/body_limit.ts";
import { DAY_SECONDS, readDays } from "../request/days.ts";
import { KeysPage } from "../../views/settings/keys_page.tsx";
import type { Deps } from "../deps.ts";
import { DeniedError } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { paths } from "../paths.ts";
import { pageContext, readerOf } from "../request/requests.ts";
import { siteOrigin } from "../request/site_origin.ts";

const MAX_NAME_LENGTH = 80;

/** The keys that programs use: created, listed and revoked. */
export function keyRoutes(deps: Deps): Hono {
  const { apiKeys } = deps.executor;
  return new Hono()
    .get("/settings/keys", (c) => answer(c, { form: newKeyOf(c), snippets: null }))
    .post("/settings/keys", limitBody(1), async (c) => {
      const form = readForm(await formFields(c), readerOf(c));
      const refusal = problemOf(form);
      if (refusal !== null) return await refuse(c, { ...form, ...refusal });
      const created = await apiKeys.create({
        name: form.name,
        scopes: form.scopes,
        createdBy: senderOf(c).name,
        ownerId: personIdOf(c),
        expiresAt: form.days === 0 ? null : deps.now() + form.days * DAY_SECONDS * 1_000,
      });
      if (created.type === "unknown-owner") throw new DeniedError({ type: "nobody" });
      if (created.type === "too-many") {
        const message = `There are ${created.limit} keys already: revoke one of them first`;
        return await refuse(c, { ...form, message });
      }
      const { id, name } = created.key;
      tell(c, deps, { did: "key-created", what: { kind: "key", id, name } });
      const snippets = snippetsOf(created.secret, siteOrigin(c, deps));
      return await answer(c, { form: newKeyOf(c), snippets });
    })
    .post("/settings/keys/:keyId/revocation", async (c) => {
      const keyId = c.req.param("keyId");
      const isListed = (await listFor(c)).some(({ id }) => id === keyId);
      const revoked = isListed ? await apiKeys.revoke(keyId) : null;
      if (revoked !== null) {
        const what = { kind: "key", id: keyId, name: revoked.name } as const;
        tell(c, deps, { did: "key-revoked", what });
      }
      return c.redirect(paths.settings.keys(), 303);
    });

  async function refuse(c: Context, form: KeyForm): Promise<Response> {
    c.status(422);
    return await answer(c, { form, snippets: null });
  }

  async function answer(
    c: Context,
    rest: { readonly form: KeyForm; readonly snippets: readonly Snippet[] | null },
  ): Promise<Response> {
    c.header("Cache-Control", "no-store");
    const keys = await listFor(c);
    const isOwn = personIdOf(c) !== undefined;
    return c.html(<KeysPage context={pageContext(c, deps)} keys={keys} isOwn={isOwn} {...rest} />);
  }

  /** An admin sees all there are, others their own. */
  async function listFor(c: Context): Promise<readonly ApiKey[]> {
    const all = await apiKeys.list();
    if (may(identityOf(c), "admin")) return all;
    const personId = personIdOf(c);
    return all.filter(({ owner }) => owner !== null && owner.id === personId);
  }
}

/** The form as it begins, with what its reader may do themselves. */
function newKeyOf(c: Context): KeyForm {
  const { may } = readerOf(c);
  return { ...NEW_KEY, scopes: NEW_KEY.scopes.filter((scope) => may[scope]) };
}

function readForm(fields: ReadonlyMap<string, string>, { may }: Reader): KeyForm {
  return {
    name: (fields.get("name") ?? "").trim(),
    scopes: SCOPES.filter((scope) => may[scope] && fields.has(scope)),
    days: readDays(fields.get("days"), { offered: KEY_DAYS, preset: NEW_KEY.days }),
    errors: {},
    message: null,
  };
}

function problemOf({ name, scopes }: KeyForm): Partial<KeyForm> | null {
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    return { errors: { name: `Write a name of 1 to ${MAX_NAME_LENGTH} characters` } };
  }
  return scopes.length === 0
    ? { message: "A key without a scope may do nothing: tick at least one" }
    : null;
}

function snippetsOf(secret: string, origin: string): readonly Snippet[] {
  return [
    {
      id: "new-key",
      label: "Key",
      hint: "Keep it where only the program can read it.",
      text: secret,
    },
    {
      id: "new-key-curl",
      label: "curl",
      hint: "Try it: this lists the apps, with the scope Read.",
      text: `curl -H 'Authorization: Bearer ${secret}' ${origin}${paths.api.apps()}`,
    },
  ];
}
