/** Other processes: the files that they run, the functions in their memory, and the cgroups that they are in. */
export { cgroupOf } from "./cgroup-of.ts";
export { type CgroupOwner, type ContainerRuntime, cgroupOwner } from "./cgroup-owner.ts";
export { cgroupPaths } from "./cgroup-paths.ts";
export {
  type BuildIdPlace,
  type UserSymbolAt,
  UserSymbols,
  type UserSymbolsOptions,
} from "./user-symbols.ts";
