/** The word that allows the command in an ACL rule, such as `+memory|usage`. */
export function aclWord(command: string): string {
  return `+${command.toLowerCase().replace(' ', '|')}`;
}
