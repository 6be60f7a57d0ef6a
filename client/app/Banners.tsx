import { useLive } from '#client/lib/liveContext.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { type Banner, prepareBanners } from './prepareBanners.ts';

/** Above every page: why its numbers may not be of now. */
export function Banners() {
  const { state } = useLive();
  const status = useStatus();
  const banners = prepareBanners(status.data, state);
  if (banners.length === 0) return null;
  return (
    <section aria-label="Notices">
      {banners.map((banner) => (
        <BannerLine key={banner.id} banner={banner} />
      ))}
    </section>
  );
}

const colours = {
  critical: 'bg-verm-bg text-verm',
  warning: 'bg-amber-bg text-amber',
  note: 'bg-soft text-text',
};

/** The words are announced once; the age beside them ticks, and so stands outside of the announcement. */
function BannerLine({ banner }: { banner: Banner }) {
  const { severity, title, detail, lastReadAtMs } = banner;
  return (
    <div
      className={`flex items-start gap-2 border-b border-line px-4 py-1.5 max-md:px-3 ${colours[severity]}`}
    >
      <span className="pt-px">
        <SeveritySign severity={severity} />
      </span>
      <div>
        <p role={severity === 'critical' ? 'alert' : 'status'}>
          <b className="font-bold">{title}</b> <span className="text-text">{detail}</span>
        </p>
        {lastReadAtMs !== null && (
          <p className="text-text">
            Showing the last data, <Age atMs={lastReadAtMs} />.
          </p>
        )}
      </div>
    </div>
  );
}
