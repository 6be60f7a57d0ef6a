import { z } from 'zod';
import type { CachePeer, PeerSettings } from './cachePeer.ts';
import { type Figures, UnsupportedPeer } from './measurement.ts';
import { measurements } from './measurements/measurements.ts';
import { loadPeer } from './peerEntries.ts';
import type { PeerAnswer } from './startPeerProcess.ts';

// One peer in one measurement: prepares, then takes a sample whenever it is told a case.
const [measurementName, peerName = '', settingsText = '{}'] = process.argv.slice(2);
const { redisPort, ...pace } = z
  .object({ redisPort: z.number(), isQuick: z.boolean(), windowMs: z.number(), roundCount: z.number() })
  .parse(JSON.parse(settingsText));

let opened: CachePeer | null = null;

function answer(message: PeerAnswer): void {
  process.send?.(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function openAndNote(settings: PeerSettings): Promise<CachePeer> {
  const open = await loadPeer(peerName);
  opened = await open(settings);
  return opened;
}

function answerFigures(figures: Figures): void {
  answer({
    figures,
    why: null,
    version: opened?.version ?? '',
    configuration: opened?.configuration ?? '',
  });
}

process.on('disconnect', () => process.exit(0));
try {
  const measurement = measurements.find(({ name }) => name === measurementName);
  if (measurement === undefined) throw new Error(`no measurement is called "${measurementName}"`);
  const takeSample = await measurement.prepare({ open: openAndNote, redisPort, pace });
  process.on('message', (caseName) => {
    takeSample(z.string().parse(caseName)).then(answerFigures, (error: unknown) =>
      answer({ figures: null, why: describe(error) }),
    );
  });
  answer({ figures: null, why: null });
} catch (error) {
  answer({
    figures: null,
    why: error instanceof UnsupportedPeer ? error.message : `failed: ${describe(error)}`,
  });
}
