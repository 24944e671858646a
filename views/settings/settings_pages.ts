import { paths } from "../../routes/paths.ts";
import type { Reader } from "../page_context.ts";

/** One page of the settings. */
export interface SettingsPageLink {
  readonly name: "keys" | "people" | "audit";
  readonly label: string;
  readonly to: string;
  /** What its route needs. */
  readonly needs: keyof Reader["may"];
}

/** Every page of the settings, in the order of their tabs. */
const SETTINGS_PAGES: readonly SettingsPageLink[] = [
  { name: "keys", label: "API keys", to: paths.settings.keys(), needs: "own" },
  { name: "people", label: "People", to: paths.settings.people(), needs: "admin" },
  { name: "audit", label: "Audit", to: paths.settings.audit(), needs: "admin" },
];

/** The pages that somebody may see. */
export function settingsPagesFor({ may }: Reader): readonly SettingsPageLink[] {
  return SETTINGS_PAGES.filter(({ needs }) => may[needs]);
}
