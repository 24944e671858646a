import { DatabaseSync } from "node:sqlite";

const STEPS = ["one", "two", "three"];

/**
 * The barest durable runner: one SQLite database, WAL, every commit synced, five commits a task
 * (accepted, taken, each of three steps ended), one task after another.
 */
export function openPlainSqlite(path: string) {
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
    const status = index === STEPS.length - 1 ? "completed" : "running";
    database.exec("BEGIN IMMEDIATE");
    keep.run(taskId, STEPS[index] ?? "");
    update.run(status, recordOf(taskId, index + 1), taskId);
    database.exec("COMMIT");
  }

  return {
    complete(taskId: string): void {
      accept.run(taskId, recordOf(taskId, 0));
      update.run("running", recordOf(taskId, 0), taskId);
      for (const index of STEPS.keys()) endStep(taskId, index);
    },
    close: () => database.close(),
  };
}

function recordOf(id: string, ended: number): string {
  const now = Date.now();
  const steps = STEPS.map((name, i) => ({ name, endedAt: i < ended ? now : null }));
  return JSON.stringify({ id, createdAt: now, steps });
}
