import type { RepairOffer, RepairRule } from '#shared/tags/tagDetail.ts';
import type { TagIndex } from '../tagLayout.ts';

/** What a repair may do to this index without taking anything from a service that uses it meanwhile. */
export function repairOffer(index: TagIndex): RepairOffer {
  return { orphans: orphanRule(index), reverse: reverseRule(index), indexTtl: ttlRule(index) };
}

function orphanRule({ layout: { traits } }: TagIndex): RepairRule {
  if (traits.orphans !== 'recheck') return { isSafe: false, why: traits.orphans.unsafe };
  return {
    isSafe: true,
    how: 'Members that no entry stands behind are taken out, and listed again if one was stored meanwhile: it is looked for right after, and once more a second later.',
  };
}

function reverseRule(index: TagIndex): RepairRule {
  // Any key will do: whether there is such a set is a matter of the layout.
  if (index.reverseKeyOf(index.tagKey) === null) {
    return { isSafe: false, why: `${index.layout.name} keeps no lists of the tags of an entry.` };
  }
  return {
    isSafe: true,
    how: 'Of a missing entry the tags that its list holds are taken out of it, which removes it; they are put back if the entry was stored meanwhile.',
  };
}

function ttlRule({ hasOwnKey, layout }: TagIndex): RepairRule {
  if (!hasOwnKey) {
    return {
      isSafe: false,
      why: `${layout.name} keeps no index of one tag in a key of its own, so that there is no TTL of one.`,
    };
  }
  return {
    isSafe: true,
    how: 'The TTL of the index is raised to the longest of its members and never shortened (PEXPIREAT with GT). An index without a TTL stays without one.',
  };
}
