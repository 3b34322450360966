// kernels: native
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { debianObjects } from "../support/debian-objects.ts";
import { builtObjects } from "../support/objects.ts";
import { requires } from "../support/requires.ts";
import { sweep } from "./sweep.ts";

test("the spec, the loader and the collection of each object that we compile agree", {
  timeout: 60_000,
}, () => {
  const faults: string[] = [];
  let loaded = 0;
  for (const path of builtObjects()) {
    const [bytes, name] = [readFileSync(path), basename(path).replace(/\..*/, "")];
    let result = sweep(bytes, name, true);
    if (result.refused !== undefined) result = sweep(bytes, name, false);
    if (result.refused === undefined) loaded++;
    faults.push(...result.faults);
  }
  expect(faults).toEqual([]);
  expect(loaded).toBeGreaterThan(40);
});

test("the spec, the loader and the collection of each object that Debian ships agree", {
  timeout: 60_000,
}, (context) => {
  const shipped = debianObjects();
  requires(context, shipped.length > 0, "Debian's packages cannot be fetched here");
  const faults: string[] = [];
  let loaded = 0;
  for (const { name, bytes } of shipped) {
    const result = sweep(bytes, name.replace(/\..*/, ""), false);
    if (result.refused === undefined) loaded++;
    faults.push(...result.faults);
  }
  expect(faults).toEqual([]);
  expect(loaded).toBeGreaterThan(60);
});
