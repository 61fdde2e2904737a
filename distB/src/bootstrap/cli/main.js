#!/usr/bin/env node
import { createProgram, runProgram } from '../../cli/program.js';
import { processIo } from '../../cli/io.js';
import { addLocalCommands } from './local-commands.js';
const cli = createProgram(processIo());
addLocalCommands(cli);
const code = await runProgram(cli, process.argv.slice(2));
// A role goes on after its start, and says itself how it ended.
if (code !== 0)
    process.exitCode = code;
//# sourceMappingURL=main.js.map