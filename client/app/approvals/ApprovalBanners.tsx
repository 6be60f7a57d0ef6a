import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useUser } from '#client/lib/access/accessContext.ts';
import { useApprovals } from '#client/lib/jobs/useApprovals.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { useNow } from '#client/lib/useNow.ts';
import { Button } from '#client/ui/Button.tsx';
import { formatPlanLife } from '#client/ui/dialog/preparePlan.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { APPROVER_ROLE } from '#shared/acting/approval.ts';
import { roleAllows } from '#shared/roles.ts';
import { type ApprovalBanner, prepareApprovalBanners } from './prepareApprovalBanners.ts';

/** Above every page: who waits for whom. */
export function ApprovalBanners() {
  const user = useUser();
  const approvals = useApprovals().data ?? [];
  const nowMs = useNow();
  const looker = {
    ownName: user?.name ?? null,
    mayApprove: user !== null && roleAllows(user.role, APPROVER_ROLE),
  };
  const banners = prepareApprovalBanners(approvals, looker, nowMs);
  if (banners.length === 0) return null;
  return (
    <section aria-label="Waiting for approval">
      {banners.map((banner) => (
        <BannerLine key={banner.planId ?? 'several'} banner={banner} nowMs={nowMs} />
      ))}
    </section>
  );
}

const colours = { warning: 'bg-amber-bg text-amber', note: 'bg-soft text-text' };

/** The words are announced once; the time beside them ticks, and so stands outside of the announcement. */
function BannerLine({ banner, nowMs }: { banner: ApprovalBanner; nowMs: number }) {
  const { severity, title, detail, planId, expiresAtMs } = banner;
  const { search, setSearch } = usePageSearch();
  return (
    <div
      className={clsx(
        'flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5 max-md:px-3',
        colours[severity],
      )}
    >
      <SeveritySign severity={severity} />
      <p role="status" className="min-w-0 flex-1 basis-60 break-words">
        <b className="font-bold">{title}</b> <span className="text-text">{detail}</span>
      </p>
      <span className="flex flex-wrap items-center justify-end gap-x-3">
        {expiresAtMs !== null && (
          <span className="text-sm text-text">{formatPlanLife({ expiresAtMs }, nowMs)} left</span>
        )}
        {planId === null ? (
          <Link to="/audit" search={spanSearch(search)} className="text-blue underline">
            See them
          </Link>
        ) : (
          <Button onClick={() => setSearch({ approval: planId }, 'push')}>Look at it</Button>
        )}
      </span>
    </div>
  );
}
