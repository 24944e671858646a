import type { AuditFamily, AuditRow } from "../../executor/deeds.ts";
import type { Page } from "../../executor/store/pages.ts";
import { type AuditQuery, paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { PageContext, TimeContext } from "../page_context.ts";
import { PageLinks } from "../page_links.tsx";
import { partLink } from "../part_link.ts";
import { Timestamp } from "../time.tsx";
import { DEED_WORDS, hrefOf } from "./audit_words.ts";
import { SettingsFrame } from "./settings_frame.tsx";

export interface AuditListProps {
  readonly context: PageContext;
  readonly query: AuditQuery;
  /** Newest first. */
  readonly page: Page<AuditRow>;
}

/** Who did what, a page at a time. */
export function AuditPage(list: AuditListProps) {
  return (
    <SettingsFrame context={list.context} current="audit">
      <p class="table-note">
        Who ran, changed and shared what, and who came in, in the last 90 days. Who runs what is not
        told where nobody signs in: the Task History says as much.
      </p>
      <AuditList {...list} />
    </SettingsFrame>
  );
}

/** All of the page that changes with its filters and pages. */
export function AuditList({ context, query, page }: AuditListProps) {
  const { family, who } = query;
  const { newer, older, rows } = page;
  return (
    <div id={domIds.auditList}>
      <Families query={query} />
      {who !== undefined && rows[0] && <p class="table-note">{onlyWords(rows[0].who)}</p>}
      {rows.length === 0 ? <Nothing /> : (
        <>
          <table class="table table--apps">
            <caption class="sr">What was done, newest first</caption>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>{rows.map((row) => <AuditTableRow row={row} context={context} />)}</tbody>
          </table>
          <nav class="pager" aria-label="Pages">
            <PageLinks
              link={auditLink}
              newer={newer === null ? null : paths.settings.audit({ family, who, after: newer })}
              older={older === null ? null : paths.settings.audit({ family, who, before: older })}
            />
          </nav>
        </>
      )}
    </div>
  );
}

function onlyWords({ kind, id, name }: AuditRow["who"]): string {
  return kind === "anybody" ? `Only what came from ${id}.` : `Only what ${name} did.`;
}

const FAMILIES: readonly (readonly [AuditFamily | undefined, string])[] = [
  [undefined, "All"],
  ["tasks", "Tasks"],
  ["apps", "Apps"],
  ["access", "Access"],
];

function Families({ query: { family, who } }: Pick<AuditListProps, "query">) {
  return (
    <nav class="filters" aria-label="Filter what was done">
      <ul class="filter-links" aria-label="By what it was done to">
        {FAMILIES.map(([each, word]) => (
          <li>
            <a
              {...auditLink(paths.settings.audit({ family: each }))}
              aria-current={who === undefined && each === family ? "true" : undefined}
            >
              {word}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface AuditTableRowProps {
  readonly row: AuditRow;
  readonly context: TimeContext;
}

function AuditTableRow({ row, context }: AuditTableRowProps) {
  const { who, did, detail, at } = row;
  return (
    <tr>
      <td class="cell-who">
        <Who who={who} />
      </td>
      <td class="fill cell-wide">
        {DEED_WORDS[did]} <What {...row} />
        {detail !== undefined && <span class="cell-note">{detail}</span>}
      </td>
      <td class="muted nowrap">
        <Timestamp at={at} context={context} />
      </td>
    </tr>
  );
}

function Who({ who: { kind, id, name } }: Pick<AuditRow, "who">) {
  const word = kind === "key" ? "API key" : null;
  const told = kind === "anybody" && id !== "" ? `${name}, ${id}` : name;
  return (
    <>
      {id === "" ? told : <a {...auditLink(paths.settings.audit({ who: id }))}>{told}</a>}
      {word && <span class="cell-note">{word}</span>}
    </>
  );
}

function What({ did, what }: Pick<AuditRow, "did" | "what">) {
  if (what === null) return null;
  const href = hrefOf({ did, what });
  return href === null ? <b>{what.name}</b> : <a href={href} title={what.id}>{what.name}</a>;
}

function Nothing() {
  return (
    <div class="empty">
      <p>Nothing is told here.</p>
      <p>What people and programs do stands here a moment later, and for 90 days.</p>
    </div>
  );
}

function auditLink(href: string): Readonly<Record<string, string>> {
  return partLink(href, domIds.auditList);
}
