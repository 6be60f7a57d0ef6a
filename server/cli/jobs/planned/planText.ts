import type {
  LettersPlan,
  MarkPlan,
  Plan,
  ProbePlan,
  RepairPlan,
  UndoPlan,
  WarmPlan,
} from '#shared/acting/plan.ts';
import type { WarmHookFacts } from '#shared/acting/warmHook.ts';
import { printable } from '#shared/export/printable.ts';
import { aligned, amount, byteSize, duration, percent, UNKNOWN } from '../../textTable.ts';
import { fullCount, instant } from '../jobText.ts';
import { purgePlanText } from './purgePlanText.ts';

/** What the server will do, of whichever kind, without what comes after it: the warning, and how it is answered. */
export function planText(plan: Plan): string {
  if (plan.kind === 'purge') return purgePlanText(plan);
  const shell = 'shellCommands' in plan ? plan.shellCommands : [];
  return [
    printable(plan.title),
    '',
    aligned(factsOf(plan).map(([label, text]) => [label, printable(text)])),
    '',
    ...(shell.length === 0 ? [] : ['The same from a shell:', ...shell, '']),
  ].join('\n');
}

type Facts = readonly (readonly [label: string, text: string])[];

function factsOf(plan: UndoPlan | MarkPlan | RepairPlan | WarmPlan | LettersPlan | ProbePlan): Facts {
  switch (plan.kind) {
    case 'undo':
      return undoFacts(plan);
    case 'mark':
      return [
        ['tag', `${plan.tag} (${plan.layoutName})`],
        ['mark', plan.subject],
        ['entries', 'not known: the library keeps no list of them'],
        ['reaches', plan.reach],
      ];
    case 'repair':
      return [
        ['index', `${plan.subject} (${plan.layoutName})`],
        [
          'taken out',
          `${fullCount(plan.keyCount)} of ${fullCount(plan.memberCount)} members, which are gone`,
        ],
        ['lists of tags', `${fullCount(plan.danglingCount)} without an entry go with them`],
        [
          'TTL raised',
          plan.ttlRaise === null ? 'no' : `by ${duration(plan.ttlRaise.toMs - plan.ttlRaise.fromMs)}`,
        ],
      ];
    case 'warm':
      return warmFacts(plan);
    case 'letters':
      return [
        ['letters', `${fullCount(plan.keyCount)}, in ${plan.subject}`],
        ...plan.events.map(({ event, count }) => ['of them', `${fullCount(count)} ${event}`] as const),
      ];
    case 'probe':
      return [
        ['Redis serves', `${amount(plan.commandsPerSecond)} commands/s now`],
        [
          'setting',
          `${plan.setting.name} "${plan.setting.before}"${plan.setting.during === null ? ' stays' : ` to "${plan.setting.during}" and back`}`,
        ],
      ];
  }
}

const roomTexts: Readonly<Record<WarmPlan['room'], string>> = {
  fits: 'fits into Redis',
  wouldEvict: 'does NOT fit into Redis, which would evict other keys',
  wouldFail: 'does NOT fit into Redis, which would refuse it',
  unknown: 'whether it fits into Redis is not known',
};

function hookFacts(hook: WarmHookFacts, keyCount: number): Facts {
  const [least, most] = [percent(hook.leastShare), percent(hook.mostShare)];
  return [
    ['hook', hook.url],
    [
      'missed most',
      `${fullCount(keyCount)} keys, by the live probe of ${instant(hook.measuredAtMs)} that saw ${fullCount(hook.missCount)} missed look-ups in ${duration(hook.measuredMs)}`,
    ],
    ['stand for', `${least === most ? least : `${least} to ${most}`} of these, those that are missing now`],
  ];
}

function warmFacts(plan: WarmPlan): Facts {
  const { preview, loadCount, bytes, room, perSecond, duration: ms } = plan;
  const { currentPerSecond, capacityPerSecond } = plan;
  const count = (value: number): string => fullCount(Math.round(value));
  const about = loadCount.isExact ? '' : '~';
  return [
    ...(plan.hook === null
      ? ([['lists', `${fullCount(preview.entryCount)} entries, says ${plan.answeredBy}`]] as const)
      : hookFacts(plan.hook, preview.entryCount)),
    [
      plan.hook === null ? 'not fresh' : 'missing now',
      `${about}${count(loadCount.value)} (${count(loadCount.low)} to ${count(loadCount.high)})`,
    ],
    ['bytes', `${bytes === null ? UNKNOWN : `~${byteSize(bytes.value)}`}; ${roomTexts[room]}`],
    [
      'loads',
      `at most ${amount(perSecond)}/s, ${plan.hook === null ? `${preview.concurrency} at one time` : 'a batch at one time'}`,
    ],
    [
      'the source',
      `${currentPerSecond === null ? 'its loads of now are not known' : `loads ${amount(currentPerSecond)}/s now`}; ${capacityPerSecond === null ? 'what it stands is not declared (--source-capacity)' : `stands ${amount(capacityPerSecond)}/s`}`,
    ],
    ['takes', `${about}${duration(ms.value)}`],
    ['stages', preview.stages.map((share) => percent(share)).join(', ')],
    ...preview.patterns.map(({ pattern, count: of }) => ['of them', `${fullCount(of)} ${pattern}`] as const),
  ];
}

function undoFacts({ keyCount, entryCount, keysPerSecond, ofJobId }: UndoPlan): Facts {
  return [
    ['keys', fullCount(keyCount)],
    ['come back as stale', `${fullCount(entryCount)}, entries of cachescope/cache`],
    ['takes', `${duration((keyCount / keysPerSecond) * 1_000)} at ${fullCount(keysPerSecond)} keys/s`],
    ['undoes the job', ofJobId],
  ];
}
