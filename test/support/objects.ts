import { readdirSync } from "node:fs";
import { join } from "node:path";

const built = join(import.meta.dirname, "../../.build/bpf");

/** The object compiled from test/bpf/NAME.bpf.c. */
export function testObject(name: string): string {
  return join(built, "test/bpf", `${name}.bpf.o`);
}

/** The object compiled from bpf-examples/NAME/NAME.bpf.c. */
export function exampleObject(name: string): string {
  return join(built, "bpf-examples", name, `${name}.bpf.o`);
}

/** Every object that the build has made. */
export function builtObjects(): string[] {
  return readdirSync(built, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".bpf.o"))
    .sort()
    .map((file) => join(built, file));
}
