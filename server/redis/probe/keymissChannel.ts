/** Where Redis tells of each key of the database that was looked up and not there. */
export function keymissChannel(database: number): string {
  return `__keyevent@${database}__:keymiss`;
}

/** The word of an ACL rule that allows to hear of missed keys. */
export function channelWord(database: number): string {
  return `&${keymissChannel(database)}`;
}
