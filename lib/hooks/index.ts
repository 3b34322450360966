export { type AttachType, attachTypeName, attachTypeNumber, findAttachType } from "./attach-types.ts";
export type { Hook, LinkProbe, Probe, ProgramKind, SectionFlag, SectionTarget, Unattached } from "./hook.ts";
export {
  type HookName,
  hook,
  hookOfKind,
  hooks,
  type OptionName,
  programKinds,
  whyUnattached,
} from "./hooks.ts";
export { iteratorNeeds, iteratorSince, type OptionOfIterator } from "./iterators.ts";
export { kernelNumbers } from "./kernel-numbers.ts";
export { type LinkType, linkTypes } from "./link-types.ts";
export type { LinkNature } from "./nature.ts";
export type { HookOption, OptionRule } from "./option.ts";
export {
  findProgramType,
  type ProgramType,
  programTypeName,
  programTypeNumber,
  programTypes,
} from "./program-types.ts";
export {
  kindOfSection,
  meaningOfSection,
  nearestSections,
  runsAtReturn,
  type SectionMeaning,
} from "./section-names.ts";
export type { HookOfSection, OptionsInSection, SectionsOf } from "./section-type.ts";
export { attachTypeSince, latest, programTypeSince, sleepableSince, xdpFragsSince } from "./since.ts";
