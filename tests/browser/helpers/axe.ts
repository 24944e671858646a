import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { z } from "zod";

const Results = z.object({
  violations: z.array(z.object({
    id: z.string(),
    help: z.string(),
    nodes: z.array(
      z.object({ html: z.string(), failureSummary: z.string().optional() }),
    ),
  })),
});

/** Fails with one paragraph for each thing that axe finds on the page as it stands. */
export async function assertAccessible(
  page: Page,
  what: string,
): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = Results.parse(await page.evaluate("axe.run()"));
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ""}`)
  );
  assert.equal(findings.join("\n\n"), "", `axe on ${what}`);
}
