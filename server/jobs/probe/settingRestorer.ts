import { KEYSPACE_EVENTS } from '#server/redis/commandGuard.ts';
import { areSameEvents } from '#server/redis/probe/keyEventFlags.ts';
import type { ProbeControl } from '#server/redis/probe/openProbeControl.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { SettingIntent } from './probeRecords.ts';
import type { ProbeTools } from './probeTools.ts';

/** Puts the setting back that a probe changed, over lost connections and restarts of the server. */
export interface SettingRestorer {
  /** Something is still to be put back. */
  isPending(): boolean;
  /** Tries for some seconds; what is left then is tried again in the background. Returns what became of it, in a sentence. */
  restore(): Promise<string>;
  /** Goes on in the background until it is done; the outcome is reported. */
  restoreSoon(): void;
  close(): Promise<void>;
}

/** Pauses between the tries of a job that has ended, ms. */
const QUICK_PAUSES_MS = [0, 100, 400, 1_000, 2_000] as const;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export function createSettingRestorer(tools: ProbeTools): SettingRestorer {
  const { records, clock } = tools;
  const stop = new AbortController();
  let background: Promise<void> | null = null;

  async function keepTrying(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let lastText = '';
    while (!stop.signal.aborted) {
      const intent = records.readIntent();
      if (intent === null) return;
      const tried = await tryOnce(tools, intent);
      if (tried.isDone || tried.text !== lastText) tools.report(tried.text);
      lastText = tried.text;
      if (tried.isDone) return;
      await clock.pause(pauseMs, stop.signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  function restoreSoon(): void {
    background ??= keepTrying().finally(() => {
      background = null;
    });
  }

  return {
    isPending: () => records.readIntent() !== null,
    async restore() {
      let text = '';
      for (const pauseMs of QUICK_PAUSES_MS) {
        const intent = records.readIntent();
        if (intent === null) return text;
        await clock.pause(pauseMs);
        const tried = await tryOnce(tools, intent);
        text = tried.text;
        if (tried.isDone) return text;
      }
      restoreSoon();
      return text;
    },
    restoreSoon,
    async close() {
      stop.abort();
      await background;
    },
  };
}

interface Tried {
  readonly isDone: boolean;
  readonly text: string;
}

async function tryOnce(tools: ProbeTools, intent: SettingIntent): Promise<Tried> {
  if (intent.address !== tools.address) {
    return {
      isDone: false,
      text: `${KEYSPACE_EVENTS} of ${intent.address} is still as a probe set it ("${intent.during}"), and this server looks at another Redis. Set it back there: CONFIG SET ${KEYSPACE_EVENTS} "${intent.before}".`,
    };
  }
  let control: ProbeControl | null = null;
  try {
    control = await tools.openControl();
    const text = await putBack(control, intent);
    tools.records.clearIntent();
    return { isDone: true, text };
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    const text = `${KEYSPACE_EVENTS} is not set back to "${intent.before}" yet: ${error.message} It is tried again until it is.`;
    return { isDone: false, text };
  } finally {
    control?.close();
  }
}

/** Leaves alone what is not ours any more. */
async function putBack(control: ProbeControl, { before, during }: SettingIntent): Promise<string> {
  const now = await control.readSetting();
  if (areSameEvents(now, before)) return `${KEYSPACE_EVENTS} is "${before}", as before.`;
  if (!areSameEvents(now, during)) {
    return `${KEYSPACE_EVENTS} was changed to "${now}" by somebody else meanwhile, so it is left alone. Before the probe it was "${before}".`;
  }
  await control.writeSetting(before);
  const after = await control.readSetting();
  if (areSameEvents(after, before)) return `${KEYSPACE_EVENTS} is "${before}" again, as before.`;
  throw new RedisFault('other', 'CONFIG SET', `Redis answered OK, but it is still "${after}".`);
}
