import type { Person, Role } from "../../executor/mod.ts";
import { paths } from "../../routes/paths.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import { FormAlert } from "../form/form_alert.tsx";
import type { PageContext, TimeContext } from "../page_context.ts";
import { Timestamp } from "../time.tsx";
import { SettingsFrame } from "./settings_frame.tsx";

export interface PeopleProps {
  readonly context: PageContext;
  /** Last seen first. */
  readonly people: readonly Person[];
  /** Who reads the page; null where nobody is known. */
  readonly readerId: string | null;
  /** Why a change was not made; null where none was asked for. */
  readonly refusal: string | null;
}

const ROLE_WORDS = { viewer: "Viewer", editor: "Editor", admin: "Admin" } as const satisfies Record<
  Role,
  string
>;

/** Who has signed in, and what each of them may do. */
export function PeoplePage({ context, people, readerId, refusal }: PeopleProps) {
  const admins = people.filter(({ role }) => role === "admin");
  return (
    <SettingsFrame context={context} current="people">
      <FormAlert message={refusal} />
      {people.length === 0 ? <Nobody /> : (
        <>
          <p class="table-note">
            A viewer sees everything. An editor also runs, changes and shares. An admin also decides
            who may do what; the last one stays one until somebody else is.
          </p>
          <table class="table table--apps">
            <caption class="sr">People, last seen first</caption>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Role</th>
                <th scope="col">Last seen</th>
                <th scope="col">
                  <span class="sr">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <PersonRow
                  person={person}
                  context={context}
                  isReader={person.id === readerId}
                  isOnlyAdmin={admins.length === 1 && person.role === "admin"}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
    </SettingsFrame>
  );
}

interface PersonRowProps {
  readonly person: Person;
  readonly context: TimeContext;
  readonly isReader: boolean;
  readonly isOnlyAdmin: boolean;
}

function PersonRow({ person, context, isReader, isOnlyAdmin }: PersonRowProps) {
  return (
    <tr>
      <td class="fill cell-wide">
        <b>{person.name}</b>
        {isReader && " (you)"}
        {person.email !== null && <span class="cell-note">{person.email}</span>}
      </td>
      <td class="cell-wide">
        {isOnlyAdmin ? "Admin, the only one" : <RoleForm person={person} />}
      </td>
      <td class="muted nowrap">
        <span class="unit">seen</span> <Timestamp at={person.seenAt} context={context} />
      </td>
      <td class="cell-wide">
        {!isOnlyAdmin && (
          <div class="row-actions">
            <ConfirmDeletion
              action={paths.settings.personDeletion(person.id)}
              verb="Remove"
              what="person"
              name={person.name}
              question={questionOf(person)}
            >
              <LinksField person={person} />
            </ConfirmDeletion>
          </div>
        )}
      </td>
    </tr>
  );
}

function questionOf({ name }: Person): string {
  return `Remove “${name}”? They are signed out at once, and their API keys end. Links they made ` +
    `stay good unless you revoke them here. If they sign in again they are a viewer.`;
}

function LinksField({ person: { id } }: { readonly person: Person }) {
  return (
    <div class="check">
      <input id={`links-of-${id}`} name="links" type="checkbox" />
      <label for={`links-of-${id}`}>Revoke the links they made</label>
    </div>
  );
}

function RoleForm({ person: { id, name, role } }: { readonly person: Person }) {
  return (
    <form class="role-form" method="post" action={paths.settings.person(id)}>
      <select class="input" name="role" aria-label={`Role of ${name}`}>
        {Object.entries(ROLE_WORDS).map(([value, word]) => (
          <option value={value} selected={value === role}>{word}</option>
        ))}
      </select>
      <button class="button button--quiet" type="submit">
        Save<span class="sr">{` the role of ${name}`}</span>
      </button>
    </form>
  );
}

function Nobody() {
  return (
    <div class="empty">
      <p>Nobody is known by name.</p>
      <p>
        People stand here once they sign in with an OpenID provider, which the OIDC_ settings name.
      </p>
    </div>
  );
}
