export { type LinkPin, type MapPin, type Pin, type ProgramPin, pins, type UnknownPin } from "./walk-pins.ts";
