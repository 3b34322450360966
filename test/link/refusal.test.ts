import { expect, test } from "vitest";
import { hooks, kindOfSection } from "../../lib/hooks/index.ts";
import { CollectionSpec, features } from "../../lib/index.ts";
import { type Attachment, attachments } from "../support/attachments.ts";
import { loadAlone } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { kernelHas, linuxAtLeast } from "../support/requires.ts";

// The other tests show that each of these fires, this one what is said without the kernel that it needs.
const kinds = attachments();

/** What is thrown on the way to a link, which is closed. */
async function attempt({ object, program, edit, attach }: Attachment): Promise<unknown> {
  try {
    using loaded = loadAlone(object, program, edit);
    (await attach(loaded)).close();
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`${name}: attaches, or the error says that the kernel lacks it`, async () => {
    const error = await attempt(kind);
    if (error === undefined && kind.carriedBack) return;
    const lack = lacking(kind);
    if (lack === undefined) {
      expect(error).toBeUndefined();
      return;
    }
    expect(error).toMatchObject({
      name: "NotSupportedError",
      code: "ERR_EBPF_NOT_SUPPORTED",
      operation: expect.stringMatching(/^(load|attach)$/),
      remedy: expect.stringMatching(lack),
    });
    expect((error as Error).message).toMatch(lack);
  });
}

/** What the error is to say. */
function lacking({ loadsSince, since, config, trampoline }: Attachment): RegExp | undefined {
  if (loadsSince !== undefined && !linuxAtLeast(loadsSince))
    return lacking({ since: loadsSince } as Attachment);
  if (!linuxAtLeast(since)) return new RegExp(`Needs Linux ${since}, this is ${features.kernelVersion()}$`);
  if (config !== undefined && !kernelHas(config)) return new RegExp(`built without .*\\b${config}$`);
  if (trampoline && !features.attaching("fentry")) return /This kernel cannot attach to functions by BTF/;
  return undefined;
}

test("every kind of attachment is tested here or in its own test", () => {
  const tried = new Set(
    Object.values(kinds).map(({ object, program }) => {
      const section = CollectionSpec.fromFile(testObject(object)).programs[program]?.section ?? "";
      return section.startsWith("struct_ops") ? "struct-ops" : kindOfSection(section);
    }),
  );
  const elsewhere = ["freplace", "lirc-mode2", "sk-reuseport", "sock-ops", "usdt"];
  expect(Object.keys(hooks).filter((name) => !tried.has(name) && !elsewhere.includes(name))).toEqual([]);
});
