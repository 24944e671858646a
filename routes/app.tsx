import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { identify } from "./access/identity.ts";
import { methodsAt } from "./request/allowed_methods.ts";
import { apiRoutes } from "./api/mod.ts";
import { shareApiRoutes } from "./api/shares.ts";
import { apiDocsRoutes } from "./api/api_docs.tsx";
import { appLinkRoutes } from "./embed/app_links.ts";
import { appRoutes } from "./apps/apps.tsx";
import { auditRoutes } from "./settings_pages/audit.tsx";
import type { Deps } from "./deps.ts";
import { embedRoutes, isAllowedStart } from "./embed/mod.ts";
import { answerError, answerMissing, answerOtherMethod } from "./errors.tsx";
import { forkRoutes } from "./tasks/forks.ts";
import { answerHead, ANYWHERE, refuseOtherNames, refuseOtherSites } from "./request/guards.ts";
import { healthRoutes } from "./health.ts";
import { refuseOddHosts } from "./request/host.ts";
import { keepToHttps } from "./request/https.ts";
import { keyRoutes } from "./settings_pages/keys.tsx";
import { metricsRoutes } from "./metrics.ts";
import { paths } from "./paths.ts";
import { peopleRoutes } from "./settings_pages/people.tsx";
import { requirePermission } from "./permissions.ts";
import { playgroundRoutes } from "./apps/playground.tsx";
import { limitRequests } from "./request/rates.ts";
import { settingsHomeRoutes } from "./settings_pages/settings_home.ts";
import { signInRoutes } from "./access/sign_in.tsx";
import { signInProviderRoutes } from "./access/sign_in_provider.ts";
import { useOwnHeaders } from "./policy.ts";
import { shareRoutes } from "./share/shares.ts";
import { sharedRoutes } from "./share/shared.ts";
import { studioRoutes } from "./apps/studio.tsx";
import { taskRoutes } from "./tasks/task.tsx";
import { taskFeedRoutes } from "./tasks/task_feed.ts";
import { taskListRoutes } from "./tasks/task_list.tsx";
import { tellAnswers } from "./telemetry/answers.ts";

/** Callboard over HTTP: every route there is. */
export function createApp(deps: Deps): Hono {
  const { reach = ANYWHERE } = deps;
  const app = new Hono();
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
  app.route("/", appRoutes(deps));
  app.route("/", taskListRoutes(deps));
  app.route("/", taskFeedRoutes(deps));
  app.route("/", taskRoutes(deps));
  app.route("/", forkRoutes(deps));
  app.route("/", shareRoutes(deps));
  app.route("/", sharedRoutes(deps));
  app.route("/", studioRoutes(deps));
  app.route("/", appLinkRoutes(deps));
  app.route("/", signInRoutes(deps));
  app.route("/", signInProviderRoutes(deps));
  app.route("/", settingsHomeRoutes());
  app.route("/", keyRoutes(deps));
  app.route("/", peopleRoutes(deps));
  app.route("/", auditRoutes(deps));
  app.route("/", apiRoutes(deps));
  app.route("/", shareApiRoutes(deps));
  app.route("/", apiDocsRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", metricsRoutes(deps));
  app.route("/", embedRoutes(deps));
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
