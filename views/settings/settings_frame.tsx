import type { Child } from "hono/jsx";
import { Frame } from "../frame.tsx";
import type { PageContext } from "../page_context.ts";
import { type SettingsPageLink, settingsPagesFor } from "./settings_pages.ts";

export interface SettingsFrameProps {
  readonly context: PageContext;
  readonly current: SettingsPageLink["name"];
  readonly children?: Child;
}

/** A page of the settings: the tabs of those that the reader may see, and below them the page. */
export function SettingsFrame({ context, current, children }: SettingsFrameProps) {
  const pages = settingsPagesFor(context.reader);
  const label = pages.find(({ name }) => name === current)?.label;
  return (
    <Frame
      context={context}
      title={label === undefined ? "Settings" : `${label} – Settings`}
      current={null}
      isSide
    >
      <header class="page-head">
        <h1>Settings</h1>
      </header>
      <nav class="tabs tabs--pages" aria-label="Settings">
        {pages.map(({ name, label, to }) => (
          <a class="tab" href={to} aria-current={name === current ? "page" : undefined}>{label}</a>
        ))}
      </nav>
      {children}
    </Frame>
  );
}
