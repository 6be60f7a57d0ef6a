import { openApiQuery } from './apiQuery.ts';
import { approvalsApproveCommand } from './approvals/approvalsApproveCommand.ts';
import { approvalsDeclineCommand } from './approvals/approvalsDeclineCommand.ts';
import { approvalsListCommand } from './approvals/approvalsListCommand.ts';
import { approvalsShowCommand } from './approvals/approvalsShowCommand.ts';
import { auditExportCommand } from './audit/auditExportCommand.ts';
import { auditListCommand } from './audit/auditListCommand.ts';
import { auditVerifyCommand } from './audit/auditVerifyCommand.ts';
import type { CliAnswer, CliCommand } from './cliCommand.ts';
import { openCliLogin } from './cliLogin.ts';
import { type CliFlag, type CliOptions, commonFlags, parseCliOptions, usageProblem } from './cliOptions.ts';
import { CliProblem } from './cliProblem.ts';
import { type CliTerminal, emptyTerminal } from './cliTerminal.ts';
import { purgeCancelCommand } from './jobs/purgeCancelCommand.ts';
import { purgeCommand } from './jobs/purgeCommand.ts';
import { purgeListCommand } from './jobs/purgeListCommand.ts';
import { purgePauseCommand } from './jobs/purgePauseCommand.ts';
import { purgeResumeCommand } from './jobs/purgeResumeCommand.ts';
import { purgeWatchCommand } from './jobs/purgeWatchCommand.ts';
import { undoCommand } from './jobs/undoCommand.ts';
import { warmCommand } from './jobs/warmCommand.ts';
import { keysCompareCommand } from './keys/keysCompareCommand.ts';
import { keysFindCommand } from './keys/keysFindCommand.ts';
import { keysInspectCommand } from './keys/keysInspectCommand.ts';
import { lettersDropCommand, lettersReplayCommand } from './letters/lettersActCommands.ts';
import { lettersListCommand } from './letters/lettersListCommand.ts';
import { lettersPurgeCommand } from './letters/lettersPurgeCommand.ts';
import { patternsCommand } from './patternsCommand.ts';
import { redisFunctionCommand } from './redisFunctionCommand.ts';
import { breakersCommand } from './services/breakersCommand.ts';
import { tagsListCommand } from './tags/tagsListCommand.ts';
import { tagsRepairCommand } from './tags/tagsRepairCommand.ts';
import { tagsShowCommand } from './tags/tagsShowCommand.ts';
import { ttlCommand } from './ttlCommand.ts';
import { warmListCommand } from './warm/warmListCommand.ts';

const commands: readonly CliCommand[] = [
  patternsCommand,
  ttlCommand,
  breakersCommand,
  keysFindCommand,
  keysInspectCommand,
  keysCompareCommand,
  tagsListCommand,
  tagsShowCommand,
  tagsRepairCommand,
  purgeCommand,
  purgeListCommand,
  purgeWatchCommand,
  purgePauseCommand,
  purgeResumeCommand,
  purgeCancelCommand,
  undoCommand,
  warmCommand,
  warmListCommand,
  lettersListCommand,
  lettersReplayCommand,
  lettersPurgeCommand,
  lettersDropCommand,
  approvalsListCommand,
  approvalsShowCommand,
  approvalsApproveCommand,
  approvalsDeclineCommand,
  auditListCommand,
  auditExportCommand,
  auditVerifyCommand,
  redisFunctionCommand,
];

export interface CliSurroundings {
  print(text: string): void;
  printError(text: string): void;
  /** Where a server keeps its files by default; null when that cannot be told. */
  readonly dataDirectory: string | null;
  /** The password of this user; null when there is none, and nobody who could be asked, as when this is absent. */
  readonly readPassword?: (name: string) => Promise<string | null>;
  /** Absent = nobody is there who could be asked. */
  readonly terminal?: CliTerminal;
}

/** The commands besides `serve`, for the help. */
export function commandsHelp(): string {
  const rows = commands.map(({ name, help }) => [`  cachescope ${name}`, help] as const);
  return [
    'Other commands:',
    ...alignedHelp(rows),
    '',
    ...alignedHelp(commonFlags.map(flagHelp)),
    '  "cachescope COMMAND --help" lists what else a command takes.',
    '',
  ].join('\n');
}

function commandHelp({ name, help, flags, operand, seeAlso }: CliCommand): string {
  const usage = `cachescope ${name}${operand === undefined ? '' : ` [${operand}]`} [options]`;
  const flagLines = alignedHelp([...flags, ...commonFlags].map(flagHelp));
  return [usage, '', help, ...(seeAlso === undefined ? [] : [seeAlso]), '', ...flagLines, ''].join('\n');
}

function flagHelp({ flag, value, help }: CliFlag): readonly [string, string] {
  return [`  ${flag}${value === undefined ? '' : ` ${value}`}`, help];
}

function alignedHelp(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}

/** Runs a command besides `serve`; resolves with the exit code, or null when the first word begins no such command. */
export async function runCli(argv: readonly string[], around: CliSurroundings): Promise<number | null> {
  const siblings = commands.filter(({ name }) => name.split(' ')[0] === argv[0]);
  if (siblings.length === 0) return null;
  try {
    // The longest name that fits: "purge" begins "purge cancel".
    const [command] = siblings
      .filter(({ name }) => name.split(' ').every((word, at) => word === argv[at]))
      .toSorted((one, other) => other.name.length - one.name.length);
    if (command === undefined) return listSiblings(siblings, argv, around);
    return await runCommand(command, argv.slice(command.name.split(' ').length), around);
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    around.printError(error.message);
    return error.exitCode;
  }
}

/** `cachescope audit` alone, or with a word that is none of its commands. */
function listSiblings(
  siblings: readonly CliCommand[],
  argv: readonly string[],
  { print }: CliSurroundings,
): number {
  const names = siblings.map(({ name }) => `"cachescope ${name}"`).join(', ');
  if (argv[1] !== '--help' && argv[1] !== '-h') throw usageProblem(`Say which: ${names}.`);
  print(siblings.map(commandHelp).join('\n'));
  return 0;
}

async function runCommand(
  command: CliCommand,
  words: readonly string[],
  { print, dataDirectory, readPassword = async () => null, terminal = emptyTerminal }: CliSurroundings,
): Promise<number> {
  const options = parseWords(command, words);
  if (options.isHelp) {
    print(commandHelp(command));
    return 0;
  }
  const { url, user } = options;
  const login = user === null ? null : openCliLogin({ serverUrl: url, name: user, readPassword });
  try {
    const tools = { query: openApiQuery(url, login), dataDirectory, terminal };
    const answer: CliAnswer = await command.run(tools, options);
    if ('lines' in answer) {
      for await (const line of answer.lines) print(line);
      return 0;
    }
    print(options.isJson ? JSON.stringify(answer.data, null, 2) : answer.text);
    return answer.exitCode ?? 0;
  } finally {
    await login?.end();
  }
}

function parseWords({ name, flags, operand, seeAlso }: CliCommand, words: readonly string[]): CliOptions {
  try {
    return parseCliOptions(words, { flags, mostOperands: operand === undefined ? 0 : 1 });
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    const lead = `${error.message} "cachescope ${name} --help" lists what is.`;
    throw usageProblem(seeAlso === undefined ? lead : `${lead} ${seeAlso}`);
  }
}
