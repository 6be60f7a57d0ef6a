/** How bad: each has a shape of its own, so that colour is never the only sign. */
export type Severity = 'critical' | 'warning' | 'note';

const names = { critical: 'Critical', warning: 'Warning', note: 'Note' };

export function SeveritySign({ severity, size = 16 }: { severity: Severity; size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      role="img"
      aria-label={names[severity]}
      className="shrink-0"
    >
      {severity === 'critical' && <Octagon />}
      {severity === 'warning' && <Triangle />}
      {severity === 'note' && <Circle />}
    </svg>
  );
}

function Octagon() {
  return (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="var(--verm)" />
      <path d="M8 4.2v5" stroke="var(--panel)" strokeWidth="1.8" />
      <circle cx="8" cy="11.6" r="1.1" fill="var(--panel)" />
    </>
  );
}

function Triangle() {
  return (
    <>
      <path d="M8 1.5 15.2 14H.8z" fill="none" stroke="var(--amber)" strokeWidth="1.5" />
      <path d="M8 6v4" stroke="var(--amber)" strokeWidth="1.5" />
      <circle cx="8" cy="12" r=".9" fill="var(--amber)" />
    </>
  );
}

function Circle() {
  return (
    <>
      <circle cx="8" cy="8" r="6.6" fill="none" stroke="var(--blue)" strokeWidth="1.5" />
      <path d="M8 7.2v4" stroke="var(--blue)" strokeWidth="1.6" />
      <circle cx="8" cy="4.9" r="1" fill="var(--blue)" />
    </>
  );
}
