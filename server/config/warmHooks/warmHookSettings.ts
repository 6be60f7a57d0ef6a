import { parseText } from '../parseSetting.ts';
import { plain } from '../setting.ts';
import { parseWarmHook } from './parseWarmHook.ts';

/** Services without our library that can be warmed. */
export const warmHookSettings = {
  warmHook: {
    ...plain,
    name: 'warm-hook',
    argument: 'PREFIX=URL',
    help: 'Address of a service that loads the keys it is given, for those that begin with PREFIX: shop:=http://shop:8080/warm',
    parse: parseWarmHook,
    isRepeatable: true,
  },
  warmHookSecret: {
    ...plain,
    name: 'warm-hook-secret',
    argument: 'TEXT',
    help: 'Bearer token for these addresses',
    parse: parseText,
    isSecret: true,
  },
  warmHookSecretFile: {
    ...plain,
    name: 'warm-hook-secret-file',
    argument: 'PATH',
    help: 'File with that token, read again for each request',
    parse: parseText,
  },
};
