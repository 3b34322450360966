// What the tests use of vitest, on nothing but JavaScript: vitest itself needs compiled packages of the processor. A test that
// uses something else of vitest fails: it has no such export, method or option here. Tests have no time limit.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import * as chai from "chai";

type Body = (...args: never[]) => unknown;

interface Test {
  readonly name: string;
  run(): unknown;
}

class Skipped extends Error {}

/** What a test that skips itself is called with. */
const context = {
  task: { meta: {} },
  skip(condition: unknown = true): void {
    if (condition !== false) throw new Skipped();
  },
};

const tests: Test[] = [];
const before: (() => unknown)[] = [];
const after: (() => unknown)[] = [];
const names: string[] = [];

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  {
    getState: () => getState(expect as never),
    setState: (state: object) => setState(state, expect as never),
    unreachable: (message?: string) => chai.assert.fail(message ?? "expected not to be reached"),
  },
);
Object.assign(expect, (globalThis as never)[ASYMMETRIC_MATCHERS_OBJECT]);
(globalThis as Record<symbol, unknown>)[GLOBAL_EXPECT] = expect;

/** Checks nothing at run time, as in vitest: `npm run typecheck` compiles the tests, and refuses a type that differs. */
export const expectTypeOf = (): unknown =>
  new Proxy(() => undefined, { get: expectTypeOf, apply: expectTypeOf });

export const vi = {
  /** Time limits, which this runner does not have, and nothing else. */
  setConfig: (config: object) => onlyTimeLimits(config),
};
export const beforeAll = (hook: () => unknown): number => before.push(hook);
export const afterAll = (hook: () => unknown): number => after.push(hook);

export function describe(name: string, body: () => void): void {
  names.push(name);
  body();
  names.pop();
}

function onlyTimeLimits(options: object): void {
  const other = Object.keys(options).filter(
    (name) => !["timeout", "testTimeout", "hookTimeout"].includes(name),
  );
  if (other.length > 0) throw new Error(`options that this runner does not have: ${other.join(", ")}`);
}

function add(
  name: string,
  body: Body | object,
  args: readonly unknown[] = [context],
  after?: Body | number,
): void {
  // The body comes after options.
  if (typeof body !== "function") onlyTimeLimits(body);
  const run = (typeof body === "function" ? body : after) as Body;
  if (typeof run !== "function") throw new Error(`${name}: no body`);
  tests.push({ name: [...names, name].join(" > "), run: () => run(...(args as never[])) });
}

export const test = Object.assign(
  (name: string, body: Body | object, after?: Body | number) => add(name, body, [context], after),
  {
    each: (cases: readonly unknown[]) => (name: string, body: Body) => {
      for (const one of cases) add(`${name} (${show(one)})`, body, Array.isArray(one) ? one : [one]);
    },
    for: (cases: readonly unknown[]) => (name: string, body: Body) => {
      for (const one of cases) add(`${name} (${show(one)})`, body, [one, context]);
    },
    skipIf: (condition: unknown) => (name: string, body: Body) => {
      add(name, condition ? () => context.skip() : body);
    },
  },
);
export const it = test;

function show(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : value).slice(0, 60);
}

/** What the tests of a file did. */
interface Outcome {
  passed: number;
  skipped: number;
  failures: string[];
}

/** Imports a file and runs the tests that it declares. A file without tests is a failure. */
export async function runFile(url: string): Promise<Outcome> {
  for (const list of [tests, before, after]) list.length = 0;
  const failures: string[] = [];
  let passed = 0;
  let skipped = 0;
  try {
    await import(url);
    for (const hook of before) await hook();
  } catch (error) {
    return { passed, skipped, failures: [String((error as Error).stack)] };
  }
  if (tests.length === 0) failures.push("the file declares no test");
  for (const one of tests) {
    try {
      await one.run();
      passed++;
    } catch (error) {
      if (error instanceof Skipped) skipped++;
      else failures.push(`${one.name}: ${(error as Error).stack}`);
    }
  }
  for (const hook of after) await hook();
  return { passed, skipped, failures };
}
