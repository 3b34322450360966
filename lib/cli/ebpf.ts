#!/usr/bin/env node
import { main } from "./ebpf/main.ts";

process.exitCode = await main(process.argv.slice(2));
