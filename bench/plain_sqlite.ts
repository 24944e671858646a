import { DatabaseSync } from "node:sqlite";

/** The barest durable runner: one SQLite database, one task after another. */
export interface PlainSqlite {
  /** Completes so many tasks; answers how many that was a second. */
  rateOf(count: number): number;
  close(): void;
}

/**
 * WAL, every commit synced, two commits a task (accepted, taken) and one for each step that ends.
 *
 * @param steps How many steps a task has.
 */
export function openPlainSqlite(path: string, steps: number): PlainSqlite {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE task (id TEXT PRIMARY KEY, status TEXT NOT NULL, record TEXT NOT NULL);
    CREATE TABLE step (task TEXT NOT NULL, id TEXT NOT NULL, result TEXT NOT NULL,
      PRIMARY KEY (task, id));
  `);
  const accept = database.prepare("INSERT INTO task VALUES (?, 'queued', ?)");
  const update = database.prepare("UPDATE task SET status = ?, record = ? WHERE id = ?");
  const keep = database.prepare("INSERT INTO step VALUES (?, ?, 'done')");

  function endStep(taskId: string, index: number): void {
    const status = index === steps - 1 ? "completed" : "running";
    database.exec("BEGIN IMMEDIATE");
    keep.run(taskId, stepId(index));
    update.run(status, recordOf(taskId, index + 1, steps), taskId);
    database.exec("COMMIT");
  }

  function complete(taskId: string): void {
    accept.run(taskId, recordOf(taskId, 0, steps));
    update.run("running", recordOf(taskId, 0, steps), taskId);
    for (let index = 0; index < steps; index++) endStep(taskId, index);
  }

  return {
    rateOf(count) {
      const start = performance.now();
      for (let i = 0; i < count; i++) complete(crypto.randomUUID());
      return count / (performance.now() - start) * 1_000;
    },
    close: () => database.close(),
  };
}

function recordOf(id: string, ended: number, steps: number): string {
  const now = Date.now();
  const states = Array.from({ length: steps }, (_, index) => (
    { name: stepId(index), endedAt: index < ended ? now : null }
  ));
  return JSON.stringify({ id, createdAt: now, steps: states });
}

function stepId(index: number): string {
  return `step_${index + 1}`;
}
