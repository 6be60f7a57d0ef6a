import { MiddleText } from '#client/ui/values/MiddleText.tsx';

/** A panel's title that names a pattern, however long. */
export function PatternTitle({ text, pattern }: { text: string; pattern: string }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      {text} <MiddleText text={pattern} className="max-w-80" />
    </span>
  );
}
