import type { ApiKey } from "../../executor/access/api_keys.ts";
import { paths } from "../../routes/paths.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { type Snippet, SnippetList } from "../snippet_list.tsx";
import { countOf } from "../text/counts.ts";
import { Timestamp } from "../time.tsx";
import { KeyFields, SCOPE_WORDS } from "./key_fields.tsx";
import type { KeyForm } from "./key_form.ts";
import { SettingsFrame } from "./settings_frame.tsx";

export interface KeysPageProps {
  readonly context: PageContext;
  /** Newest first. */
  readonly keys: readonly ApiKey[];
  /** Whether those that the reader creates are their own. */
  readonly isOwn: boolean;
  readonly form: KeyForm;
  /** Of the key that was created just now; null where none was. */
  readonly snippets: readonly Snippet[] | null;
}

/** The keys that programs use: one that was created just now, a new one, those there are. */
export function KeysPage({ context, keys, isOwn, form, snippets }: KeysPageProps) {
  return (
    <SettingsFrame context={context} current="keys">
      <p class="table-note">
        A program shows its key with each request, and may do what the key's scopes say.
        {context.reader.name === null &&
          " Nobody has to sign in here, so a program without a key may do everything."}
        {isOwn && " Yours never do what you may not, and end if you are removed."}{" "}
        <a href={paths.apiDocs()}>How programs use Callboard</a>
      </p>
      {snippets === null ? null : (
        <section class="section" aria-labelledby="new-key-title">
          <div class="side-head">
            <h2 id="new-key-title">Your key is ready</h2>
          </div>
          <p>Copy it now: it is shown this once.</p>
          <SnippetList snippets={snippets} />
        </section>
      )}
      <section class="section embed-form" aria-labelledby="create-key">
        <div class="side-head">
          <h2 id="create-key">{snippets === null ? "New key" : "Another key"}</h2>
        </div>
        <form class="form" method="post" action={paths.settings.keys()}>
          <KeyFields form={form} may={context.reader.may} />
        </form>
      </section>
      {keys.length === 0 ? null : <Keys keys={keys} context={context} />}
    </SettingsFrame>
  );
}

function Keys({ keys, context }: Pick<KeysPageProps, "keys" | "context">) {
  return (
    <section class="section" aria-labelledby="keys">
      <div class="side-head">
        <h2 id="keys">{countOf(keys.length, "key")}</h2>
      </div>
      <ul class="link-list">
        {keys.map((key) => <KeyRow apiKey={key} context={context} />)}
      </ul>
    </section>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly context: TimeContext;
}

function KeyRow({ apiKey, context }: KeyRowProps) {
  const { id, name, scopes, createdAt, createdBy, usedAt } = apiKey;
  return (
    <li>
      <div>
        <p>
          <b>{name}</b>
        </p>
        <p class="muted">
          {scopes.map((scope) => SCOPE_WORDS[scope]).join(", ")}. Created by {createdBy},{" "}
          <Timestamp at={createdAt} context={context} />; {usedAt === null ? "not used yet" : (
            <>
              last used <Timestamp at={usedAt} context={context} />
            </>
          )}
          ; <Expiry apiKey={apiKey} context={context} />.
        </p>
      </div>
      <ConfirmDeletion
        action={paths.settings.keyRevocation(id)}
        what="key"
        verb="Revoke"
        name={name}
        question="Programs that use it are refused at once."
      />
    </li>
  );
}

function Expiry({ apiKey: { expiresAt, isOutdated }, context }: KeyRowProps) {
  if (isOutdated) {
    return (
      <>
        <b>ended</b> when the sign-in settings changed
      </>
    );
  }
  if (expiresAt === null) return <>good without end</>;
  return (
    <>
      {expiresAt <= context.now ? <b>expired</b> : "good until"}{" "}
      <Timestamp at={expiresAt} context={context} />
    </>
  );
}
