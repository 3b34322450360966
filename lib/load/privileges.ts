import { capabilitiesFor } from "../features/capabilities.ts";
import type { Capability } from "../kernel/privilege.ts";
import type { ObjectSpec } from "../spec/index.ts";

/**
 * The capabilities that loading needs.
 *
 * @since Linux 5.8
 */
export function privilegesFor({ programs, maps }: ObjectSpec): Capability[] {
  return capabilitiesFor({
    programs: Object.values(programs).flatMap(({ autoload, type }) => (autoload ? [type] : [])),
    maps: Object.values(maps).flatMap(({ autocreate, type }) => (autocreate ? [type] : [])),
  });
}
