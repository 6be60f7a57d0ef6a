import { Keyboard, Monitor, Moon, Pause, Play, Sun } from 'lucide-react';
import { useLive } from '#client/lib/liveContext.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { Kbd } from '#client/ui/Kbd.tsx';
import { AccountButton } from '../access/AccountButton.tsx';
import { LiveBadge } from './LiveBadge.tsx';
import { RangeControls } from './RangeControls.tsx';
import { type Theme, useTheme } from './theme.ts';
import { useFixedLink } from './useFixedLink.ts';

/** On top of every page: where, what, how fresh, which span. */
export function StatusBar({ onHelp }: { onHelp: () => void }) {
  const { data: status } = useStatus();
  const fixedLink = useFixedLink();
  return (
    <header className="sticky top-0 z-30 flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-t-2 border-b border-t-env border-b-line bg-panel px-4 py-1.5 max-md:px-3">
      <span className="font-bold tracking-wide text-env uppercase">
        {status?.environment ?? 'connecting'}
      </span>
      <Separator />
      <Place />
      <Separator />
      <LiveBadge
        readAtMs={status?.connection.lastReadAtMs ?? null}
        isRedisGone={status?.connection.state === 'unreachable'}
      />
      <div className="flex items-center gap-1.5 max-md:order-last max-md:w-full md:ml-auto">
        <RangeControls />
      </div>
      <div className="flex items-center gap-1.5 max-md:ml-auto">
        <PauseButton />
        <CopyButton label="Copy link with fixed times" text={fixedLink}>
          Copy link
        </CopyButton>
        <AccountButton />
        <ThemeButton />
        <Button
          variant="quiet"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts"
          onClick={onHelp}
          className="max-md:hidden"
        >
          <Keyboard size={15} />
        </Button>
      </div>
    </header>
  );
}

function Separator() {
  return <span aria-hidden className="h-4 w-px bg-line max-md:hidden" />;
}

function Place() {
  const { data: status } = useStatus();
  if (status === undefined) return <span className="text-dim">…</span>;
  const first = status.nodes[0]?.facts;
  const version =
    first?.state === 'known'
      ? `${first.value.flavour === 'valkey' ? 'Valkey' : 'Redis'} ${first.value.version}`
      : 'version not known';
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate" title={status.redisAddress}>
        {status.redisAddress}
      </span>
      <span className="whitespace-nowrap text-dim">{version}</span>
      {status.isReadOnly && (
        <span
          title="The server was started with --read-only: nothing can be changed from this page."
          className="rounded border border-edge px-1.5 text-xs text-dim"
        >
          read-only
        </span>
      )}
    </span>
  );
}

function PauseButton() {
  const { pausedAtMs, setPaused } = useLive();
  const isPaused = pausedAtMs !== null;
  return (
    <Button
      aria-pressed={isPaused}
      onClick={() => setPaused(!isPaused)}
      title="Stop everything on the page from moving"
    >
      {isPaused ? <Play size={12} aria-hidden /> : <Pause size={12} aria-hidden />}
      <span className="max-md:sr-only">{isPaused ? 'Go on' : 'Pause'}</span>
      <Kbd>space</Kbd>
    </Button>
  );
}

const nextTheme: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };
const themeIcons = { system: Monitor, dark: Moon, light: Sun };

function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const Icon = themeIcons[theme];
  const label = `Theme: ${theme === 'system' ? 'as the system' : theme}. Change it`;
  return (
    <Button variant="quiet" aria-label={label} title={label} onClick={() => setTheme(nextTheme[theme])}>
      <Icon size={15} />
    </Button>
  );
}
