import { Link } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import { parsePageSearch, spanSearch } from '#client/lib/urlState.ts';
import type { Mark } from '#shared/series.ts';

interface MarkLinkProps {
  mark: Mark;
  title?: string;
  tabIndex?: number;
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
}

/** Leads to the audit entry that a mark tells of; plain words where it tells of none. */
export function MarkLink({ mark: { auditSequence: entry }, children, ...rest }: MarkLinkProps) {
  if (entry === undefined) {
    const { tabIndex: _, ...plain } = rest;
    return <span {...plain}>{children}</span>;
  }
  return (
    <Link
      to="/audit"
      search={(raw: Record<string, unknown>) => ({ ...spanSearch(parsePageSearch(raw)), entry })}
      {...rest}
    >
      {children}
    </Link>
  );
}
