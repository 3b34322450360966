export { Canary, canary } from "./canary.ts";
export type { MapFate } from "./maps.ts";
export type {
  CanaryHook,
  CanaryOptions,
  MapMigration,
  MapPolicy,
  UpgradeAttach,
  UpgradeOptions,
} from "./options.ts";
export type { UpgradeStep } from "./steps.ts";
export { upgrade } from "./upgrade.ts";
export { Upgraded, type UpgradedHook } from "./upgraded.ts";
