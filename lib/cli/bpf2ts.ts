#!/usr/bin/env node
import { main } from "./bpf2ts/main.ts";

process.exitCode = main(process.argv.slice(2));
