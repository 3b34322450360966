/** Whether a section has legacy map definitions. The remote control decoders of v4l-utils use "lirc_mode2/maps". */
export function isLegacyMapSection(name: string): boolean {
  return name.includes("maps") && /^(.+\/)?maps(\/.+)?$/.test(name);
}

/** Whether a section has map definitions. */
export function isMapSection(name: string): boolean {
  return name === ".maps" || isLegacyMapSection(name);
}
