import type { ReactNode } from 'react';

interface SelectProps<Value extends string> {
  /** Spoken, and shown before the value. */
  label: string;
  /** Shown before the value instead of the label, when that is clearer in place. */
  prefix?: ReactNode;
  value: Value;
  options: readonly { readonly value: Value; readonly text: string }[];
  onChange: (value: Value) => void;
  id?: string;
}

/** The browser's own list: it works with keys, on phones, at any zoom, and under a strict content policy. */
export function Select<Value extends string>({
  label,
  prefix,
  value,
  options,
  onChange,
  id,
}: SelectProps<Value>) {
  return (
    <label className="inline-flex min-h-7 min-w-0 max-md:flex-1 items-center gap-1 rounded-md border border-line bg-raised pl-2.5 whitespace-nowrap focus-within:outline-2 focus-within:outline-focus hover:border-edge max-md:min-h-9">
      <span className="sr-only">{label}</span>
      {prefix !== undefined && (
        <span aria-hidden className="text-dim">
          {prefix}
        </span>
      )}
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        className="max-w-52 min-w-0 self-stretch max-md:max-w-none max-md:flex-1 rounded-md bg-raised py-0.5 pr-1.5 text-text outline-none"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}
