import { Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import { secureHeaders } from "hono/secure-headers";
import { identify } from "./access/identity.ts";
import { methodsAt } from "./request/allowed_methods.ts";
import type { Deps } from "./deps.ts";
import { isAllowedStart } from "./embed/allowed_start.ts";
import { answerError, answerMissing, answerOtherMethod } from "./errors.tsx";
import { answerHead, ANYWHERE, refuseOtherNames, refuseOtherSites } from "./request/guards.ts";
import { healthRoutes } from "./health.ts";
import { refuseOddHosts } from "./request/host.ts";
import { keepToHttps } from "./request/https.ts";
import { lazyRoutes, type RouteFiles } from "./lazy_routes.ts";
import { paths } from "./paths.ts";
import { requirePermission } from "./permissions.ts";
import { playgroundRoutes } from "./apps/playground.tsx";
import { limitRequests } from "./request/rates.ts";
import { useOwnHeaders } from "./policy.ts";
import { tellAnswers } from "./telemetry/answers.ts";

/** Callboard over HTTP: what every request goes through, and what answers it. */
export function createApp(deps: Deps): Hono {
  const { reach = ANYWHERE } = deps;
  // What Hono would come to after having tried a router that cannot hold these routes.
  const app = new Hono({ router: new TrieRouter() });
  if (deps.onAnswer !== undefined) app.use(tellAnswers(deps.onAnswer));
  app.use(useOwnHeaders);
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: false,
  }));
  app.use(keepToHttps(deps));
  app.use(answerHead);
  app.use(refuseOddHosts);
  app.use(identify(deps));
  app.use(refuseOtherNames(reach), refuseOtherSites(reach, (c) => isAllowedStart(c, deps)));
  app.use(limitRequests(deps));
  app.use(requirePermission);

  app.get("/", (c) => c.redirect(paths.playground(), 302));
  app.route("/", playgroundRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", lazyRoutes(routeFiles(deps)));
  app.route("/", deps.staticFiles.router);

  app.notFound((c) => {
    const methods = methodsAt(app, c.req.path);
    return methods.length === 0 || methods.includes(c.req.method)
      ? answerMissing({ what: "page", path: c.req.path }, c, deps)
      : answerOtherMethod(methods, c, deps);
  });
  app.onError((error, c) => answerError(error, c, deps));
  return app;
}

/** What answers the routes at and below a path, loaded when it is needed; the longest path counts. */
export function routeFiles(deps: Deps): RouteFiles {
  const shares = async () => (await import("./share/shares.ts")).shareRoutes(deps);
  const shareApi = async () => (await import("./api/shares.ts")).shareApiRoutes(deps);
  const apiDocs = async () => (await import("./api/api_docs.tsx")).apiDocsRoutes(deps);
  const embed = async () => (await import("./embed/mod.ts")).embedRoutes(deps);
  const signIn = async () => (await import("./access/sign_in.tsx")).signInRoutes(deps);
  const provider = async () =>
    (await import("./access/sign_in_provider.ts")).signInProviderRoutes(deps);

  return {
    "/apps": async () => (await import("./apps/apps.tsx")).appRoutes(deps),
    "/tasks": async () => (await import("./tasks/task_list.tsx")).taskListRoutes(deps),
    "/tasks.atom": async () => (await import("./tasks/task_feed.ts")).taskFeedRoutes(deps),
    "/tasks/:id": async () => (await import("./tasks/task.tsx")).taskRoutes(deps),
    "/tasks/:id/forks": async () => (await import("./tasks/forks.ts")).forkRoutes(deps),
    "/tasks/:id/shares": shares,
    "/shares": shares,
    "/s": async () => (await import("./share/shared.ts")).sharedRoutes(deps),
    "/studio": async () => (await import("./apps/studio.tsx")).studioRoutes(deps),
    "/studio/:appId/links": async () => (await import("./embed/app_links.ts")).appLinkRoutes(deps),
    "/sign-in": signIn,
    "/sign-out": signIn,
    "/sign-in/provider": provider,
    "/sign-in/callback": provider,
    "/settings": async () =>
      (await import("./settings_pages/settings_home.ts")).settingsHomeRoutes(),
    "/settings/keys": async () => (await import("./settings_pages/keys.tsx")).keyRoutes(deps),
    "/settings/people": async () =>
      (await import("./settings_pages/people.tsx")).peopleRoutes(deps),
    "/settings/audit": async () => (await import("./settings_pages/audit.tsx")).auditRoutes(deps),
    "/api/v1": async () => (await import("./api/mod.ts")).apiRoutes(deps),
    "/api/v1/tasks/:id/shares": shareApi,
    "/api/v1/shares": shareApi,
    "/docs/api": apiDocs,
    [paths.openApi()]: apiDocs,
    [paths.client()]: apiDocs,
    [paths.metrics()]: async () => (await import("./metrics.ts")).metricsRoutes(deps),
    "/embed": embed,
    [paths.embed.script()]: embed,
    [paths.embed.stylesheet()]: embed,
    [paths.embed.page()]: embed,
    "/oembed": embed,
  };
}
