import type { Ref } from 'react';
import { Kbd } from './Kbd.tsx';

interface FilterFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  /** From `useFilterShortcut`, so that `/` reaches it. */
  ref?: Ref<HTMLInputElement>;
}

export function FilterField({ label, value, onChange, placeholder, ref }: FilterFieldProps) {
  return (
    <label className="flex min-h-7 min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-bg px-2.5 focus-within:outline-2 focus-within:outline-focus max-md:min-h-9">
      <span className="sr-only">{label}</span>
      <input
        ref={ref}
        type="search"
        value={value}
        placeholder={placeholder ?? label}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
      />
      <Kbd>/</Kbd>
    </label>
  );
}
