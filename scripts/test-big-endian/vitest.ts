// What the tests use of vitest, on nothing but JavaScript: vitest itself needs compiled packages of the processor.
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

/** Checks types, which the compiler does. */
export const expectTypeOf = (): unknown =>
  new Proxy(() => undefined, { get: expectTypeOf, apply: expectTypeOf });

export const vi = { setConfig: () => undefined };
export const beforeAll = (hook: () => unknown): number => before.push(hook);
export const afterAll = (hook: () => unknown): number => after.push(hook);

export function describe(name: string, body: () => void): void {
  names.push(name);
  body();
  names.pop();
}

function add(
  name: string,
  body: Body | object,
  args: readonly unknown[] = [context],
  after?: Body | number,
): void {
  // With options, which say how long it may take, the body comes after them.
  const run = (typeof body === "function" ? body : after) as Body;
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
      if (!condition) add(name, body);
    },
  },
);
export const it = test;

function show(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : value).slice(0, 60);
}

/** Imports a file and runs the tests that it declares. Returns how many passed, and the failures. */
export async function runFile(url: string): Promise<{ passed: number; failures: string[] }> {
  for (const list of [tests, before, after]) list.length = 0;
  const failures: string[] = [];
  let passed = 0;
  try {
    await import(url);
    for (const hook of before) await hook();
  } catch (error) {
    return { passed, failures: [String((error as Error).stack)] };
  }
  for (const one of tests) {
    try {
      await one.run();
      passed++;
    } catch (error) {
      if (error instanceof Skipped) continue;
      failures.push(`${one.name}: ${(error as Error).stack}`);
    }
  }
  for (const hook of after) await hook();
  return { passed, failures };
}
