import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { type Person, type Role, ROLES, type Thing } from "../../executor/mod.ts";
import { identityOf } from "../access/identity.ts";
import { tell } from "../access/tell.ts";
import { limitBody } from "../request/body_limit.ts";
import { PeoplePage } from "../../views/settings/people_page.tsx";
import type { Deps } from "../deps.ts";
import { MissingError } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { paths } from "../paths.ts";
import { quoted } from "../request/quoted.ts";
import { pageContext } from "../request/requests.ts";

const MAX_BODY_MEBIBYTES = 1;
const PERSON_ID = /^per_[\w-]{22}$/;

/** Who has signed in, and what each of them may do. */
export function peopleRoutes(deps: Deps): Hono {
  const { links, access: { people } } = deps.executor;
  const limited = limitBody(MAX_BODY_MEBIBYTES);
  return new Hono()
    .get("/settings/people", (c) => answerPeople(c, null))
    .post("/settings/people/:personId", limited, async (c) => {
      const person = await readPerson(c.req.param("personId"));
      const role = parseRole((await formFields(c)).get("role"));
      switch (await people.setRole(person.id, role)) {
        case "changed":
          tell(c, deps, { did: "role-set", what: thingOf(person), detail: role });
          return leaveTo(c, isOwn(c, person) && role !== "admin");
        case "last-admin":
          return await answerPeople(c, `Cannot make “${person.name}” ${WORDS[role]}: ${LAST}`);
        case "unknown-person":
          throw unknownPerson(person.id);
      }
    })
    .post("/settings/people/:personId/deletion", limited, async (c) => {
      const person = await readPerson(c.req.param("personId"));
      const isWithLinks = (await formFields(c)).has("links");
      switch (await people.remove(person.id)) {
        case "changed": {
          const detail = isWithLinks ? "with the links they made" : undefined;
          tell(c, deps, { did: "person-removed", what: thingOf(person), detail });
          // Only now they can make no more.
          if (isWithLinks) await links.revokeAllOf(person.id);
          return leaveTo(c, isOwn(c, person));
        }
        case "last-admin":
          return await answerPeople(c, `Cannot remove “${person.name}”: ${LAST}`);
        case "unknown-person":
          throw unknownPerson(person.id);
      }
    });

  async function readPerson(personId: string): Promise<Person> {
    const person = PERSON_ID.test(personId) ? await people.read(personId) : null;
    if (person === null) throw unknownPerson(personId);
    return person;
  }

  async function answerPeople(c: Context, refusal: string | null): Promise<Response> {
    const identity = identityOf(c);
    const readerId = identity.type === "person" ? identity.id : null;
    const props = { people: await people.list(), readerId, refusal };
    c.header("Cache-Control", "no-store");
    return c.html(
      <PeoplePage context={pageContext(c, deps)} {...props} />,
      refusal === null ? 200 : 409,
    );
  }
}

function thingOf({ id, name }: Person): Thing {
  return { kind: "person", id, name };
}

const WORDS = { viewer: "a viewer", editor: "an editor", admin: "an admin" } as const;
const LAST = "nobody else is an admin. Make somebody else one first";

/** An admin who gave up being one may no longer see the people. */
function leaveTo(c: Context, isGone: boolean): Response {
  return c.redirect(isGone ? paths.playground() : paths.settings.people(), 303);
}

function isOwn(c: Context, person: Person): boolean {
  const identity = identityOf(c);
  return identity.type === "person" && identity.id === person.id;
}

function unknownPerson(id: string): MissingError {
  return new MissingError({ what: "person", id });
}

function parseRole(text: string | undefined): Role {
  const role = z.enum(ROLES).safeParse(text);
  if (role.success) return role.data;
  throw new HTTPException(400, {
    message: `Cannot set the role ${quoted(text ?? "")}: it has to be ${ROLES.join(", ")}`,
  });
}
