import type { ValueAccess } from '#shared/access/valueAccess.ts';

/** Why no value is shown. */
export const valueRefusals: Record<Exclude<ValueAccess, 'allowed'>, string> = {
  switchedOff:
    'This server shows no values. Whoever starts it may say --values; values are then redacted, and each reading is recorded.',
  roleMissing: 'Values are shown to inspectors only.',
};
