import assert from "node:assert/strict";
import type { TaskJson } from "../../executor/mod.ts";
import { type Fault, faultAt, FAULTS, readFaultAt, THROWN_FAULTS } from "../helpers/fault_kv.ts";
import { runScenario, SCENARIOS, type Spoiling } from "../helpers/fault_scenarios.ts";
import { seededTest } from "../helpers/seed.ts";

/** What has to be the same, whatever went wrong on the way. */
function essence({ status, steps, outputs, error, progress, inputs, usage }: TaskJson) {
  return {
    status,
    error,
    progress,
    inputs,
    outputs,
    usage,
    steps: steps.map(({ id, status, output, error }) => ({
      id,
      status,
      output: id === "pause" ? null : output,
      error,
    })),
  };
}

/** What has to be the same where no attempt was lost. */
function attempts({ steps }: TaskJson) {
  return steps.map(({ id, attempt, failures }) => ({
    id,
    attempt,
    failures: failures?.map(({ attempt, error }) => ({ attempt, error })),
  }));
}

for (const scenario of SCENARIOS) {
  seededTest(
    `a commit that fails, applied or not, comes late or twice: a task ends the same, ${scenario.name}`,
    async ({ report }) => {
      const clean = await runScenario(scenario, null);
      const wrong: string[] = [];
      let runs = 0;
      let ends = 0;
      for (let point = 1; point <= clean.commits; point++) {
        for (const fault of FAULTS) {
          runs++;
          try {
            const result = await runScenario(scenario, commitFault(point, fault));
            ends += result.stepEnds;
            assert.deepEqual(essence(result.task), essence(clean.task));
            if (isThrown(fault)) assert.deepEqual(attempts(result.task), attempts(clean.task));
          } catch (error) {
            wrong.push(`commit ${point} ${fault}: ${String(error).slice(0, 900)}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
      report(
        `fault 5: ${scenario.name}: ${FAULTS.length} x ${clean.commits} commit points, ` +
          `${runs} tasks, 0 lost, ${ends} steps kept, 0 twice`,
      );
    },
  );

  seededTest(`a read that fails: a task ends the same, ${scenario.name}`, async ({ report }) => {
    const clean = await runScenario(scenario, null);
    const wrong: string[] = [];
    for (let point = 1; point <= clean.reads; point++) {
      try {
        const hooks = () => readFaultAt(point);
        const result = await runScenario(scenario, { hooks, isLong: true });
        assert.deepEqual(essence(result.task), essence(clean.task));
      } catch (error) {
        wrong.push(`read ${point}: ${String(error).slice(0, 900)}`);
      }
    }
    assert.deepEqual(wrong, []);
    report(`fault 5: ${scenario.name}: ${clean.reads} reads that fail, 0 tasks lost`);
  });
}

function commitFault(point: number, fault: Fault): Spoiling {
  return { hooks: (test) => faultAt(point, fault, test), isLong: !isThrown(fault) };
}

function isThrown(fault: Fault): boolean {
  return THROWN_FAULTS.some((thrown) => thrown === fault);
}
