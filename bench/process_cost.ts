/**
 * Processor time of all threads of a process so far, in milliseconds; NaN where the system does not
 * tell. It is the first field of each thread's `schedstat`, which is in nanoseconds.
 */
export function cpuOf(pid: number): number {
  try {
    const threads = [...Deno.readDirSync(`/proc/${pid}/task`)];
    const times = threads.map(({ name }) =>
      Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0])
    );
    return times.reduce((sum, time) => sum + time, 0) / 1e6;
  } catch {
    return NaN;
  }
}

/** Proportional set size in MB (2^20 bytes); NaN where the system does not tell. */
export function pssOf(pid: number): number {
  return megabytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);
}

/**
 * Memory that is a process's own and no file's, in MB (2^20 bytes); NaN where the system does not
 * tell. Unlike PSS it stays the same while other processes run the same program.
 */
export function ownMemoryOf(pid: number): number {
  return megabytes(`/proc/${pid}/status`, /^RssAnon:\s+(\d+) kB$/m);
}

function megabytes(path: string, line: RegExp): number {
  try {
    return Number(line.exec(Deno.readTextFileSync(path))?.[1]) / 1_024;
  } catch {
    return NaN;
  }
}
