import { expect } from '@playwright/test';

/** Two cores may be busy with other servers and browsers; what never comes fails all the same. */
export const expectPage = expect.configure({ timeout: 20_000 });
