import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take seconds to minutes: a browser, a whole server, a cluster. */
const LONG = /\/test\/(e2e|scenarios|faults|demo|exporters|scripts)\//;

/** Begins with the files that take long, so that none of them runs alone at the end beside an idle core. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
