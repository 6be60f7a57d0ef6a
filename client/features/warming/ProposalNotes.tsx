import { Link } from '@tanstack/react-router';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import type { LossCause, WarmProposal } from '#shared/services/warmProposal.ts';
import { warmerId } from './prepareWarmers.ts';

const causes: Readonly<Record<LossCause, string>> = {
  restart: 'Redis began anew at',
  outage: 'Redis answers again; it did not at',
  emptied: 'Redis lost nearly all of its keys at',
};

/** After a loss: which services are cold, and the links to careful plans. It starts nothing by itself. */
export function ProposalNotes({ proposals }: { proposals: readonly WarmProposal[] }) {
  const [first] = proposals;
  if (first === undefined) return null;
  return (
    <section
      aria-label="Proposed after a loss"
      className="flex shrink-0 items-start gap-2 rounded-lg border border-line bg-amber-bg px-3 py-2"
    >
      <span className="pt-0.5">
        <SeveritySign severity="warning" />
      </span>
      <div className="flex min-w-0 flex-col gap-1.5">
        <p>
          <b>
            {causes[first.cause]} <Instant atMs={first.atMs} />.
          </b>{' '}
          Nothing is warmed by itself. One warmer after the other, at a rate that leaves the source room for
          the misses of now: all at once would ask it for everything in the moment when it is asked the most.
        </p>
        <ul className="flex flex-col gap-1.5">
          {proposals.map((proposal) => (
            <ProposalLine key={warmerId(proposal.prefix, proposal.service)} proposal={proposal} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function ProposalLine({ proposal }: { proposal: WarmProposal }) {
  const { search } = usePageSearch();
  const { service, prefix, warmers, perSecond } = proposal;
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="min-w-0 break-words">
        <code className="break-all">{service}</code> {coldText(proposal)}
        {perSecond === null && ' Its source has no room for a warm-up now.'}
      </span>
      {perSecond !== null &&
        warmers.map((warmer) => (
          <Link
            key={warmer}
            to="/warming"
            resetScroll={false}
            search={{ ...spanSearch(search), warmer: warmerId(prefix, warmer), rate: perSecond }}
            className="rounded-md border border-line bg-raised px-2.5 py-1 break-all hover:border-edge"
          >
            Plan {warmer} at {formatRate(perSecond)}
          </Link>
        ))}
    </li>
  );
}

function coldText({ hitRatioBefore: before, hitRatioNow: now }: WarmProposal): string {
  if (now.state === 'unknown') return `may be cold: its hit rate is not known. ${now.detail}`;
  const was = before.state === 'known' ? `, ${formatPercent(before.value)} in the hour before` : '';
  return `hits ${formatPercent(now.value)} now${was}.`;
}
