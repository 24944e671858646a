import type { BrowserContext, Page } from "playwright-core";

const BINDING = "callboardReportsViolation";

/** Watches every page of a context for what no page of ours may do. */
export interface Guard {
  /** One line for each finding so far. */
  readonly findings: () => readonly string[];
}

/**
 * Notes every console error, uncaught error, CSP violation and request that leaves loopback.
 *
 * @param allowed console errors that the test brings about, such as the browser's line on a 422
 */
export async function guard(
  context: BrowserContext,
  allowed: readonly RegExp[],
): Promise<Guard> {
  const findings: string[] = [];
  await context.exposeBinding(BINDING, ({ page }, violation: string) => {
    findings.push(`CSP violation on ${page.url()}: ${violation}`);
  });
  await context.addInitScript(reportViolations, BINDING);
  context.on("request", (request) => {
    if (!staysHere(request.url())) findings.push(`Request to ${request.url()}`);
  });
  context.on("page", (page) => watchPage(page, allowed, findings));
  return { findings: () => findings };
}

function watchPage(
  page: Page,
  allowed: readonly RegExp[],
  findings: string[],
): void {
  page.on(
    "pageerror",
    (error) => findings.push(`Uncaught on ${page.url()}: ${error.message}`),
  );
  page.on("dialog", async (dialog) => {
    if (dialog.type() === "beforeunload") return await dialog.accept();
    findings.push(`Dialog on ${page.url()}: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("console", (message) => {
    const text = message.text();
    if (
      message.type() !== "error" ||
      allowed.some((pattern) => pattern.test(text))
    ) return;
    findings.push(`Console error on ${page.url()}: ${text}`);
  });
}

/** Runs in the page. */
function reportViolations(binding: string): void {
  document.addEventListener("securitypolicyviolation", (event) => {
    const report: unknown = Reflect.get(globalThis, binding);
    if (typeof report !== "function") return;
    report(
      `${event.effectiveDirective} blocked ${event.blockedURI || "inline"} ${event.sample}`,
    );
  });
}

function staysHere(address: string): boolean {
  const url = new URL(address);
  return ["data:", "blob:", "about:"].includes(url.protocol) ||
    url.hostname === "127.0.0.1";
}
