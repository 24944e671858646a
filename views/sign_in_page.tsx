import { paths } from "../routes/paths.ts";
import { FieldError } from "./form/field_error.tsx";
import { Frame } from "./frame.tsx";
import type { PageContext } from "./page_context.ts";

/** How somebody signs in here. */
export type SignInWay = { readonly type: "password" } | {
  readonly type: "provider";
  /** Who vouches for them, such as `accounts.example.com`. */
  readonly name: string;
};

export interface SignInProps {
  readonly context: PageContext;
  readonly way: SignInWay;
  /** The page to go on to. */
  readonly to: string;
  /** Why signing in has failed; null before that. */
  readonly error: string | null;
}

const ERROR_ID = "sign-in-error";

/** Lets somebody in: by the password, or through a provider. */
export function SignInPage({ context, way, to, error }: SignInProps) {
  return (
    <Frame context={context} title="Sign in" current={null} isSide>
      <header class="page-head">
        <h1>Sign in</h1>
      </header>
      {way.type === "password"
        ? <PasswordForm to={to} error={error} />
        : <ProviderLink to={to} name={way.name} error={error} />}
    </Frame>
  );
}

function PasswordForm({ to, error }: Pick<SignInProps, "to" | "error">) {
  return (
    <form class="form form--narrow" method="post" action={paths.signIn()}>
      <input type="hidden" name="to" value={to} />
      <input name="username" value="admin" autocomplete="username" readonly hidden />
      <div class="field">
        <label for="password">Password</label>
        <input
          class="input"
          type="password"
          id="password"
          name="password"
          autocomplete="current-password"
          required
          autofocus
          aria-invalid={error === null ? undefined : "true"}
          aria-describedby={error === null ? undefined : ERROR_ID}
        />
        {error !== null && <FieldError id={ERROR_ID} message={error} />}
      </div>
      <div class="form-end">
        <button class="button button--primary" type="submit">Sign in</button>
      </div>
    </form>
  );
}

function ProviderLink(
  { to, name, error }: Pick<SignInProps, "to" | "error"> & { readonly name: string },
) {
  return (
    <div class="form form--narrow">
      {error !== null && <FieldError id={ERROR_ID} message={error} />}
      <div class="form-end">
        <a class="button button--primary" href={paths.signInProvider(to)}>Sign in with {name}</a>
      </div>
    </div>
  );
}
